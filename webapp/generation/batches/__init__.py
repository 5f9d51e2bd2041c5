"""Batches of pictures for studies: asked for by labels, screened, and sorted by people on a contact sheet."""
