"""Steps at work: one message each, locked, watched, proven, recorded."""
