// flip: checks and dispatch.
