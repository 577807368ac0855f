// convert: checks and dispatch.
