"""How data files are called: a table's first file by TABLE_CONFIG, its further parts by number."""

import re
from pathlib import Path

# How every generated file begins; a file of manual rows does not.
BEGINNING = '"""Generated test data of the table '
# Stands in the data folder while files are replaced: until it goes, they are of two runs.
PLACING = ".placing"
_PART = re.compile(r"(auto_\w+?)__(\d{3,})\.py")


def part_name(file: str, number: int) -> str:
    """Return the name of a table's nth file: `auto_users.py`, then `auto_users__002.py`."""
    return file if number == 1 else f"{file.removesuffix('.py')}__{number:03}.py"


def is_part_name(name: str) -> bool:
    """Tell whether a file is called like a further part, which no table's first file may be."""
    return _PART.fullmatch(name) is not None


def part_files(folder: Path, file: str) -> list[Path]:
    """Return the generated files of a table that are in a folder, in their order.

    A file of manual rows is none of them, whatever it is called.
    """
    numbered = []
    for path in folder.glob(f"{file.removesuffix('.py')}__*.py"):
        match = _PART.fullmatch(path.name)
        if match and path.name == part_name(file, int(match[2])) and looks_generated(path):
            numbered.append((int(match[2]), path))
    first = folder / file
    return [*([first] if first.is_file() else []), *(path for _, path in sorted(numbered))]


def looks_generated(path: Path) -> bool:
    """Tell by its beginning whether the workflow wrote a file; its rows may be damaged."""
    with path.open("rb") as source:
        return source.read(len(BEGINNING)) == BEGINNING.encode()
