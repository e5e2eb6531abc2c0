"""Rules inside values: the elements of an array, the leaves and keys of a JSON value."""

import json as json_module
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from db_workflow.testdata.anonymise import Pseudonyms, UnfitValueError
from db_workflow.testdata.rules import Rule

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

    def secrets(value: str) -> Iterable[str]:
        for _, element in _elements(value):
            if element is not None and not rule.keeps:
                yield from rule.secrets(element)

    return Rule(
        "each",
        (str(rule),),
        transform,
        frozenset({"array"}),
        rule.vocabulary,
        secrets,
        invents_numbers=rule.invents_numbers,
    )


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
    walk = _Walk(dict(paths))
    vocabulary = frozenset[str]().union(*(rule.vocabulary for rule in paths.values()))

    def transform(value: str, by: Pseudonyms) -> str:
        return _written(walk.treated(_read(value), "", by))

    def secrets(value: str) -> Iterable[str]:
        return walk.secrets(_read(value), "")

    arguments = tuple(f"{path!r}: {rule}" for path, rule in sorted(paths.items()))
    return Rule(
        "json",
        arguments,
        transform,
        frozenset({"json"}),
        vocabulary,
        secrets,
        invents_numbers=any(rule.invents_numbers for rule in paths.values()),
    )


@dataclass(frozen=True, slots=True)
class _Walk:
    """Goes down a JSON value along the declared paths."""

    paths: dict[str, Rule]

    def treated(self, value: Any, path: str, by: Pseudonyms) -> Any:
        if isinstance(value, _Object):
            return _Object(
                [
                    (self._key(key, path, by), self.treated(below, self._below(path, key), by))
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

    def secrets(self, value: Any, path: str) -> Iterator[str]:
        if isinstance(value, _Object):
            for key, below in value.pairs:
                rule = self._key_rule(path, key)
                if rule is not None and not rule.keeps:
                    yield from rule.secrets(key)
                yield from self.secrets(below, self._below(path, key))
        elif isinstance(value, list):
            for element in value:
                yield from self.secrets(element, f"{path}[]")
        elif isinstance(value, str) and not self._rule(path).keeps:
            yield from self._rule(path).secrets(value)

    def _below(self, path: str, key: str) -> str:
        named = _joined(path, key)
        if any(
            known == named or known.startswith((f"{named}.", f"{named}[")) for known in self.paths
        ):
            return named
        return _joined(path, "*")

    def _key(self, key: str, path: str, by: Pseudonyms) -> str:
        rule = self._key_rule(path, key)
        if rule is None or rule.transform is None:
            return key
        return rule.transform(key, by) or ""

    def _key_rule(self, path: str, key: str) -> Rule | None:
        """Return the rule for a key that the declaration does not spell out."""
        if self._below(path, key) == _joined(path, key):
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
