// gaussian_blur on the CPU.
