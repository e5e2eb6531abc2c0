"""squawk, the linter of PostgreSQL migrations: found, run, its findings read.

A program of its own, no library: it comes as a wheel that holds nothing but the binary.
"""

import glob
import itertools
import json
import os
import shutil
import subprocess
import sysconfig
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from db_workflow.errors import WorkflowError

# Room for every system: Windows takes 32,767 characters in a command line.
_COMMAND_LENGTH = 24_000
# Thousands of files take it a second; its parser may meet something that it never leaves.
_TIMEOUT_SECONDS = 120
_USED_WRONGLY = 2
_FIELDS = {"file", "line", "column", "level", "rule_name", "message", "help"}
_INSTALL = "pip install --upgrade squawk-cli"


@dataclass(frozen=True, slots=True)
class Source:
    """One file to lint.

    Attributes:
        path: the file, absolute.
        transaction: whether the runner opens a transaction around it.
        text: what squawk is to read instead of the file; as many lines as the file has.

    """

    path: Path
    transaction: bool
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """One thing that squawk says.

    Attributes:
        path: the file, absolute.
        line: from 1.
        column: from 1, in characters.
        level: "error" or "warning".
        rule: its name, such as "ban-drop-column".
        message: what is wrong.
        help: what it proposes; may be empty.

    """

    path: Path
    line: int
    column: int
    level: str
    rule: str
    message: str
    help: str


def find_squawk() -> Path:
    """Return squawk's program: beside this Python, else on PATH.

    Raises:
        WorkflowError: there is none; says how to get it.

    """
    found = shutil.which("squawk", path=sysconfig.get_path("scripts")) or shutil.which("squawk")
    if found is None:
        raise WorkflowError(
            "squawk was found neither beside this Python nor on PATH.",
            why="it knows which statements block or break a database at work",
            next=_INSTALL,
        )
    return Path(found)


def run_squawk(
    program: Path, sources: Sequence[Source], *, root: Path, major: int | None
) -> list[Report]:
    """Lint files and return everything that squawk says, in no particular order.

    No rule is excluded here: a name on the command line would put aside what the repository's
    own `.squawk.toml` excludes, and a name that another version of squawk does not know is an
    error. The caller leaves out what it does not want.

    Args:
        program: as `find_squawk` returns it.
        sources: the files.
        root: the repository; its `.squawk.toml` counts, one further up does not.
        major: the server's major version, such as 18; None leaves it to squawk.

    Raises:
        WorkflowError: squawk could not be run, or does not understand its configuration.

    """
    configuration = root / ".squawk.toml"
    common = [str(program), "--reporter=json", "--no-error-on-unmatched-pattern"]
    common.append(f"--config={configuration if configuration.is_file() else os.devnull}")
    if major is not None:
        common.append(f"--pg-version={major}")
    said: list[tuple[Source, dict[str, Any]]] = []
    for transaction in (True, False):
        mine = [one for one in sources if one.transaction is transaction]
        # Said either way, because `.squawk.toml` may say the other.
        mode = f"--{'' if transaction else 'no-'}assume-in-transaction"
        named = {_shown(one.path, root): one for one in mine if one.text is None}
        for batch in batches(map(glob.escape, named), length=_COMMAND_LENGTH):
            found = _run([*common, mode, "--", *batch], root)
            said += [(named[one["file"]], one) for one in found]
        for source in mine:
            if source.text is not None:
                name = f"--stdin-filepath={_shown(source.path, root)}"
                found = _run([*common, mode, name], root, text=source.text)
                said += [(source, one) for one in found]
    return [
        report
        for source, group in itertools.groupby(said, key=lambda pair: pair[0])
        for report in _reports(source, [one for _, one in group])
    ]


def refuse_unknown_rules(program: Path, rules: Sequence[str], *, root: Path) -> None:
    """Refuse names that are no rules of squawk's: they would silently leave nothing out.

    Raises:
        WorkflowError: squawk does not know one of them; says which.

    """
    if rules:
        listed = f"--exclude={','.join(rules)}"
        _run([str(program), "--reporter=json", f"--config={os.devnull}", listed], root, text="")


def batches(names: Iterable[str], *, length: int) -> Iterator[list[str]]:
    """Yield names in their order, as many at a time as fit into a command line of that length."""
    batch: list[str] = []
    used = 0
    for name in names:
        size = len(os.fsencode(name)) + 1
        if batch and used + size > length:
            yield batch
            batch, used = [], 0
        batch.append(name)
        used += size
    if batch:
        yield batch


def _shown(path: Path, root: Path) -> str:
    """Return a path as `.squawk.toml` speaks of it: from the root, if it is below."""
    return str(path.relative_to(root) if path.is_relative_to(root) else path)


def _run(command: list[str], root: Path, *, text: str = "") -> list[dict[str, Any]]:
    try:
        ended = subprocess.run(
            command,
            cwd=root,
            input=text.encode(),
            capture_output=True,
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )
        # It ends with 1 both for findings and for failures; only the former are JSON.
        said: Any = json.loads(ended.stdout) if ended.returncode != _USED_WRONGLY else None
    except subprocess.TimeoutExpired as error:
        raise _failure(f"squawk has not ended within {_TIMEOUT_SECONDS} s.") from error
    except OSError as error:
        raise _failure(f"{command[0]} cannot be run: {error.strerror}.") from error
    except ValueError:
        said = None
    if not _is_known_form(said):
        told = ended.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        code = f"exit code {ended.returncode}, and no findings in a known form"
        raise _failure(f"squawk failed: {told or code}")
    return list(said)


def _is_known_form(said: object) -> bool:
    return isinstance(said, list) and all(
        isinstance(one, dict) and one.keys() >= _FIELDS for one in said
    )


def _failure(found: str) -> WorkflowError:
    return WorkflowError(
        found,
        why="the files have not been linted",
        next=f"mend `.squawk.toml` or `lint_exclude` if it names one of them; else {_INSTALL}",
    )


def _reports(source: Source, said: Sequence[dict[str, Any]]) -> Iterator[Report]:
    """Yield what squawk says of one file, with its places as a person counts them."""
    content = source.path.read_bytes() if source.text is None else source.text.encode()
    lines = content.split(b"\n")
    for one in said:
        # squawk counts lines from 0, and bytes from 0, of which a byte order mark has three.
        before = lines[one["line"]][: one["column"]].decode("utf-8", "replace")
        yield Report(
            path=source.path,
            line=one["line"] + 1,
            column=len(before.removeprefix("\ufeff")) + 1,
            level=str(one["level"]).lower(),
            rule=str(one["rule_name"]),
            message=str(one["message"]),
            help=str(one["help"] or ""),
        )
