"""Find calls of `commit()` outside the one module that may make them."""

import ast
from pathlib import Path

from db_workflow.release.files import sources


def find_commits(root: Path, *, engine: Path) -> tuple[str, ...]:
    """Return `file:line` of every `.commit(` call in the repository outside `engine`."""
    found: list[str] = []
    for path in sources(root):
        if path != engine:
            found += [
                f"{path.relative_to(root)}:{line}" for line in commit_lines(path.read_text("utf-8"))
            ]
    return tuple(found)


def commit_lines(source: str) -> list[int]:
    """Return the lines that call `.commit(…)`, or hand `.commit` to something that could."""
    if "commit" not in source:  # most files; taking one apart takes as long as importing it
        return []
    return sorted(
        used.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        for used in (node.func, *node.args, *(keyword.value for keyword in node.keywords))
        if isinstance(used, ast.Attribute) and used.attr == "commit"
    )
