// composite: checks and dispatch.
