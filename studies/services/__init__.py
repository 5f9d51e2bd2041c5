"""The only writers of the studies app."""
