// rotate90: checks and dispatch.
