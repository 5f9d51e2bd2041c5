"""Training of the three stages: cached phantoms, examples cut by the cascade's own functions, loop, EMA."""
