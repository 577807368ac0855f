// gaussian_blur: checks and dispatch.
