"""Generated data files: what they look like, how they are written and read."""
