"""Pure: numbers of a reader study. Arrays and frames in, frozen results out; undefined is None, never NaN."""
