// median_blur on CUDA.
