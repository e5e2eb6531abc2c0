"""What has to be hidden, remembered as hashes: 8 bytes for each way to write a secret."""

import itertools
import json
from collections.abc import Collection
from pathlib import Path

import numpy as np

from db_workflow.testdata.gate.hashing import Numbers, Places, texts_of, unlike
from db_workflow.testdata.gate.keys import PERSONS, Kind, keys_of
from db_workflow.testdata.rules.rule import Rule, texts, whole
from db_workflow.testdata.rules.spelling import plain_spellings
from db_workflow.testdata.structure import Column

# What coincides by chance: not remembered, and not searched.
CHANCE_KINDS = frozenset({"number", "date", "interval", "boolean", "enum"})
KEYS, ORIGINS, PAIRS, NAMES = "keys.bin", "origins.bin", "pairs.bin", "names.bin"
PARTS, FACTS = "parts.bin", "facts.json"
# Saved keys can be merged in so many parts (as bits of a key), none of which is large.
PART_BITS = 10
_LOOSE = 1 << 19
_AT_ONCE = 1 << 13


class Secrets:
    """Collects the keys of what rules hide while rows are transformed; one in each job."""

    def __init__(self) -> None:
        self._keys: dict[str, list[Numbers]] = {}
        self._pairs: list[Numbers] = []
        self._names: list[Numbers] = []
        self._loose = self._gathered = 0
        self._longest = 1
        self._exact = False
        self._ranks: dict[str, int] = {}
        self._unsearched: dict[str, set[int]] = {}
        self._waiting: dict[tuple[str, Kind], _Waiting] = {}

    @property
    def unsearched(self) -> dict[str, int]:
        """How many different values of each origin are too short or too common to search for."""
        self._take_all()
        return {origin: len(found) for origin, found in self._unsearched.items()}

    def note(self, origin: str, column: Column, rule: Rule, values: Collection[str]) -> None:
        """Remember source values that a rule hides.

        Args:
            origin: "table.column", for the error.
            column: the column.
            rule: its rule, as it is for these rows.
            values: as they are in the source, decoded, without NULL.

        """
        if column.element in CHANCE_KINDS or rule.keeps:
            return
        self._ranks[origin] = _rank(rule)
        uuid = column.element == "uuid"
        if rule.inside is None:
            self._wait(origin, Kind.of(rule, number=False, uuid=uuid), rule, values)
            return
        for value in values:
            for part in rule.parts(value):
                if not part.rule.keeps:
                    kind = Kind.of(part.rule, number=part.number, uuid=uuid)
                    self._wait(origin, kind, part.rule, (part.text,))

    def save(self, path: Path) -> None:
        """Write what was collected into a new folder."""
        self._take_all()
        path.mkdir(mode=0o700)
        # One after the other, and forgotten at once: there may be millions of each.
        pairs, names = _written(path / PAIRS, self._pairs), _written(path / NAMES, self._names)
        origins = sorted(self._keys)
        found = [unlike(self._keys.pop(origin)) for origin in origins]
        whose = np.repeat(np.arange(len(origins), dtype=np.uint16), [len(each) for each in found])
        keys = np.concatenate((np.zeros(0, np.uint64), *found))
        del found
        order = np.argsort(keys, kind="stable")
        whose[order].tofile(path / ORIGINS)
        keys = keys[order]
        keys.tofile(path / KEYS)
        np.array([_parts(keys), pairs, names]).tofile(path / PARTS)
        facts = {
            "origins": origins,
            "longest": self._longest,
            "exact": self._exact,
            "ranks": self._ranks,
            "unsearched": {name: sorted(found) for name, found in self._unsearched.items()},
        }
        (path / FACTS).write_text(json.dumps(facts), "utf-8")

    def _wait(self, origin: str, kind: Kind, rule: Rule, values: Collection[str]) -> None:
        """Keep secrets until there are enough to be worth the arrays."""
        waiting = self._waiting.get((origin, kind))
        if waiting is None:
            waiting = self._waiting[origin, kind] = _Waiting()
        waiting.add(rule, values)
        if len(waiting.secrets) >= _AT_ONCE:
            self._take(origin, kind, self._waiting.pop((origin, kind)))

    def _take_all(self) -> None:
        for (origin, kind), waiting in self._waiting.items():
            self._take(origin, kind, waiting)
        self._waiting = {}

    def _take(self, origin: str, kind: Kind, waiting: "_Waiting") -> None:
        self._exact |= kind.exact
        count = len(waiting.counts)
        owners = np.repeat(np.arange(count), waiting.counts)
        worth = np.zeros(count, bool)
        whole_keys = np.zeros(count, np.uint64)
        for start, stop, text in texts_of(waiting.secrets):
            found = keys_of(text, stop - start, kind)
            self._keys.setdefault(origin, []).append(found.keys)
            self._pairs.append(found.pairs)
            self._names.append(found.names)
            self._longest = max(self._longest, found.longest)
            self._loose += len(found.keys) + len(found.pairs)
            mine = owners[start:stop]
            worth[mine[found.searched]] = True
            spoken = found.whole != 0
            whole_keys[mine[spoken]] = found.whole[spoken]
        passed = np.unique(whole_keys[~worth & (whole_keys != 0)])
        if len(passed):
            self._unsearched.setdefault(origin, set()).update(passed.tolist())
        if self._loose > max(_LOOSE, self._gathered):
            self._gather()

    def _gather(self) -> None:
        """Put loose arrays together; values that come again take no more room."""
        self._keys = {origin: [unlike(found)] for origin, found in self._keys.items()}
        self._pairs, self._names = [unlike(self._pairs)], [unlike(self._names)]
        self._loose = 0
        self._gathered = len(self._pairs[0]) + sum(len(found[0]) for found in self._keys.values())


def _written(path: Path, numbers: list[Numbers]) -> Places:
    """Write numbers, each once, and forget them. Returns their parts."""
    found = unlike(numbers)
    numbers.clear()
    found.tofile(path)
    return _parts(found)


def _parts(keys: Numbers) -> Places:
    """Return where each part of all possible keys begins among sorted ones, and their number."""
    firsts = np.arange(1 << PART_BITS, dtype=np.uint64) << np.uint64(64 - PART_BITS)
    return np.append(np.searchsorted(keys, firsts), len(keys))


def _rank(rule: Rule) -> int:
    """Return how telling a column is as the origin of a value that others have, too.

    A name comes from the column of names rather than from an address, and from that rather than
    from a text that mentions it.
    """
    if rule.inside is not None or rule.name.startswith("scrub"):
        return 2
    return 0 if rule.name in PERSONS else 1


class _Waiting:
    """Secrets of one sort, and how many each value has."""

    __slots__ = ("counts", "secrets")

    def __init__(self) -> None:
        self.secrets: list[str] = []
        self.counts: list[int] = []

    def add(self, rule: Rule, values: Collection[str]) -> None:
        """Append the secrets of some values."""
        if rule.secrets is whole and all(map(str.isascii, values)):
            self.secrets += values
            self.counts += [1] * len(values)
        else:
            each = [texts(secrets) for secrets in map(rule.secrets, values)]
            if not "".join(itertools.chain.from_iterable(each)).isascii():
                each = [_spelled(secrets) for secrets in each]
            self.secrets += itertools.chain.from_iterable(each)
            self.counts += map(len, each)


def _spelled(secrets: list[str]) -> list[str]:
    """Return secrets as they are, and as they are typed without accents."""
    more = [
        plain for secret in secrets if not secret.isascii() for plain in plain_spellings(secret)
    ]
    return secrets + more if more else secrets
