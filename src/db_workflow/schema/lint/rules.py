"""The rules: our own, and what squawk's mean under this runner."""

from collections.abc import Mapping

# Our own: the runner refuses the file; the file's bytes are unusual; a strong lock met something
# big; squawk does not understand what PostgreSQL did.
CANNOT_RUN = "cannot-run"
FILE_BYTES = "file-bytes"
STRONG_LOCK = "strong-lock"
NOT_READ = "not-read"
# squawk's, but none that it lets itself be told about.
SYNTAX_ERROR = "syntax-error"
UNUSED_IGNORE = "unused-ignore"
# May be left out by name, though squawk does not take the name.
UNKNOWN_TO_SQUAWK = frozenset({FILE_BYTES, STRONG_LOCK, NOT_READ, SYNTAX_ERROR, UNUSED_IGNORE})

_TIMEOUTS = "the runner sets lock_timeout and statement_timeout around every step"
# squawk's rules that say nothing here, each with its reason.
NOT_ASKED: Mapping[str, str] = {
    "require-lock-timeout": _TIMEOUTS,
    "require-statement-timeout": _TIMEOUTS,
    "require-timeout-settings": _TIMEOUTS,  # both of them, in squawk before they were two rules
    "prefer-robust-stmts": "a step runs once: a failed one is rolled back, one without a"
    " transaction goes on at the statement that failed; and IF NOT EXISTS would take an INVALID"
    " index for a good one",
}

_ALONE = "in a file of its own with `-- db_workflow: no-transaction` in its first lines"
_TWO_FILES = (
    "ADD CONSTRAINT … NOT VALID in one file, VALIDATE CONSTRAINT in the next:"
    " each file has a transaction of its own"
)
# What the advice comes to under this runner, where it is more than squawk can know.
ADVICE: Mapping[str, str] = {
    "require-concurrent-index-creation": f"CREATE INDEX CONCURRENTLY, {_ALONE}",
    "require-concurrent-index-deletion": f"DROP INDEX CONCURRENTLY, {_ALONE}",
    "require-concurrent-reindex": f"REINDEX … CONCURRENTLY, {_ALONE}",
    "require-concurrent-partition-detach": f"DETACH PARTITION … CONCURRENTLY, {_ALONE}",
    "constraint-missing-not-valid": _TWO_FILES,
    "adding-foreign-key-constraint": _TWO_FILES,
    "adding-not-nullable-field": "add CHECK (… IS NOT NULL) NOT VALID in one file; in the next"
    " VALIDATE CONSTRAINT, then SET NOT NULL, which no longer reads the table",
    "disallowed-unique-constraint": f"CREATE UNIQUE INDEX CONCURRENTLY, {_ALONE}; then"
    " ADD CONSTRAINT … UNIQUE USING INDEX in the next",
    UNUSED_IGNORE: "write `-- squawk-ignore RULE -- why`, with the rule's name as it is printed",
    SYNTAX_ERROR: "squawk has a parser of its own; once the step has run on the test database"
    " with this very text, the server's word counts instead",
}
