"""The end of a step, inside its transaction: proof, measurement and ledger row, by the server.

A function in the workflow's own schema (`finish.sql`), for two reasons: the session keeps its plans
from step to step, and a step needs no round trip of its own to be measured and recorded. Its name
carries a digest of its text, so that another version of this tool finds it missing and installs its
own.
"""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db_workflow import __version__
from db_workflow.errors import MigrationError
from db_workflow.schema.ledger.ledger import ensure_ledger
from db_workflow.schema.plan import Entry
from db_workflow.state import HOME

if TYPE_CHECKING:
    import asyncpg

# What the function raises.
ENDED_TRANSACTION = "DBW01"
LOST_LOCK = "DBW02"
RECORDED_ALREADY = "DBW03"
TOUCHED_LEDGER = "DBW04"
MESSAGE_ENDED = "DBW05"
# The setting by which a transaction is known: local to it, so it goes when the transaction ends.
MARK = f"{HOME}.step"

# There is no such schema, no such function.
_MISSING = {"3F000", "42883"}
_PARAMETERS = (
    "mark text, holder integer, lock_key bigint, step_version text, step_name text,"
    " step_position integer, step_kind text, step_checksum text, tool text, goes_on boolean"
)
_BODY = Path(__file__).with_name("finish.sql").read_text("utf-8")
_BETWEEN = Path(__file__).with_name("between.sql").read_text("utf-8")
_DIGEST = hashlib.sha256((_PARAMETERS + _BODY + _BETWEEN).encode()).hexdigest()[:12]
_NAME = f"{HOME}.finish_{_DIGEST}"
_NEXT = f"{HOME}.next_{_DIGEST}"
_DROP_OLDER = f"""
DO $drop$
DECLARE
    old regprocedure;
BEGIN
    FOR old IN SELECT oid FROM pg_catalog.pg_proc
        WHERE pronamespace = '{HOME}'::regnamespace AND proname ~ '^(finish|next)_[0-9a-f]' LOOP
        EXECUTE 'DROP FUNCTION ' || old;
    END LOOP;
END
$drop$"""  # noqa: S608 - constants
# The plans are made once, for a few relations: neither anew for each call, nor for whole catalogs.
_CREATE = f"""
CREATE FUNCTION {_NAME}({_PARAMETERS}) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $finish${_BODY}$finish$;
CREATE FUNCTION {_NEXT}() RETURNS void LANGUAGE plpgsql AS $between${_BETWEEN}$between$"""
_IS_THERE = "SELECT to_regproc($1) IS NOT NULL AND to_regproc($2) IS NOT NULL"
# Between two steps of one message: the session's settings go, but for what `finish` has to know.
RESET_AND_GO_ON = f"SELECT {_NEXT}()"


async def install(connection: "asyncpg.Connection[Any]") -> None:
    """Create ledger and function where they are missing, or another version's.

    Raises:
        MigrationError: the account may not, or nobody may write.

    """
    if await connection.fetchval(_IS_THERE, _NAME, _NEXT):
        return
    import asyncpg

    try:
        async with connection.transaction():
            await ensure_ledger(connection)
            await connection.execute(f"{_DROP_OLDER}; {_CREATE}")
    except (asyncpg.InsufficientPrivilegeError, asyncpg.ReadOnlySQLTransactionError) as error:
        lacks_right = isinstance(error, asyncpg.InsufficientPrivilegeError)
        raise MigrationError(
            f"The ledger cannot be written in this database: {error}",
            why=f"without the schema {HOME} nothing would know which steps it has had",
            next="let its owner migrate, or GRANT CREATE ON DATABASE … TO this account"
            if lacks_right
            else "let the URL name the primary; if it does, the account or the database has"
            " default_transaction_read_only set",
        ) from error


def call(entry: Entry, *, mark: str, holder: int, key: int, goes_on: bool) -> str:
    """Return the statement that ends a step: it raises, or the step is in the ledger.

    Args:
        entry: the step.
        mark: what `MARK` was set to when the transaction began.
        holder: the server process that holds the migration lock.
        key: the lock.
        goes_on: whether another step follows in the same message.

    """
    texts = (entry.version, entry.name, entry.position, entry.kind, entry.checksum, __version__)
    values = ", ".join(
        literal(value) if isinstance(value, str) else str(value)
        for value in (mark, holder, key, *texts)
    )
    return f"SELECT {_NAME}({values}, {goes_on})"


def is_missing(error: BaseException) -> bool:
    """Tell whether an error says that the function, or its whole schema, is no longer there."""
    code, text = getattr(error, "sqlstate", None), str(error)
    return code in _MISSING and (_NAME in text or f'"{HOME}"' in text)


def is_inside(error: BaseException) -> bool:
    """Tell whether an error arose in the function, and so in none of the step's statements."""
    return _NAME in str(getattr(error, "context", None) or "")


def literal(text: str) -> str:
    """Return a text as a SQL literal that means the same whatever a step has set."""
    escaped = text.replace("\\", "\\\\").replace("'", "''")
    return f"E'{escaped}'"
