"""PURE: cuts a 16-bit picture into tiles and keeps them in one file."""
