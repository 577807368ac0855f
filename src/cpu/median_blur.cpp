// median_blur on the CPU.
