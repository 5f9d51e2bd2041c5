"""Figures that say how good drawn images are. Pure functions on arrays; the paper's protocols join them."""
