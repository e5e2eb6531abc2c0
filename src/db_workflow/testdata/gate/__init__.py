"""The leak gate: no source value that had to go is in a finished file."""
