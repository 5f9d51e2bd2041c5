"""Template tags of the studies app."""
