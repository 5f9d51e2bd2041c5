"""Generated pictures to look at: recent ones, and those that an admin has chosen to show."""
