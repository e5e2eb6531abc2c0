"""A program that migrates a database: what the tests of faults start, and kill."""

import asyncio
import json
import sys
from dataclasses import replace
from pathlib import Path

from db_workflow.errors import WorkflowError
from db_workflow.schema.plan import load_plan
from db_workflow.schema.run.runner import migrate
from db_workflow.settings import load_settings


class Paused:
    """Says everything, and waits after one line until it is spoken to."""

    def __init__(self, after):
        self.after = after

    def say(self, text):
        print(text, flush=True)
        if self.after and self.after in text:
            print("PAUSED", flush=True)
            sys.stdin.readline()

    def progress(self, label, done, total=None):
        pass


def main():
    told = json.loads(sys.stdin.readline())
    settings = replace(load_settings(Path(told["root"])), **told["limits"])
    reporter = Paused(told["pause_after"])
    print("STARTED", flush=True)
    try:
        result = asyncio.run(
            migrate(
                settings.test_address, load_plan(settings), settings=settings, reporter=reporter
            )
        )
    except WorkflowError as error:
        print(error, flush=True)
        sys.exit(error.exit_code)
    print("APPLIED", *[step.name for step in result.applied], flush=True)


if __name__ == "__main__":
    main()
