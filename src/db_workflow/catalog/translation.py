"""One snapshot in another's names: what an object reads like after others were renamed.

A rename changes what PostgreSQL prints of everything that mentions the object. Translating the
expected side tells what merely follows from what was changed as well. Whatever is doubtful is left
alone: it then differs, and is listed.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from db_workflow.catalog.snapshot import SchemaObject
from db_workflow.catalog.values import COLUMN_LISTS
from db_workflow.catalog.vocabulary import NAME, SPACES, Key, Vocabulary, name_parts, plain

# Bodies of functions are literals, in which PostgreSQL renames nothing either. A sequence in a
# default is a literal that it does rename. A view's columns keep the names that AS gave them.
_TOKEN = re.compile(
    r"(?P<regclass>'(?:[^']|'')*'(?=::regclass))"
    r"|[Ee]'(?:[^'\\]|''|\\.)*'|'(?:[^']|'')*'|(?P<tag>\$\w*\$).*?(?P=tag)"
    rf"|\d[\w.]*|(?P<alias>AS )?(?P<type>::)?(?P<name>{NAME})(?P<call>\()?"
    r"(?P<before>(?= [a-z_\"]))?",
    re.DOTALL,
)
_FOREIGN = " REFERENCES "
# Properties that hold SQL. A constraint's type is a word of ours.
_SQL = frozenset(
    {
        "attributes",
        "canonical",
        "check",
        "checks",
        "default",
        "definition",
        "difference",
        "expression",
        "generated",
        "parents",
        "partition bound",
        "partitioned by",
        "predicate",
        "references",
        "subtype",
        "type",
        "using",
        "disabled triggers",
        "replica triggers",
        "always triggers",
    }
)
# Properties, and the beginning of a function's definition, where a bare name is a type's. There a
# name before another one is that of an argument or attribute; keywords are printed in capitals.
_TYPED = frozenset({"type", "subtype", "attributes"})
_HEAD_ENDS = "\n LANGUAGE "
_FEW = 20


class Names:
    """Renames, and what the expected side reads like with them.

    Attributes:
        pairs: by the kind and name of each renamed object, its name on the actual side.

    """

    def __init__(self, pairs: Mapping[Key, str], vocabulary: Vocabulary) -> None:
        self.pairs = pairs
        self._chains: dict[str, dict[tuple[str, ...], tuple[str, ...]]] = {
            space: {} for space in SPACES
        }
        self._columns: dict[str, dict[str, str]] = defaultdict(dict)
        for (kind, name), new in pairs.items():
            if kind == "column":
                table = ".".join(name_parts(name)[:-1])
                self._columns[table][name_parts(name)[-1]] = name_parts(new)[-1]
            for space, kinds in SPACES.items():
                if kind in kinds and kind != "column":
                    self._add((kind, name), (kind, new), vocabulary, space)
        words = {form[-1] for chains in self._chains.values() for form in chains}
        # Most texts mention none of a few names: no need to read them word by word.
        self._words = words if len(words) <= _FEW else None

    def _add(self, old: Key, new: Key, vocabulary: Vocabulary, space: str) -> None:
        name = name_parts(new[1])
        for form in vocabulary.forms(old, space):
            if form == name_parts(old[1])[-1:] and not vocabulary.is_clear(new, space):
                continue
            # Definitions of indexes, say, qualify also the names that are printed plain.
            added = len(form) > len(name_parts(old[1])) and len(name) == 1
            self._chains[space][form] = (form[0], *name) if added else name[-len(form) :]

    def translate(self, found: SchemaObject) -> SchemaObject:
        """Return an object of the expected side as it reads with the renames."""
        if not self.pairs:
            return found
        table = found.table
        if table is not None:
            table = next(
                (
                    self.pairs[kind, table]
                    for kind in ("table", "view", "materialised view")
                    if (kind, table) in self.pairs
                ),
                table,
            )
        properties = {
            name: self._value(name, value, found) for name, value in found.properties.items()
        }
        return replace(found, name=self._name(found, table), table=table, properties=properties)

    def _name(self, found: SchemaObject, table: str | None) -> str:
        if found.key in self.pairs:
            return self.pairs[found.key]
        if found.kind == "function":
            return self._text(found.name, {}, types=True)
        if found.local_name != found.name:
            return f"{table}.{found.local_name}"
        return found.name

    def _value(self, name: str, value: Any, found: SchemaObject) -> Any:
        own = self._columns.get(found.table or "", {})
        if name in COLUMN_LISTS:
            table = found.table if name != "referenced columns" else found.properties["references"]
            return _renamed(value, self._columns.get(table or "", {}))
        if name == "elements":
            return [self._element(element, own) for element in value]
        if name not in _SQL or (found.kind, name) == ("constraint", "type"):
            return value
        if name == "definition" and "references" in found.properties:
            return self._foreign_key(value, own, found.properties["references"])
        if name == "definition" and found.kind == "function":
            head, between, rest = value.partition(_HEAD_ENDS)
            return f"{self._text(head, {}, types=True)}{between}{self._text(rest, {})}"
        texts = value if isinstance(value, list) else [value]
        translated = [self._text(entry, own, types=name in _TYPED) for entry in texts]
        return translated if isinstance(value, list) else translated[0]

    def _foreign_key(self, definition: str, own: Mapping[str, str], table: str) -> str:
        here, between, there = definition.partition(_FOREIGN)
        other = self._columns.get(table, {})
        return f"{self._text(here, own)}{between}{self._text(there, other, called=True)}"

    def _element(self, element: Mapping[str, Any], own: Mapping[str, str]) -> dict[str, Any]:
        changed = dict(element)
        if "column" in element:
            changed["column"] = _renamed([element["column"]], own)[0]
        if "expression" in element:
            changed["expression"] = self._text(element["expression"], own)
        return changed

    def _text(
        self, text: str, columns: Mapping[str, str], *, called: bool = False, types: bool = False
    ) -> str:
        """Translate SQL that sees a table's columns.

        Args:
            text: the SQL.
            columns: the columns' new names, by the old ones.
            called: a table's name is followed by parentheses, as after REFERENCES.
            types: a bare name is that of a type, unless another name follows.

        """
        if self._words is not None and not any(
            word in text for words in (self._words, columns) for word in words
        ):
            return text

        def token(match: re.Match[str]) -> str:
            if match["regclass"]:
                chain = match["regclass"][1:-1].replace("''", "'")
                return "'" + self._chain(chain, "relation", {}).replace("'", "''") + "'"
            if not match["name"] or match["alias"]:
                return match[0]
            if match["type"] or (types and not match["call"]):
                space = "type"
            else:
                space = "function" if match["call"] and not called else "relation"
            if space == "type" and not match["type"] and match["before"] is not None:
                return match[0]
            visible = columns if space == "relation" and not match["call"] else {}
            name = self._chain(match["name"], space, visible)
            return f"{match['type'] or ''}{name}{match['call'] or ''}"

        return _TOKEN.sub(token, text)

    def _chain(self, chain: str, space: str, columns: Mapping[str, str]) -> str:
        parts = name_parts(chain)
        if len(parts) == 1 and parts[0] in columns:
            return columns[parts[0]]
        chains = self._chains[space]
        for length in range(min(len(parts), 3), 0, -1):
            if parts[:length] in chains:
                return ".".join((*chains[parts[:length]], *parts[length:]))
        return chain


NO_NAMES = Names({}, Vocabulary(()))


def mask(text: str, name: str) -> str:
    """Return a definition without the name of what it defines, which is the first such name."""
    own = name_parts(name)[-1]
    for match in _TOKEN.finditer(text):
        if match["name"] and name_parts(match["name"])[-1] == own:
            return f"{text[: match.start('name')]}\0{text[match.end('name') :]}"
    return text


def _renamed(columns: Iterable[str], new: Mapping[str, str]) -> list[str]:
    """Rename columns that are told by their plain names."""
    plainly = {plain(old): plain(name) for old, name in new.items()}
    return [plainly.get(column, column) for column in columns]
