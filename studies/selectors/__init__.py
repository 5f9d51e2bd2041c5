"""The only readers of the studies app's tables."""
