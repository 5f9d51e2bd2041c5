"""Procedural mammograms with known truth."""

from mambo_engine.data.phantom.labels import BIRADS, DENSITIES, VIEWS, PhantomLabels
from mambo_engine.data.phantom.phantom import FIELD_MM, Phantom, draw_phantom

__all__ = ["BIRADS", "DENSITIES", "FIELD_MM", "VIEWS", "Phantom", "PhantomLabels", "draw_phantom"]
