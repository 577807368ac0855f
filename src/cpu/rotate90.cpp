// rotate90 on the CPU.
