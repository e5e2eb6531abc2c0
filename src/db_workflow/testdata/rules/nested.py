"""The rule for JSON values, by paths to their leaves and keys."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from db_workflow.testdata.rules.combined import asked
from db_workflow.testdata.rules.json_text import (
    Number,
    Object,
    in_jsonb_order,
    jsonb_place,
    leaf_text,
    read,
    respelled,
    written,
)
from db_workflow.testdata.rules.pseudonyms import Pseudonyms, UnfitValueError
from db_workflow.testdata.rules.rule import Part, Rule

# A key with one of these in it is no step of a path: only `*` can mean it.
_PATH_SIGNS = frozenset(".[*")


def json(paths: Mapping[str, Rule]) -> Rule:
    """Treat the leaves of a JSON value path by path; a path that is not named is an error.

    Written as `jsonb` prints it: one space between things, and where an object's keys came in
    `jsonb`'s order, other keys come in that order. Numbers keep their spelling, repeated keys of
    `json` stay repeated. At most 200 levels deep.

    Args:
        paths: `"students[].name"` is the key `name` in every element of the array `students`;
            `"costs.*"` is the value of any key below `costs`, and then `"costs.*~"` must say what
            happens to those keys themselves. `""` is the value itself. A key that holds `.`, `[` or
            `*` can only be meant by `*`.

    """
    names = sorted(paths)
    walk = _Walk(dict(paths), _beginnings(paths))

    def transform(value: str, by: Pseudonyms) -> str:
        return written(walk.treated(read(value), "", by))

    def inside(value: str) -> Iterable[Part]:
        return walk.parts(read(value), "")

    rules = [paths[name] for name in names]
    beside, given = asked(rules, lambda made: json(dict(zip(names, made, strict=True))))
    return Rule(
        "json",
        tuple(f"{path!r}: {paths[path]}" for path in names),
        None if given else transform,
        frozenset({"json", "text"}),
        inside=inside,
        beside=beside,
        given=given,
        found=tuple(rule.found for rule in rules if rule.found is not None) or None,
    )


@dataclass(frozen=True, slots=True)
class _Walk:
    """Goes down a JSON value along the declared paths."""

    paths: dict[str, Rule]
    named: frozenset[str]

    def treated(self, value: Any, path: str, by: Pseudonyms) -> Any:
        if isinstance(value, Object):
            return self._treated_object(value, path, by)
        if isinstance(value, list):
            return [self.treated(element, f"{path}[]", by) for element in value]
        if value is None:
            return None
        rule = self._rule(path)
        if rule.keeps:
            return value
        return respelled(rule.apply(leaf_text(value), by), value)

    def parts(self, value: Any, path: str) -> Iterator[Part]:
        """Yield keys that no path spells out, texts and numbers, each with its rule."""
        if isinstance(value, Object):
            for key, below in value.pairs:
                rule = self._key_rule(path, key)
                if rule is not None:
                    yield from rule.parts(key)
                yield from self.parts(below, self._below(path, key))
        elif isinstance(value, list):
            for element in value:
                yield from self.parts(element, f"{path}[]")
        elif isinstance(value, Number):
            yield Part(value.text, self._rule(path), number=True)
        elif isinstance(value, str):
            yield from self._rule(path).parts(value)

    def _treated_object(self, value: Object, path: str, by: Pseudonyms) -> Object:
        keys = self._keys(value, path, by)
        pairs = [
            (keys[key], self.treated(below, self._below(path, key), by))
            for key, below in value.pairs
        ]
        if any(old != new for old, new in keys.items()) and in_jsonb_order(
            key for key, _ in value.pairs
        ):
            pairs.sort(key=lambda pair: jsonb_place(pair[0]))
        return Object(pairs)

    def _keys(self, value: Object, path: str, by: Pseudonyms) -> dict[str, str]:
        """Return the new key for each key of an object. Different ones stay different."""
        made = {}
        hidden = {}
        for key, _ in value.pairs:
            rule = self._key_rule(path, key)
            if rule is None or rule.keeps:
                made[key] = key
            else:
                hidden[key] = rule.apply(key, by)
        taken = set(made)
        for key, wanted in hidden.items():
            if wanted is None:
                raise UnfitValueError(f"the rule of the keys of JSON path {path!r} gives NULL")
            made[key] = self._free(wanted, path, taken)
            taken.add(made[key])
        return made

    def _free(self, wanted: str, path: str, taken: Collection[str]) -> str:
        """Return a key that no other has, and that does not mean a path of its own."""
        free, number = wanted, 1
        while free in taken or self._is_named(path, free):
            number += 1
            free = f"{wanted} {number}"
        return free

    def _below(self, path: str, key: str) -> str:
        return _joined(path, key if self._is_named(path, key) else "*")

    def _is_named(self, path: str, key: str) -> bool:
        return _joined(path, key) in self.named and _PATH_SIGNS.isdisjoint(key)

    def _key_rule(self, path: str, key: str) -> Rule | None:
        """Return the rule for a key that the declaration does not spell out."""
        if self._is_named(path, key):
            return None
        wildcard = _joined(path, "*~")
        if wildcard not in self.paths:
            # The key itself may be somebody's name, so the message does not show it.
            raise UnfitValueError(f"JSON path {path or '(top)'!r} holds a key that no path names")
        return self.paths[wildcard]

    def _rule(self, path: str) -> Rule:
        if path not in self.paths:
            raise UnfitValueError(f"JSON path {path!r} has no rule")
        return self.paths[path]


def _beginnings(paths: Iterable[str]) -> frozenset[str]:
    """Return every path and what leads to it: `a[]`, `a` and `a[].b` for `a[].b`."""
    return frozenset(
        path[:place]
        for path in paths
        for place in range(1, len(path) + 1)
        if place == len(path) or path[place] in ".["
    )


def _joined(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
