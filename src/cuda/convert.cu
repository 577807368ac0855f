// convert on CUDA.
