"""Alembic: a revision a file, each with its SQL in `op.execute`, in one transaction."""

from benchmarks.runners.bench import Bench, Runner
from benchmarks.runners.install import python_peers, python_version

_INI = """\
[alembic]
script_location = .
"""
# No logging is set up and no models are imported: nothing that raw SQL does not need.
_ENV = """\
from alembic import context
from sqlalchemy import create_engine, pool

engine = create_engine("postgresql+psycopg2://", poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
_REVISION = '''\
from alembic import op

revision = "{name}"
down_revision = {before}


def upgrade():
    op.execute("""{sql}""")


def downgrade():
    pass
'''


def runner(bench: Bench) -> Runner:
    """Return Alembic over psycopg2.

    Raises:
        PeerMissingError: it cannot be installed here.

    """
    python = python_peers(bench.cache)
    folder = bench.folder("alembic")
    (folder / "alembic.ini").write_text(_INI, "utf-8")
    (folder / "env.py").write_text(_ENV, "utf-8")
    before = None
    for file in bench.files:
        name = f"{file.number:012x}"
        path = bench.folder("alembic/versions") / f"{name}_{file.title}.py"
        path.write_text(_REVISION.format(name=name, before=repr(before), sql=file.sql), "utf-8")
        before = name
    return bench.peer(
        f"Alembic {python_version(python, 'alembic')}",
        "alembic",
        [python.with_name("alembic"), "upgrade", "head"],
        folder=folder,
    )
