"""PURE: reads scanners' and picture files into one canonical 16-bit form."""
