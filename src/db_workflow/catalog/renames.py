"""What was renamed, as far as two snapshots can tell it for certain."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from db_workflow.catalog.snapshot import SchemaObject
from db_workflow.catalog.translation import NO_NAMES, Names, mask
from db_workflow.catalog.vocabulary import Key, Vocabulary, name_parts

_RELATIONS = ("table", "view", "materialised view")
# What stands on others comes after them: a table's columns can be compared once the types that
# they name are known by their new names. A schema has nothing by which to know it again.
_LEVELS = (
    ("enum", "domain", "composite type", "range type", "sequence"),
    ("table",),
    ("column",),
    ("function",),
    ("view", "materialised view"),
    ("constraint", "index", "trigger", "policy", "rule", "statistics"),
)
_SELF = "\0"
# An object as it is on its side, and as it reads with the renames that are known.
_Pair = tuple[SchemaObject, SchemaObject]
# A view's definition is its query; a constraint's has no name in it.
_NAME_THEMSELVES = frozenset({"index", "trigger", "rule", "statistics", "function"})


def find_renames(expected: Collection[SchemaObject], actual: Collection[SchemaObject]) -> Names:
    """Find what is there under another name.

    An object was renamed if it is the same but for its name, and no other object that is missing
    and no other one that is unexpected is the same. A table has to be the same with its columns and
    their names, constraints, indexes and all that belongs to it; a column has to stand in the same
    place. Of an object that was dropped and made again under another name nobody can tell it apart.

    Args:
        expected: the objects of one side, without the properties that are not compared.
        actual: those of the other side.

    Returns:
        The renames, which translate the expected side.

    """
    there = {found.key for found in actual}
    here = {found.key for found in expected}
    if here <= there or there <= here:
        return NO_NAMES
    names, vocabulary = NO_NAMES, Vocabulary((*expected, *actual))
    while pairs := _next_pairs(expected, actual, names, vocabulary):
        names = Names({**names.pairs, **pairs}, vocabulary)
    return names


def _next_pairs(
    expected: Collection[SchemaObject],
    actual: Collection[SchemaObject],
    names: Names,
    vocabulary: Vocabulary,
) -> dict[Key, str]:
    """Return the renames of the first level that has any which are not known yet."""
    translated = [(found, names.translate(found)) for found in expected]
    left = {now.key for _, now in translated}
    right = {found.key for found in actual}
    missing = [(found, now) for found, now in translated if now.key not in right]
    unexpected = [(found, found) for found in actual if found.key not in left]
    here = _Signatures([now for _, now in translated], vocabulary)
    there = _Signatures(actual, vocabulary)
    for kinds in _LEVELS:
        old, new = _candidates(missing, unexpected, kinds, here, there)
        pairs = {old[signature].key: new[signature].name for signature in old.keys() & new.keys()}
        if pairs:
            return pairs
    return {}


def _candidates(
    missing: Iterable[_Pair],
    unexpected: Iterable[_Pair],
    kinds: Collection[str],
    here: "_Signatures",
    there: "_Signatures",
) -> tuple[dict[str, SchemaObject], dict[str, SchemaObject]]:
    """Return, of both sides, the objects of some kinds that no other one is like."""
    old = [(one, now, here.outline(now)) for one, now in missing if now.kind in kinds]
    new = [(one, now, there.outline(now)) for one, now in unexpected if now.kind in kinds]
    # Whatever differs at the first look need not be looked at twice.
    outlines = {outline for *_, outline in old} & {outline for *_, outline in new}
    return _unique(old, outlines, here), _unique(new, outlines, there)


def _unique(
    objects: Iterable[tuple[SchemaObject, SchemaObject, str]],
    outlines: Collection[str],
    signatures: "_Signatures",
) -> dict[str, SchemaObject]:
    found: dict[str, list[SchemaObject]] = defaultdict(list)
    for original, now, outline in objects:
        if outline in outlines:
            found[signatures.of(now)].append(original)
    return {signature: alike[0] for signature, alike in found.items() if len(alike) == 1}


class _Signatures:
    """Texts that are equal for objects which are the same but for their names."""

    def __init__(self, objects: Iterable[SchemaObject], vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._parts: dict[str, list[SchemaObject]] = defaultdict(list)
        for found in objects:
            if found.table is not None:
                self._parts[found.table].append(found)

    def outline(self, found: SchemaObject) -> str:
        """Return a shorter text that is equal where the whole one is."""
        if found.kind not in _RELATIONS:
            return _text([found.kind, found.table])
        parts = self._parts[found.name]
        return _text([found.kind, sorted(one.local_name for one in parts if one.kind == "column")])

    def of(self, found: SchemaObject) -> str:
        """Return an object's."""
        if found.kind in _RELATIONS:
            return self._relation(found)
        if found.kind == "function":
            arguments = found.name.removeprefix(".".join(name_parts(found.name)))
            return _text([found.kind, arguments, _masked(found)])
        return _text([found.kind, found.table, _masked(found)])

    def _relation(self, found: SchemaObject) -> str:
        aside = Names({found.key: _SELF}, self._vocabulary)
        parts = []
        for part in self._parts[found.name]:
            name = part.local_name if part.kind == "column" else ""
            parts.append(_text([part.kind, name, aside.translate(_without_name(part)).properties]))
        return _text([found.kind, aside.translate(found).properties, sorted(parts)])


def _without_name(found: SchemaObject) -> SchemaObject:
    return SchemaObject(found.kind, found.name, found.table, _masked(found))


def _masked(found: SchemaObject) -> Mapping[str, Any]:
    definition = found.properties.get("definition")
    if not isinstance(definition, str) or found.kind not in _NAME_THEMSELVES:
        return found.properties
    return {**found.properties, "definition": mask(definition, found.name)}


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
