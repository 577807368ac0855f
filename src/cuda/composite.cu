// composite on CUDA.
