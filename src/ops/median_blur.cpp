// median_blur: checks and dispatch.
