"""Peers, installed once into a folder that git does not see."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.runners.bench import PeerMissingError

# psycopg2 and not psycopg 3: it takes less time to import, and both tools are faster with it.
_PYTHON = ("alembic", "yoyo-migrations", "psycopg2-binary")
_NODE = ("dbmate", "node-pg-migrate", "pg")


def python_peers(cache: Path) -> Path:
    """Return the interpreter of a virtual environment that has the Python peers.

    Raises:
        PeerMissingError: it could not be installed.

    """
    folder = cache / "python"
    python = folder / "bin" / "python"
    if not (folder / "bin" / "yoyo").exists():
        _run([sys.executable, "-m", "venv", folder])
        _run([python, "-m", "pip", "install", "--quiet", *_PYTHON])
    return python


def node_peers(cache: Path) -> Path:
    """Return the `node_modules` folder that has the Node peers.

    Raises:
        PeerMissingError: it could not be installed.

    """
    folder = cache / "node"
    if not (folder / "node_modules" / "pg").exists():
        folder.mkdir(parents=True, exist_ok=True)
        _run(["npm", "install", "--no-audit", "--no-fund", "--prefix", folder, *_NODE])
    return folder / "node_modules"


def python_version(python: Path, package: str) -> str:
    """Return the version of an installed Python package."""
    return _run(
        [python, "-c", f"from importlib.metadata import version; print(version({package!r}))"]
    ).strip()


def node_version(modules: Path, package: str) -> str:
    """Return the version of an installed Node package."""
    return str(json.loads((modules / package / "package.json").read_text("utf-8"))["version"])


def _run(command: Sequence[str | Path]) -> str:
    try:
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    except FileNotFoundError:
        raise PeerMissingError(f"there is no {command[0]} here") from None
    except subprocess.CalledProcessError as error:
        last = (error.stderr or error.stdout or "").strip().splitlines()[-1:]
        raise PeerMissingError(f"it could not be installed: {' '.join(last)}") from None
    return done.stdout
