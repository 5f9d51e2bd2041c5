"""Data: preprocessing and procedural phantoms."""
