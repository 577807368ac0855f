// fill on the CPU.
