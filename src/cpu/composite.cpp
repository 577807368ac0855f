// composite on the CPU.
