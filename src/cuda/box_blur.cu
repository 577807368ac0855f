// box_blur on CUDA.
