// flip on the CPU.
