"""MAMBO: a three-stage diffusion cascade that draws full-field mammograms.

Importing this package is cheap; torch is imported only by the rooms that compute with it.
Source: Skipina et al., "MAMBO: High-resolution Generative Approach for Mammography Images".
"""

from __future__ import annotations

__version__ = "0.1.0"
