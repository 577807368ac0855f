// rotate90 on CUDA.
