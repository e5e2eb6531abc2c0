"""Wrap every legacy password hash in Argon2id. Nobody has to sign in for it.

Argon2id is slow on purpose (tens of milliseconds a hash), so this is the one step whose
time is not the database's: it hashes on every core, holds no transaction open meanwhile,
and commits batch by batch. Killed at any point and run again, it goes on where it was.
"""

import asyncio
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from db_workflow.errors import MigrationError
from db_workflow.schema import StepContext
from efficient_tutor_backend.passwords import UnknownPasswordFormatError, wrap_legacy

# Some seconds of hashing: what a killed run loses at most, and how often progress moves.
BATCH = 200

# The predicate of ix_users_legacy_password_hash, word for word, or it is not used.
LEGACY = "password_hash NOT LIKE '%$argon2id$v=%'"


async def upgrade(step: StepContext) -> None:
    """Rehash all users, and whoever is given a legacy hash meanwhile."""
    # Argon2 releases the GIL, so threads are enough; each holds 19 MiB while it hashes.
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        await _rehash(step, pool)


async def _rehash(step: StepContext, pool: ThreadPoolExecutor) -> None:
    async for batch in step.batches(
        "users", columns=("password_hash",), where=LEGACY, size=BATCH, until_none=True
    ):
        stored = [row["password_hash"] for row in batch.rows]
        wrapped = await _wrap(pool, stored)
        async with batch as connection:
            # Except to users who changed their password while it was hashed.
            await connection.execute(
                "UPDATE users SET password_hash = batch.wrapped"
                " FROM unnest($1::uuid[], $2::text[], $3::text[]) AS batch (id, stored, wrapped)"
                " WHERE users.id = batch.id AND users.password_hash = batch.stored",
                [row["id"] for row in batch.rows],
                stored,
                wrapped,
            )


async def _wrap(pool: ThreadPoolExecutor, hashes: Sequence[str]) -> list[str]:
    loop = asyncio.get_running_loop()
    try:
        return await asyncio.gather(
            *(loop.run_in_executor(pool, wrap_legacy, stored) for stored in hashes)
        )
    except UnknownPasswordFormatError:
        raise MigrationError(
            "a user has a password hash in a format that is not known",
            why="v0.3 normalised every hash, so something has written a foreign one since",
            next="find what writes it, give the user a new password, and run this again: "
            "it goes on where it stopped",
        ) from None
