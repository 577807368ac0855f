// flip on CUDA.
