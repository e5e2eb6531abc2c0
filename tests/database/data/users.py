"""Manual rows of `users`: none here, each person is one row in the file of his or her kind."""

USERS_DATA = []
