"""Extraction: rows out of one snapshot, transformed on the way, proven, then put in place."""
