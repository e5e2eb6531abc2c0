"""A SQL file as data: its statements, what is sent, and what cannot run here."""
