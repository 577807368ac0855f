// fill on CUDA.
