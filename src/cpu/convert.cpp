// convert on the CPU.
