"""JSON for browsers and scripts, split by audience."""
