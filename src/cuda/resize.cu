// resize on CUDA.
