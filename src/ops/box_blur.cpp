// box_blur: checks and dispatch.
