"""The reference that sqlacodegen writes, with what it gets wrong mended."""
