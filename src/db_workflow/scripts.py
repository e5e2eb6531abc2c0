"""What a repository's own scripts call below `if __name__ == "__main__":`.

Importing this costs nothing; the same guarded steps as behind the tasks run when it is called.
"""

import re
from pathlib import Path


def run_reset() -> None:
    """Be the command line of `reset_test_db.sh`: the same as `invoke reset`."""
    import argparse

    from db_workflow import front

    parser = argparse.ArgumentParser(
        prog="reset_test_db.sh",
        description="Give the test database the newest good backup of production."
        " The same as: invoke reset",
    )
    parser.add_argument(
        "--download-recent",
        action="store_true",
        help="take a fresh backup first, or download the newest one (production is only read)",
    )
    front.reset(download_recent=parser.parse_args().download_recent)


def run_migrations(file: str) -> None:
    """Be the command line of `run_migrations.py`: migrate up to that version.

    Args:
        file: the script's `__file__`; its folder (`v0.4_migration`) names the version.

    """
    import argparse

    from db_workflow import front
    from db_workflow.command import leave

    folder = Path(file).resolve().parent.name
    match = re.search(r"\d+(?:\.\d+)*", folder)
    if match is None:
        leave(f"The folder {folder!r} names no version, as v0.4_migration does.", 2)
    version = match.group()
    parser = argparse.ArgumentParser(
        description=f"Apply the ordered lists up to version {version} to the test database."
        " What the ledger already has is not applied again.",
        epilog="The test database is TEST_DATABASE_URL, or one on the embedded server. The same"
        f" as: invoke migrate --to {version}",
    )
    parser.add_argument(
        "--plan", action="store_true", help="show what would be applied, and change nothing"
    )
    parser.add_argument(
        "--sql-only",
        action="store_true",
        help="leave Python steps out; phase 1 then does not hold until the next reset",
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON on stdout")
    flags = parser.parse_args()
    start = Path(file).resolve().parent
    run = front.plan if flags.plan else front.migrate
    run(to=version, sql_only=flags.sql_only, as_json=flags.json, start=start)


def run_generator(file: str) -> None:
    """Be the command line of `generate_test_data.py`: the same as `invoke generate`.

    Args:
        file: the script's `__file__`; the repository it lies in is the one that is meant.

    """
    from db_workflow import front

    _no_arguments(
        "Extract anonymised rows from the migrated test database into data/auto_<table>.py."
        " Refused until phases 1 and 2 hold. The same as: invoke generate"
    )
    front.generate(start=Path(file).resolve().parent)


def run_seeder(file: str) -> None:
    """Be the command line of `seed_test_db.py`: the same as `invoke seed`, or only empty it.

    Args:
        file: the script's `__file__`; the repository it lies in is the one that is meant.

    """
    import argparse

    from db_workflow import front

    parser = argparse.ArgumentParser(
        description="Load manual and generated rows into the test database, in one transaction."
        " Refused until phases 1 and 2 hold and the generated files are current."
        " The same as: invoke seed"
    )
    parser.add_argument(
        "--clear", action="store_true", help="only empty the tables of the test database"
    )
    if parser.parse_args().clear:
        front.clear_database(start=Path(file).resolve().parent)
    else:
        front.seed(start=Path(file).resolve().parent)


def run_sample_production(file: str) -> None:
    """Be the command line of the script that builds the stand-in production.

    Args:
        file: the script's `__file__`; the repository it lies in is the one that is meant.

    """
    import argparse

    from db_workflow import front

    parser = argparse.ArgumentParser(
        description="Build the stand-in production: an invented business at the previous version."
        " Kept as it is when nothing that makes it has changed."
        " The same as: invoke sample-production"
    )
    parser.add_argument(
        "--students", type=int, default=50, metavar="N", help="size of the business (default 50)"
    )
    students = parser.parse_args().students
    front.sample_production(students=students, start=Path(file).resolve().parent)


def _no_arguments(description: str) -> None:
    import argparse

    argparse.ArgumentParser(description=description).parse_args()
