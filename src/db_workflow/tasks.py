"""The Invoke tasks: flags in, one call, its result printed.

Tasks are plain functions (Invoke never awaits a coroutine), carry no guard (Invoke skips `pre`
tasks on direct calls; the guards are in `steps`), and import what they need when they run, so that
`invoke --list` costs little more than Invoke itself.
"""

import functools
import sys
from collections.abc import Callable, Sequence
from itertools import takewhile
from typing import Any

from invoke.collection import Collection
from invoke.context import Context
from invoke.exceptions import Exit
from invoke.parser.argument import Argument
from invoke.tasks import Task
from invoke.tasks import task as invoke_task

_STUDENTS = "how many students the invented business has (default 50)"
_DOWNLOAD = "take a fresh backup of production first (production is only read)"
_JSON = "print the result as JSON on stdout"
_PREVIEWED = 5
_NAMED = "production's database name, instead of typing it when asked"


def task(**options: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Declare a task that refuses `invoke --dry`: nothing here runs shell commands."""

    def declare(function: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(function)
        def run(context: Context, *args: Any, **kwargs: Any) -> None:
            if context.config.run.dry:
                raise Exit("--dry has no meaning here: see `invoke migrate --plan`", 2)
            function(context, *args, **kwargs)

        declared: Callable[..., None] = invoke_task(**options)(run)
        return declared

    return declare


class _SecondIsOptional(Task[Callable[..., None]]):
    """A task with two positional arguments that may be given only the first.

    Invoke asks for every positional argument; so the second one is one only when it is there.
    """

    def get_arguments(self, ignore_unknown_help: bool | None = None) -> list[Argument]:
        """Return the arguments as the command line has them."""
        found = super().get_arguments(ignore_unknown_help)
        second = [argument for argument in found if argument.positional][1]
        second.positional = _words_after(self.name.replace("_", "-")) > 1
        return found


class _Words(Argument):
    """A positional argument that takes so many words; Invoke's lists are for repeated flags."""

    def __init__(self, like: Argument, count: int) -> None:
        super().__init__(
            names=like.names,
            kind=list,
            positional=count > 0,
            attr_name=like.attr_name,
            help=like.help,
        )
        self._count = count
        self._value: list[str] = []

    @property
    def value(self) -> list[str] | None:
        """The words; None as long as some are missing."""
        return self._value if len(self._value) >= self._count else None

    @value.setter
    def value(self, word: str) -> None:
        self.set_value(word)

    def set_value(self, value: str, cast: bool = True) -> None:
        """Add a word."""
        self.raw_value = value
        self._value = [*self._value, value]


class _TakesWords(Task[Callable[..., None]]):
    """A task whose one positional argument takes all words up to the next task; or none."""

    def get_arguments(self, ignore_unknown_help: bool | None = None) -> list[Argument]:
        """Return the arguments as the command line has them."""
        count = _words_after(self.name.replace("_", "-"))
        found = super().get_arguments(ignore_unknown_help)
        return [_Words(one, count) if one.positional else one for one in found]


def _words_after(task_name: str) -> int:
    """Return how many arguments that are no flags follow a task's name."""
    if task_name not in sys.argv:
        return 0
    following = sys.argv[sys.argv.index(task_name) + 1 :]
    words = takewhile(lambda word: word not in namespace.task_names, following)
    return sum(not word.startswith("-") for word in words)


@task(help={"students": _STUDENTS})
def quickstart(context: Context, students: int = 50) -> None:
    """Everything once, on an invented production.

    Builds the stand-in, runs phase 1, codegen, phase 2 and phase 3, and ends with a table of what
    ran. Needs nothing; changes nothing that git tracks.
    """
    from db_workflow import front

    front.quickstart(students=students)


@task(help={"students": _STUDENTS})
def sample_production(context: Context, students: int = 50) -> None:
    """Before phase 1: build the invented production.

    People and history at the previous version, the same on every machine. Kept as it is while
    nothing that makes it has changed.
    """
    from db_workflow import front

    front.sample_production(students=students)


@task(help={"download-recent": _DOWNLOAD})
def reset(context: Context, download_recent: bool = False) -> None:
    """Phase 1: newest good backup into the test database.

    Without any backup, or with --download-recent, production is dumped first. The test database
    is replaced; only one that the workflow itself created is.
    """
    from db_workflow import front

    front.reset(download_recent=download_recent)


@task(
    help={
        "to": "apply the lists up to this version, such as 0.4 (default: all)",
        "plan": "show what would be applied, why, and the tables it names; change nothing",
        "sql-only": "leave Python steps out; phase 1 then does not hold until the next reset",
        "json": _JSON,
    }
)
def migrate(
    context: Context,
    to: str | None = None,
    plan: bool = False,
    sql_only: bool = False,
    json: bool = False,
) -> None:
    """Phase 1: apply the ordered lists of SQL and Python.

    What the ledger has is not applied again. A step that fails leaves nothing of itself, and
    everything before it. Prints what each step touched, and the strongest lock it held.
    """
    from db_workflow import front

    if plan:
        front.plan(to=to, sql_only=sql_only, as_json=json)
    else:
        front.migrate(to=to, sql_only=sql_only, as_json=json)


@task(
    help={
        "version": "lint this version's steps",
        "all": "lint every version's steps",
        "json": _JSON,
    }
)
def lint(
    context: Context,
    version: str | None = None,
    all: bool = False,  # noqa: A002 - the flag's name
    json: bool = False,
) -> None:
    """Phase 1: squawk's rules and measured locks.

    Judges the steps that production does not have yet. Exit 1 while there is something to mend,
    or to ignore with a reason (-- squawk-ignore RULE).
    """
    from db_workflow import front

    front.lint(version=version, everything=all, as_json=json)


@task(
    help={"production": "judge production (it is only read), not the test database", "json": _JSON}
)
def verify(context: Context, production: bool = False, json: bool = False) -> None:
    """Compare a database with its ledger and the lists.

    Runs the lists afresh in a scratch database and compares: finds edited files, and what was
    changed by hand. Exit 6 when something is found.
    """
    from db_workflow import front

    front.verify(production=production, as_json=json)


@task(
    klass=_SecondIsOptional,
    positional=["version", "other"],
    help={
        "version": "the old version, such as v0.3; alone: the new one, beside the one before it",
        "other": "the new version; an earlier one shows the way back",
        "markdown": "print it as Markdown, for release notes",
        "json": _JSON,
    },
)
def schema_diff(
    context: Context,
    version: str,
    other: str | None = None,
    markdown: bool = False,
    json: bool = False,
) -> None:
    """Compare the schemas of two versions: v0.3 v0.4.

    Runs the lists from nothing in a scratch database up to the one version, then up to the other,
    and compares the two schemas: what is new (+), gone (-), changed (~, with both values), and what
    has a new name (→). No other database is looked at. Exit 0 also when they differ.

    One version alone is compared with the one before it: `invoke schema-diff v0.4`.
    """
    from db_workflow import front

    if json and markdown:
        raise Exit("choose one of --json and --markdown", 2)
    front.schema_diff(version, other, as_json=json, as_markdown=markdown)


@task(
    help={
        "version": "the last version whose steps the database has had",
        "accept-differences": "adopt although its schema is not that of the lists",
        "production": "write the ledger into production, not into the test database",
        "yes-really": "production's database name, instead of typing it when asked",
        "json": _JSON,
    }
)
def baseline(  # noqa: PLR0917 - Invoke makes a flag of each
    context: Context,
    version: str,
    accept_differences: bool = False,
    production: bool = False,
    yes_really: str = "",
    json: bool = False,
) -> None:
    """Adopt a database that has no ledger yet.

    Proves that its schema is the one that the lists give at that version, then writes them into
    its ledger as if they had run.
    """
    from db_workflow import front

    front.baseline(
        version=version,
        accept_differences=accept_differences,
        production=production,
        yes_really=yes_really,
        as_json=json,
    )


@task(help={"download-recent": _DOWNLOAD})
def phase1(context: Context, download_recent: bool = False) -> None:
    """Phase 1: reset, migrate, then STOP for the models."""
    from db_workflow import front

    front.phase1(download_recent=download_recent)


@task()
def codegen(context: Context) -> None:
    """Phase 2: the database as classes, to read beside yours.

    Runs sqlacodegen into a git-ignored file, and says what it left out. models.py is never
    touched.
    """
    from db_workflow import front

    front.codegen()


@task(
    help={
        "suggest": "print the whole class for this table instead: users, other.users, '\"Users\"'",
        "rules": "list the conventions instead: what each wants, why, and how to switch it off",
        "json": _JSON,
    }
)
def phase2(
    context: Context, suggest: str | None = None, rules: bool = False, json: bool = False
) -> None:
    """Phase 2: do models and database agree? What to write.

    Creates the models in a scratch database, lets PostgreSQL print both, and says for each
    difference, and for each convention that is not kept, what to write and where. Exit 12 while
    there is something to mend.
    """
    from db_workflow import front

    if suggest is not None and rules:
        raise Exit("--suggest and --rules are two questions: ask one at a time", 2)
    if rules:
        front.conventions(as_json=json)
    elif suggest is not None:
        front.suggest(table=suggest, as_json=json)
    else:
        front.phase2(as_json=json)


@task(
    klass=_TakesWords,
    positional=["table"],
    help={
        "table": "the new table, or several: fees student_fees",
        "all": "every table of which something is missing",
        "json": _JSON,
    },
)
def scaffold(
    context: Context,
    table: Sequence[str] = (),
    all: bool = False,  # noqa: A002 - the flag's name
    json: bool = False,
) -> None:
    """Phase 3: a new table's entry, factory, place and file.

    Writes what is missing: in TABLE_CONFIG with a suggested rule for each column, marked so that
    `generate` refuses until somebody has decided; in SEEDING_ORDER where it loads; its factory;
    and an empty file for manual rows. Comments and formatting stay. Twice changes nothing.
    """
    from db_workflow import front

    if bool(table) == all:
        raise Exit("name a table, or ask for --all: invoke scaffold TABLE", 2)
    front.scaffold(tables=table, everything=all, as_json=json)


@task(
    help={
        "preview": "only show this table's rows, before and after, on the terminal; write nothing",
        "rows": f"how many rows a preview shows (default {_PREVIEWED})",
    }
)
def generate(context: Context, preview: str | None = None, rows: int = _PREVIEWED) -> None:
    """Phase 3: anonymised rows into data/auto_<table>.py.

    One read-only snapshot of the migrated database, transformed by TABLE_CONFIG, searched for what
    should have gone, and only then put in place. A column that nobody has decided about stops it,
    with a rule to paste for each.

    To try a rule: `invoke generate --preview users --rows 3` shows a table's first rows beside
    what would be written of them, the rule of each column, and how many rows would be taken and
    why. What it shows are production's values: it writes to a terminal only, and keeps nothing.
    """
    from db_workflow import front

    if preview is not None:
        front.preview(table=preview, rows=rows)
    elif rows != _PREVIEWED:
        raise Exit("--rows says how many rows --preview TABLE shows: it has no meaning alone", 2)
    else:
        front.generate()


@task(help={"json": _JSON})
def seed(context: Context, json: bool = False) -> None:
    """Phase 3: manual and generated rows into the database.

    One transaction: a failure leaves the previous rows. Manual rows win over generated ones; what
    gave way to what, and by which key, is listed below the counts.
    """
    from db_workflow import front

    front.seed(as_json=json)


@task()
def phase3(context: Context) -> None:
    """Phase 3: generate, then seed.

    On a seeded database with current files, only seed.
    """
    from db_workflow import front

    front.phase3()


@task()
def provision(context: Context) -> None:
    """For tests: a seeded database from committed files.

    Does the least that makes every phase hold; what only a person can mend is refused.
    """
    from db_workflow import front

    front.provision()


@task(help={"json": _JSON})
def status(context: Context, json: bool = False) -> None:
    """Where you are, by which evidence, and what is next.

    Exit 0 when every phase holds; 11, 12 or 13 when phase 1, 2 or 3 is the first that does not.
    """
    from db_workflow import front

    front.status(as_json=json)


@task(
    help={
        "version": "the version to release, such as 0.4",
        "format": "text, md, json or html (default text)",
        "output": "write to this file instead of stdout",
        "base": "the revision that the change began at; see `invoke boundary`",
    }
)
def release_checklist(
    context: Context,
    version: str,
    format: str = "text",  # noqa: A002 - the flag's name
    output: str = "",
    base: str = "",
) -> None:
    """Is the version releasable? Every item with evidence.

    Migrates a restore of production's newest backup first, unless just that was done before.
    Production is only read. Exit 1 while an item fails.
    """
    from db_workflow import front

    front.release_checklist(version=version, style=format, output=output, base=base)


@task(help={"version": "the last version to apply, such as 0.4", "json": _JSON})
def rehearse(context: Context, version: str, json: bool = False) -> None:
    """Migrate a restore of production's newest backup.

    In a scratch database, with seconds, rows and locks of every step; then once more, which must
    do nothing. Exit 1 when something is wrong.
    """
    from db_workflow import front

    front.rehearse(version=version, as_json=json)


@task(help={"production": "look at production, and not at the test database", "json": _JSON})
def integrity(context: Context, production: bool = False, json: bool = False) -> None:
    """Look whether the rows keep what the schema promises.

    Orphans and broken CHECKs counted by query, constraints that nobody validated, triggers that
    are switched off, INVALID indexes, sequences behind their column. Only reads. Exit 1 when
    something is wrong.
    """
    from db_workflow import front

    front.integrity(production=production, as_json=json)


@task(help={"base": "a branch, tag or commit: where the change began", "json": _JSON})
def boundary(context: Context, base: str = "", json: bool = False) -> None:
    """List what has changed outside the database layer's paths.

    Compares the working tree with git's revision. Exit 1 when a file outside has changed.
    """
    from db_workflow import front

    front.boundary(base=base, as_json=json)


@task(help={"version": "the version to deploy, such as 0.4", "yes-really": _NAMED, "json": _JSON})
def deploy(context: Context, version: str, yes_really: str = "", json: bool = False) -> None:
    """Bring production to a version, with a proven way back.

    Refuses unless the checklist is green for exactly what is there now. Shows what would run, asks
    for the database's name, takes a backup and proves it by a restore, runs the steps, compares
    production with the lists and looks at its rows. What fails says what is applied; the same
    command goes on from there, and `invoke rollback` takes it back.
    """
    from db_workflow import front

    front.deploy(version=version, yes_really=yes_really, as_json=json)


@task(
    help={
        "end-sessions": "end the sessions that are connected to production",
        "purge": "drop instead what earlier rollbacks have kept aside",
        "yes-really": _NAMED,
        "json": _JSON,
    }
)
def rollback(
    context: Context,
    end_sessions: bool = False,
    purge: bool = False,
    yes_really: str = "",
    json: bool = False,
) -> None:
    """Give production back what it was before its last deploy.

    Restores the deploy's backup into a new database, compares it with what was backed up, and
    swaps the names in one transaction. The old database is kept aside, with all that was written
    since, until --purge.
    """
    from db_workflow import front

    if purge and end_sessions:
        raise Exit("--purge ends nobody's session: leave --end-sessions out", 2)
    if purge:
        front.purge(yes_really=yes_really, as_json=json)
    else:
        front.rollback(end_sessions=end_sessions, yes_really=yes_really, as_json=json)


@task(name="start")
def server_start(context: Context) -> None:
    """Start the embedded PostgreSQL; print its address."""
    from db_workflow import front

    front.server_start()


@task(name="stop", help={"wipe": "remove its data too; everything in it can be rebuilt"})
def server_stop(context: Context, wipe: bool = False) -> None:
    """Stop the embedded PostgreSQL."""
    from db_workflow import front

    front.server_stop(wipe=wipe)


@task(name="status", help={"json": _JSON})
def server_status(context: Context, json: bool = False) -> None:
    """Where the server is, and which databases are ours."""
    from db_workflow import front

    front.show_server(as_json=json)


namespace = Collection(
    quickstart,
    status,
    sample_production,
    reset,
    migrate,
    lint,
    verify,
    schema_diff,
    baseline,
    phase1,
    codegen,
    phase2,
    scaffold,
    generate,
    seed,
    phase3,
    provision,
    release_checklist,
    rehearse,
    integrity,
    boundary,
    deploy,
    rollback,
)
namespace.add_collection(Collection("server", server_start, server_stop, server_status))
