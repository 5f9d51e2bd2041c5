"""Pages, split by audience: reader, coordinator, analyst."""
