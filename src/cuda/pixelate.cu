// pixelate on CUDA.
