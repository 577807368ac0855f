// resize on the CPU.
