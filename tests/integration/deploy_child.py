"""A program that deploys or rolls back: what the tests of faults start, and kill."""

import asyncio
import json
import sys
from pathlib import Path

from db_workflow.binaries import find_binaries
from db_workflow.errors import WorkflowError
from db_workflow.release.deploy.deploy import deploy
from db_workflow.release.deploy.outlook import look_ahead
from db_workflow.release.rollback.outlook import look_back
from db_workflow.release.rollback.rollback import roll_back
from db_workflow.schema.plan import load_plan
from db_workflow.server import Server
from db_workflow.settings import load_settings


class Paused:
    """Says everything, and waits once, after one line, until it is spoken to."""

    def __init__(self, after):
        self.after = after

    def say(self, text):
        print(text, flush=True)
        if self.after and self.after in text:
            self.after = ""
            print("PAUSED", flush=True)
            sys.stdin.readline()

    def progress(self, label, done, total=None):
        pass


async def work(verb, settings, reporter):
    production = settings.production_address
    server = Server(production.at("postgres"), find_binaries(settings.binaries), embedded=False)
    if verb == "deploy":
        plan = load_plan(settings)
        outlook = await look_ahead(production, plan, version="0.2", settings=settings)
        await deploy(
            production,
            plan,
            outlook=outlook,
            digest="d" * 64,
            server=server,
            settings=settings,
            reporter=reporter,
        )
    else:
        outlook = await look_back(server, production, settings=settings)
        await roll_back(
            server, production, outlook=outlook, ending=False, settings=settings, reporter=reporter
        )


def main():
    told = json.loads(sys.stdin.readline())
    print("STARTED", flush=True)
    try:
        asyncio.run(
            work(told["verb"], load_settings(Path(told["root"])), Paused(told["pause_after"]))
        )
    except WorkflowError as error:
        print(error, flush=True)
        sys.exit(error.exit_code)
    print("DONE", flush=True)


if __name__ == "__main__":
    main()
