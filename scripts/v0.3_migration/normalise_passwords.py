"""Write every legacy password hash in one canonical spelling.

Three applications in a row wrote hashes their own way. After this step there are two
formats instead of five, and v0.4 can wrap them in Argon2id without guessing.
"""

import uuid

from db_workflow.errors import MigrationError
from db_workflow.schema import StepContext
from efficient_tutor_backend.passwords import UnknownPasswordFormatError, normalise_legacy

BATCH = 5_000


async def upgrade(step: StepContext) -> None:
    """Normalise batch by batch; refuse, by their number only, hashes nobody knows."""
    connection = step.connection
    total = await connection.fetchval("SELECT count(*) FROM users")
    done, unknown, last = 0, 0, uuid.UUID(int=0)
    while batch := await connection.fetch(
        "SELECT id, password_hash FROM users WHERE id > $1 ORDER BY id LIMIT $2", last, BATCH
    ):
        changed: dict[uuid.UUID, str] = {}
        for row in batch:
            try:
                canonical = normalise_legacy(row["password_hash"])
            except UnknownPasswordFormatError:
                unknown += 1
                continue
            if canonical != row["password_hash"]:
                changed[row["id"]] = canonical
        await connection.execute(
            "UPDATE users SET password_hash = batch.canonical"
            " FROM unnest($1::uuid[], $2::text[]) AS batch (id, canonical)"
            " WHERE users.id = batch.id",
            list(changed),
            list(changed.values()),
        )
        done, last = done + len(batch), batch[-1]["id"]
        step.progress(done, total)

    if unknown:
        raise MigrationError(
            f"{unknown} user(s) have a password hash in a format that is not known",
            why="nothing can check or wrap such a hash; these users could not sign in any more",
            next="teach efficient_tutor_backend.passwords the format, or give these users "
            "a new password, and run this again",
            data={"unknown": unknown},
        )
