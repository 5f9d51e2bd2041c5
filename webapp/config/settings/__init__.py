"""Settings by place: `demo`, `test`, `production`; each starts from `base`."""
