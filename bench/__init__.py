"""Measurements. Each compares ours with a peer or a limit in the same run; none is a test."""
