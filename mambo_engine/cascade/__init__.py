"""The cascade: positions, contexts, stitching, and the three stages from noise to the full image."""
