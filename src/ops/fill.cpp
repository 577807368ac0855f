// fill: checks and dispatch.
