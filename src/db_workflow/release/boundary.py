"""The boundary: a change of the database layer stays inside the layer's own paths."""

import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from db_workflow.errors import WorkflowError
from db_workflow.settings import Settings

_NEXT = (
    "next: take those changes into a change of their own, or add their path to `boundary` in"
    " [tool.db_workflow]"
)


@dataclass(frozen=True, slots=True)
class Boundary:
    """What has changed since a revision, inside the layer's paths and outside.

    Attributes:
        base: the revision, as it was asked for.
        paths: the layer's: folders end with "/", a `*` stands for anything.
        inside: the changed files that are the layer's.
        outside: those that are not.

    """

    base: str
    paths: tuple[str, ...]
    inside: tuple[str, ...]
    outside: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing outside has changed."""
        return not self.outside

    @property
    def summary(self) -> str:
        """One sentence."""
        found = f"{len(self.inside)} changed files are the layer's, {len(self.outside)} are not"
        return f"since {self.base}: {found}"

    def to_json(self) -> Mapping[str, Any]:
        """Return everything, for a machine."""
        return {"ok": self.ok, **asdict(self)}

    def __str__(self) -> str:
        """Return the screen a person sees."""
        lines = [self.summary]
        if self.outside:
            lines += ["", "outside:", *(f"  ✗ {path}" for path in self.outside)]
            lines += ["", "the layer's paths:", *(f"  {path}" for path in self.paths)]
            lines += ["", _NEXT]
        return "\n".join(lines)


def look_at_boundary(settings: Settings, *, base: str) -> Boundary:
    """Compare the working tree with where it left a revision; new files count as well.

    Args:
        settings: the repository.
        base: any name git knows for a revision: a branch, a tag, a commit.

    Raises:
        WorkflowError: there is no git, no repository, or no such revision.

    """
    git = _Git(settings.root)
    commit = git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{base}^{{commit}}")
    if commit is None:
        raise WorkflowError(
            f"git knows no revision {base!r} here.",
            why="what has changed is told beside a revision of this repository",
            next="name a branch, a tag or a commit: invoke boundary --base main",
        )
    forked = git("merge-base", commit.strip(), "HEAD") or commit
    changed = _names(git("diff", "--name-only", "--no-renames", "-z", forked.strip()))
    new = _names(git("ls-files", "--others", "--exclude-standard", "--full-name", "-z", ":/"))
    prefix = (git("rev-parse", "--show-prefix") or "").strip()
    paths = layer_paths(settings)
    files = sorted({_from_root(name, prefix) for name in (*changed, *new)})
    inside = tuple(file for file in files if _is_inside(file, paths))
    return Boundary(base, paths, inside, tuple(file for file in files if file not in inside))


def layer_paths(settings: Settings) -> tuple[str, ...]:
    """Return the layer's paths: what the settings name, and `boundary` beside it."""
    runner = settings.relative(settings.root / settings.runners).replace("{version}", "*")
    found = [
        f"{settings.relative(settings.sql)}/",
        f"{runner.rpartition('/')[0]}/" if "/" in runner else runner,
        f"{settings.relative(settings.test_data)}/",
        settings.relative(settings.codegen_reference),
        "CHANGELOG.md",
    ]
    for file in (settings.engine, settings.sample_production):
        found += [settings.relative(file)] if file else []
    for name in (settings.models, settings.enums, settings.session):
        found += _module_paths(name.partition(":")[0], settings) if name else []
    return tuple(dict.fromkeys([*found, *settings.boundary]))


def _module_paths(module: str, settings: Settings) -> Iterator[str]:
    """Yield where a module may stand: a file, or a package's folder."""
    for root in settings.import_paths or (settings.root,):
        place = root.joinpath(*module.split("."))
        if place.is_dir():
            yield f"{settings.relative(place)}/"
        elif place.with_suffix(".py").is_file():
            yield settings.relative(place.with_suffix(".py"))


def _is_inside(file: str, paths: Sequence[str]) -> bool:
    # A folder's pattern covers everything below it.
    return any(
        fnmatchcase(file, f"{path}*" if path.endswith("/") else path)
        or fnmatchcase(file, f"{path}/*")
        for path in paths
    )


def _from_root(name: str, prefix: str) -> str:
    """Return a path from the root of git's repository as one from the settings' root."""
    if name.startswith(prefix):
        return name.removeprefix(prefix)
    return "../" * prefix.count("/") + name


def _names(output: str | None) -> list[str]:
    return [name for name in (output or "").split("\0") if name]


class _Git:
    """Asks git in one folder."""

    def __init__(self, root: Path) -> None:
        program = shutil.which("git")
        if program is None:
            raise WorkflowError(
                "There is no git.", why="it alone knows what has changed", next="install git"
            )
        self._command = (program, "-C", str(root))
        if self("rev-parse", "--is-inside-work-tree") is None:
            raise WorkflowError(
                f"{root} is in no git repository.",
                why="git alone knows what has changed",
                next="git init, and commit what there is",
            )

    def __call__(self, *arguments: str) -> str | None:
        """Return what git prints; None if it refuses."""
        done = subprocess.run(
            [*self._command, *arguments], check=False, capture_output=True, encoding="utf-8",
            errors="surrogateescape",
        )  # fmt: skip
        return done.stdout if done.returncode == 0 else None
