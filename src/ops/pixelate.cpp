// pixelate: checks and dispatch.
