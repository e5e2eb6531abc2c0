"""PostgreSQL's printed definitions as pieces of SQLAlchemy code."""

import json
from collections.abc import Mapping
from typing import Any

from db_workflow.models.definitions import ForeignKeyParts, parse_foreign_key
from db_workflow.models.names import attribute, unquoted

DIALECT = "postgresql"


def filled(properties: Mapping[str, Any]) -> list[str]:
    """Return the arguments for what the server fills in."""
    if expression := properties.get("generated"):
        stored = properties.get("generated kind") == "stored"
        return [f"Computed({literal(expression)}, persisted={stored})"]
    if identity := properties.get("identity"):
        options = properties.get("sequence") or {}
        usual = {"start": "1", "increment": "1"}
        unusual = [
            f"{name}={options[name]}"
            for name, value in usual.items()
            if options.get(name, value) != value
        ]
        arguments = [f"always={identity == 'always'}", *unusual]
        return [f"Identity({', '.join(arguments)})"]
    default = properties.get("default")
    if default is None or default == "nextval(own sequence)":
        return []
    return [f"server_default=text({literal(default)})"]


def sequence(printed_name: str, properties: Mapping[str, Any]) -> str:
    """Return a sequence that belongs to no column."""
    name = unquoted(printed_name)[-1]
    return (
        f"Sequence({literal(name)}, start={properties['start']},"
        f" increment={properties['increment']}, metadata=Base.metadata)"
    )


def column_key(printed_name: str, properties: Mapping[str, Any]) -> str:
    """Return a foreign key of one column as it stands in `mapped_column`; else nothing."""
    parts = parse_foreign_key(properties["definition"])
    if parts is None or len(parts.columns) != 1:
        return ""
    name = attribute(unquoted(parts.columns[0])[-1])
    given = f"name={literal(unquoted(printed_name)[-1])}"
    arguments = [_targets(parts)[0], given, *_key_options(parts, properties["definition"])]
    return f"{name}: mapped_column(ForeignKey({', '.join(arguments)}), …)"


def foreign_key(definition: str, given: str) -> str:
    """Return a foreign key as it stands in `__table_args__`; `given` is its name argument."""
    parts = parse_foreign_key(definition)
    if parts is None:
        return f"ForeignKeyConstraint(…, {given})  # {definition}"
    arguments = [
        f"[{', '.join(literals(parts.columns))}]",
        f"[{', '.join(_targets(parts))}]",
        given,
        *_key_options(parts, definition),
    ]
    return f"ForeignKeyConstraint({', '.join(arguments)})"


def _targets(parts: ForeignKeyParts) -> list[str]:
    table = ".".join(unquoted(parts.table))
    return [literal(f"{table}.{unquoted(target)[-1]}") for target in parts.targets]


def _key_options(parts: ForeignKeyParts, definition: str) -> list[str]:
    return [
        *([f"onupdate={literal(parts.on_update)}"] if parts.on_update else []),
        *([f"ondelete={literal(parts.on_delete)}"] if parts.on_delete else []),
        *timing(definition),
    ]


def timing(definition: str) -> list[str]:
    """Return the arguments for when a constraint is checked, and for which rows."""
    deferrable = " DEFERRABLE" in definition and " NOT DEFERRABLE" not in definition
    return [
        *(["deferrable=True"] if deferrable else []),
        *(['initially="DEFERRED"'] if " INITIALLY DEFERRED" in definition else []),
        *([f"{DIALECT}_not_valid=True"] if definition.endswith(" NOT VALID") else []),
    ]


def index_column(printed: str) -> str:
    """Return a column's name, or an expression (an order is one) as SQL text."""
    name = unquoted(printed)
    plain = len(name) == 1 and (printed.startswith('"') or printed.isidentifier())
    return literal(name[0]) if plain else f"text({literal(printed)})"


def literals(printed: tuple[str, ...]) -> list[str]:
    """Return printed names as Python literals."""
    return [literal(unquoted(name)[-1]) for name in printed]


def literal(value: str) -> str:
    """Return a text as a Python literal in double quotes."""
    return json.dumps(value, ensure_ascii=False)
