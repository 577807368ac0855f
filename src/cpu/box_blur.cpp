// box_blur on the CPU.
