"""The names that two snapshots use, and whether one means a single thing where it stands."""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from db_workflow.catalog.snapshot import SchemaObject

Key = tuple[str, str]
_PART = r'(?:"(?:[^"]|"")*"|[^\W\d][\w$]*)'
NAME = rf"{_PART}(?:\.{_PART})*"
# What a name in SQL may mean, by where it stands. A table's is also the type of its rows.
_RELATIONS = frozenset({"table", "view", "materialised view"})
SPACES = {
    "type": _RELATIONS | {"enum", "domain", "composite type", "range type"},
    "relation": _RELATIONS | {"sequence", "column"},
    "function": frozenset({"function"}),
}


@lru_cache(maxsize=10_000)
def name_parts(printed: str) -> tuple[str, ...]:
    """Return the parts of a printed name, each as printed; a function's without its arguments."""
    match = re.match(NAME, printed)
    return tuple(re.findall(_PART, match[0])) if match else (printed,)


def plain(part: str) -> str:
    """Return a part of a name without its quotes."""
    return part[1:-1].replace('""', '"') if part.startswith('"') else part


class Vocabulary:
    """Every name that two snapshots use, and for what: tells whether a name means one thing."""

    def __init__(self, objects: Iterable[SchemaObject]) -> None:
        self._meaning: dict[tuple[str, str], set[Key]] = defaultdict(set)
        self._schemas: set[str] = set()
        self._printed: set[str] = set()
        for found in objects:
            if found.kind == "schema":
                self._schemas.add(found.name)
            parts = name_parts(found.name)
            for space, kinds in SPACES.items():
                if found.kind in kinds:
                    self._meaning[space, parts[-1]].add(found.key)
                    self._printed.add(".".join(parts))

    def forms(self, key: Key, space: str) -> list[tuple[str, ...]]:
        """Return how an object's name may be printed in SQL without meaning anything else."""
        parts = name_parts(key[1])
        forms = [parts] if len(parts) > 1 else []
        if len(parts) == 1:
            forms += [
                (schema, *parts)
                for schema in sorted(self._schemas)
                if f"{schema}.{parts[0]}" not in self._printed
            ]
        if self.is_clear(key, space):
            forms.append(parts[-1:])
        return forms

    def is_clear(self, key: Key, space: str) -> bool:
        """Tell whether an object's name without its schema means nothing else in a place."""
        return self._meaning[space, name_parts(key[1])[-1]] <= {key}
