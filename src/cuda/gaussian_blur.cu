// gaussian_blur on CUDA.
