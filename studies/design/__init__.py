"""Pure: what a study asks, who reads what, and in which order. No framework, no clock, no hidden randomness."""
