"""Rules inside values: the elements of an array, the leaves and keys of a JSON value."""

import json as json_module
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from db_workflow.testdata.rules.pseudonyms import Pseudonyms, UnfitValueError
from db_workflow.testdata.rules.rule import Part, Rule

# One element of PostgreSQL's array text: quoted, or bare; and what stands between elements.
_ELEMENT = re.compile(r'"((?:[^"\\]|\\.)*)"|([^{},"]+)|([{},])', re.DOTALL)
_BOUNDS = re.compile(r"(?:\[-?\d+:-?\d+\])+=")
_NULL_ELEMENT = "NULL"


def each(rule: Rule) -> Rule:
    """Return a rule that applies another one to every element of an array's text."""

    def transform(value: str, by: Pseudonyms) -> str:
        if rule.transform is None:
            return value
        made = []
        for raw, element in _elements(value):
            if element is None:
                made.append(raw)
                continue
            other = rule.transform(element, by)
            made.append(_NULL_ELEMENT if other is None else _quoted(other))
        return "".join(made)

    def inside(value: str) -> Iterable[Part]:
        for _, element in _elements(value):
            if element is not None:
                yield from rule.parts(element)

    return Rule("each", (str(rule),), transform, frozenset({"array"}), inside=inside)


def _elements(value: str) -> Iterator[tuple[str, str | None]]:
    """Yield (raw, element) for elements and (raw, None) for all between them and for NULL."""
    bounds = _BOUNDS.match(value)
    start = bounds.end() if bounds else 0
    if bounds:
        yield bounds.group(), None
    for match in _ELEMENT.finditer(value, start):
        if match[3] is not None or match.group() == _NULL_ELEMENT:
            yield match.group(), None
        elif match[2] is not None:
            yield match.group(), match[2]
        else:
            yield match.group(), re.sub(r"\\(.)", r"\1", match[1], flags=re.DOTALL)


def _quoted(element: str) -> str:
    return '"' + element.replace("\\", "\\\\").replace('"', '\\"') + '"'


@dataclass(frozen=True, slots=True)
class _Number:
    """A number as it was written: `1.10` is not `1.1`."""

    text: str


@dataclass(frozen=True, slots=True)
class _Object:
    """Pairs in their order; `json`, unlike `jsonb`, may repeat a key."""

    pairs: list[tuple[str, Any]]


def json(paths: Mapping[str, Rule]) -> Rule:
    """Return a rule that treats a JSON text path by path. See `rules.json`."""
    walk = _Walk(dict(paths), _beginnings(paths))

    def transform(value: str, by: Pseudonyms) -> str:
        return _written(walk.treated(_read(value), "", by))

    def inside(value: str) -> Iterable[Part]:
        return walk.parts(_read(value), "")

    arguments = tuple(f"{path!r}: {rule}" for path, rule in sorted(paths.items()))
    return Rule("json", arguments, transform, frozenset({"json"}), inside=inside)


@dataclass(frozen=True, slots=True)
class _Walk:
    """Goes down a JSON value along the declared paths."""

    paths: dict[str, Rule]
    named: frozenset[str]

    def treated(self, value: Any, path: str, by: Pseudonyms) -> Any:
        if isinstance(value, _Object):
            keys = self._keys(value, path, by)
            return _Object(
                [
                    (keys[key], self.treated(below, self._below(path, key), by))
                    for key, below in value.pairs
                ]
            )
        if isinstance(value, list):
            return [self.treated(element, f"{path}[]", by) for element in value]
        if value is None:
            return None
        rule = self._rule(path)
        if rule.transform is None:
            return value
        made = rule.transform(_text(value), by)
        if made is not None and isinstance(value, _Number) and _is_number(made):
            return _Number(made)
        return made

    def parts(self, value: Any, path: str) -> Iterator[Part]:
        """Yield keys that no path spells out, texts and numbers, each with its rule."""
        if isinstance(value, _Object):
            for key, below in value.pairs:
                rule = self._key_rule(path, key)
                if rule is not None:
                    yield from rule.parts(key)
                yield from self.parts(below, self._below(path, key))
        elif isinstance(value, list):
            for element in value:
                yield from self.parts(element, f"{path}[]")
        elif isinstance(value, _Number):
            yield Part(value.text, self._rule(path), number=True)
        elif isinstance(value, str):
            yield from self._rule(path).parts(value)

    def _below(self, path: str, key: str) -> str:
        named = _joined(path, key)
        return named if named in self.named else _joined(path, "*")

    def _keys(self, value: _Object, path: str, by: Pseudonyms) -> dict[str, str]:
        """Return the new key for each key of an object. Different ones stay different."""
        made = {}
        hidden = {}
        for key, _ in value.pairs:
            rule = self._key_rule(path, key)
            if rule is None or rule.transform is None:
                made[key] = key
            else:
                hidden[key] = rule.transform(key, by)
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

    def _is_named(self, path: str, key: str) -> bool:
        return _joined(path, key) in self.named

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


def _text(value: Any) -> str:
    if isinstance(value, _Number):
        return value.text
    return value if isinstance(value, str) else json_module.dumps(value)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", text) is not None


def _read(value: str) -> Any:
    return json_module.loads(
        value,
        parse_float=_Number,
        parse_int=_Number,
        object_pairs_hook=_Object,
    )


def _written(value: Any) -> str:
    """Return JSON as `jsonb` prints it."""
    if isinstance(value, _Object):
        inside = ", ".join(f"{_written(key)}: {_written(below)}" for key, below in value.pairs)
        return f"{{{inside}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    if isinstance(value, _Number):
        return value.text
    return json_module.dumps(value, ensure_ascii=False)
