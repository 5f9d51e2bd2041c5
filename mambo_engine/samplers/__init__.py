"""Samplers: plain, batched functions from noise to x_0, with injected noise and the known-pixel rule."""
