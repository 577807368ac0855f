// resize: checks and dispatch.
