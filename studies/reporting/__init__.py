"""Pure: the locked plan executed on a table of readings, and what the report shows of it."""
