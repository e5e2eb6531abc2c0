"""An object in words: everything that is known of it, but for what is usual."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from db_workflow.catalog.snapshot import GRANTS
from db_workflow.catalog.values import SHORT, printed_names, shown

# What an object has unless somebody said otherwise: not told.
_USUAL: Mapping[str, Mapping[str, Any]] = {
    "table": {"form": "plain", "persistence": "permanent"},
    "column": {"nullable": True},
    "domain": {"nullable": True},
    "constraint": {"validated": True},
    "index": {"valid": True, "unique": False, "method": "btree"},
    "trigger": {"enabled": "yes"},
    "rule": {"enabled": "yes"},
}
# What PostgreSQL's definition of a constraint does not say. Of an index the words say it all.
_BESIDE_DEFINITION = (
    "options",
    "disabled triggers",
    "replica triggers",
    "always triggers",
    "comment",
)
_RANGES = {"smallint": 2**15, "integer": 2**31, "bigint": 2**63}


@dataclass(frozen=True, slots=True)
class Fact:
    """What is said of one property.

    Attributes:
        what: the property.
        text: what is said.
        aside: whether it stands apart from the words before it.

    """

    what: str
    text: str
    aside: bool = False

    @property
    def is_long(self) -> bool:
        """Whether it needs lines of its own."""
        several = len(self.text.splitlines()) > 1
        return several or (self.what == "definition" and len(self.text) > SHORT)


@dataclass(frozen=True, slots=True)
class Description:
    """An object in words.

    Attributes:
        line: what fits on a line; empty if the name says it all.
        long: what needs lines of its own.

    """

    line: str
    long: tuple[Fact, ...] = ()


def described(kind: str, properties: Mapping[str, Any]) -> Description:
    """Return everything that an object's properties say, but for what is usual.

    Where a column stands is left out, too: it is told by the columns' order.
    """
    facts = list(_facts(kind, printed_names(properties)))
    line = ""
    for fact in facts:
        if not fact.is_long:
            line += ("; " if fact.aside else " ") * bool(line) + fact.text
    return Description(line, tuple(fact for fact in facts if fact.is_long))


def _facts(kind: str, properties: Mapping[str, Any]) -> Iterator[Fact]:
    left = {
        name: value
        for name, value in properties.items()
        if name not in _USUAL.get(kind, {}) or _USUAL[kind][name] != value
    }
    if kind == "column":
        left.pop("position", None)
    if kind == "index" and "elements" in left:
        left.pop("definition", None)
    if kind == "constraint" and "definition" in left:
        left = {name: left[name] for name in ("definition", *_BESIDE_DEFINITION) if name in left}
    if kind in _WORDS:
        yield from _WORDS[kind](left)
    elif "definition" in left:
        yield Fact("definition", left.pop("definition"))
    for name, value in left.items():
        yield Fact(name, _aside(name, value), aside=True)


def _aside(name: str, value: Any) -> str:
    if name in GRANTS:
        every = ", ".join(f"{shown(held)} to {role}" for role, held in value.items())
        return f"{name.removesuffix('grants')}granted {every}"
    if name == "comment":
        # One of several lines has its heading already.
        return f"comment: {value}" if len(value.splitlines()) == 1 else str(value)
    return f"{name} {shown(value)}"


# Each takes the properties that it tells out of the dictionary; the others are told as asides.
def _table(left: dict[str, Any]) -> Iterator[Fact]:
    for name in ("form", "persistence"):
        if name in left:
            yield Fact(name, left.pop(name))
    parents = ", ".join(left.pop("parents", ()))
    if "partition bound" in left:
        yield Fact("partition bound", f"partition of {parents} {left.pop('partition bound')}")
    elif parents:
        yield Fact("parents", f"inherits {parents}")
    if "partitioned by" in left:
        yield Fact("partitioned by", f"partition by {left.pop('partitioned by')}")


def _column(left: dict[str, Any]) -> Iterator[Fact]:
    kind = left["type"]
    yield from _typed(left)
    if "not null" in left:
        yield Fact("not null", f"not null {left.pop('not null')}")
    if "identity" in left:
        yield Fact("identity", f"identity {left.pop('identity')}")
    if "sequence" in left:
        options = " ".join(_sequence_options(left.pop("sequence"), usual=kind))
        if options:
            yield Fact("sequence", f"({options})")
    if "generated" in left:
        how = left.pop("generated kind", "")
        yield Fact("generated", f"generated {how} as {left.pop('generated')}")


def _domain(left: dict[str, Any]) -> Iterator[Fact]:
    yield from _typed(left)
    for check in left.pop("checks", ()):
        yield Fact("checks", f"constraint {check}")


def _typed(left: dict[str, Any]) -> Iterator[Fact]:
    yield Fact("type", left.pop("type"))
    if "collation" in left:
        yield Fact("collation", f"collate {left.pop('collation')}")
    if not left.pop("nullable", True):
        yield Fact("nullable", "not null")
    if "default" in left:
        yield Fact("default", f"default {left.pop('default')}")


def _enum(left: dict[str, Any]) -> Iterator[Fact]:
    yield Fact("labels", shown(left.pop("labels")))


def _composite(left: dict[str, Any]) -> Iterator[Fact]:
    yield Fact("attributes", f"({', '.join(left.pop('attributes', ()))})")


def _sequence(left: dict[str, Any]) -> Iterator[Fact]:
    names = ("type", "start", "increment", "minimum", "maximum", "cache", "cycles")
    options = {name: left.pop(name) for name in names if name in left}
    text = " ".join(_sequence_options(options, usual="bigint"))
    if text:
        yield Fact("options", text)


def _sequence_options(options: Mapping[str, Any], *, usual: str) -> Iterator[str]:
    """Yield the options that a new sequence has not by itself.

    Args:
        options: all of them.
        usual: the type that it has by itself: a column's, or bigint.

    """
    limit = _RANGES.get(options.get("type", usual), 2**63)
    up = int(options.get("increment", 1)) > 0
    minimum, maximum = (1, limit - 1) if up else (-limit, -1)
    expected = {
        "type": usual,
        "increment": "1",
        "minimum": str(minimum),
        "maximum": str(maximum),
        "start": options.get("minimum" if up else "maximum", str(minimum if up else maximum)),
        "cache": "1",
    }
    for name, value in expected.items():
        if options.get(name, value) != value:
            yield f"{name} {options[name]}"
    if options.get("cycles"):
        yield "cycles"


def _index(left: dict[str, Any]) -> Iterator[Fact]:
    if left.pop("unique", False):
        yield Fact("unique", "unique")
    if "method" in left:
        yield Fact("method", left.pop("method"))
    if "elements" in left:
        yield Fact("elements", f"({shown(left.pop('elements'))})")
    elif "definition" in left:
        yield Fact("definition", left.pop("definition"))
    if "include" in left:
        yield Fact("include", f"include ({shown(left.pop('include'))})")
    if left.pop("nulls not distinct", False):
        yield Fact("nulls not distinct", "nulls not distinct")
    if "predicate" in left:
        yield Fact("predicate", f"where {left.pop('predicate')}")
    if not left.pop("valid", True):
        yield Fact("valid", "INVALID", aside=True)


def _policy(left: dict[str, Any]) -> Iterator[Fact]:
    if not left.pop("permissive", True):
        yield Fact("permissive", "restrictive")
    yield Fact("command", f"for {left.pop('command', 'all')}")
    yield Fact("roles", f"to {', '.join(left.pop('roles', ('public',)))}")
    if "using" in left:
        yield Fact("using", f"using {left.pop('using')}")
    if "check" in left:
        yield Fact("check", f"with check {left.pop('check')}")


_WORDS: Mapping[str, Callable[[dict[str, Any]], Iterator[Fact]]] = {
    "table": _table,
    "column": _column,
    "domain": _domain,
    "enum": _enum,
    "composite type": _composite,
    "sequence": _sequence,
    "index": _index,
    "policy": _policy,
}
