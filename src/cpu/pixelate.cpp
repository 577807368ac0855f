// pixelate on the CPU.
