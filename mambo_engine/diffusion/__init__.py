"""Diffusion: schedule, forward process and objective. Knows a denoiser only as a callable."""
