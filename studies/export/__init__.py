"""Pure: what leaves the building as a file. Bytes and a file name, the same when run twice."""
