"""PostgreSQL's types as SQLAlchemy 2 writes them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from db_workflow.models.naming.names import unquoted
from db_workflow.models.writing.built_in import BUILT_IN, known
from db_workflow.models.writing.code import Code, call, flat, literal, option, sql
from db_workflow.models.writing.definitions import Definitions
from db_workflow.models.writing.imports import MODULES, Imports
from db_workflow.models.writing.naming import Names
from db_workflow.models.writing.tables import place

_COLLATED = {"String", "CHAR", "Text"}


@dataclass(frozen=True, slots=True)
class WrittenType:
    """A column's type in Python: for the annotation, and for `mapped_column`."""

    annotation: str
    code: Code

    @property
    def is_usual(self) -> bool:
        """Whether it is a class of SQLAlchemy's own that a type map may stand for."""
        return not any(name in flat(self.code) for name in ("PostgresType(", "DOMAIN("))


class Types:
    """Writes types.

    Args:
        names: of the enum classes.
        domains: the domains' properties by printed name.
        labels: the labels of the enum types by printed name.
        imports: what the types need is imported there.
        definitions: and what has to be defined, there.
        schemas: the first is the models' default.

    """

    def __init__(
        self,
        *,
        names: Names,
        domains: Mapping[str, Mapping[str, Any]],
        imports: Imports,
        definitions: Definitions,
        schemas: tuple[str, ...],
    ) -> None:
        self._names = names
        self._domains = domains
        self._imports = imports
        self._definitions = definitions
        self._schemas = schemas

    def written(self, printed: str, *, collation: str | None = None) -> WrittenType:
        """Return a type as code, and import what it needs.

        Args:
            printed: as `format_type` prints it.
            collation: the printed collation, if it is not the type's own.

        """
        if printed.endswith("[]"):
            element = self.written(printed.removesuffix("[]"), collation=collation)
            return WrittenType(
                f"list[{element.annotation}]", call(self._imports("ARRAY"), element.code)
            )
        if printed in self._names.enums:
            return self._enum(printed)
        if printed in self._domains:
            return self._domain(printed, collation)
        annotation, name, arguments = known(printed)
        if name is None or (collation and not _is_plain(collation, name)):
            return self.other(printed, annotation=annotation, collation=collation)
        parts = [*filter(None, arguments.split(", "))]
        if collation:
            parts.append(f"collation={literal(unquoted(collation)[-1])}")
        used = self._imports(name)
        return WrittenType(self._annotated(annotation), call(used, *parts) if parts else used)

    def probe(self) -> "Types":
        """Return the same without what it imports: to see what a type would be."""
        return Types(
            names=self._names,
            domains=self._domains,
            imports=self._imports.apart(),
            definitions=self._definitions.apart(),
            schemas=self._schemas,
        )

    def annotation(self, printed: str) -> str:
        """Return a type's annotation, and import what it needs."""
        if printed.endswith("[]"):
            return f"list[{self.annotation(printed.removesuffix('[]'))}]"
        if printed in self._names.enums:
            return self._definitions.enum(printed, self._names.enums[printed])
        if printed in self._domains:
            return self.annotation(self._domains[printed]["type"])
        return self._annotated(known(printed)[0])

    def is_domain(self, printed: str) -> bool:
        """Tell whether a type is a domain."""
        return printed in self._domains

    def domain_by_name(self, printed: str) -> WrittenType:
        """Return a domain by nothing but its name."""
        return self._other(self.annotation(printed), printed, None)

    def _annotated(self, annotation: str) -> str:
        """Return an annotation with its names as they are imported."""
        return re.sub(
            r"(?<![.\w])\w+",
            lambda found: self._imports(found[0]) if found[0] in MODULES else found[0],
            annotation,
        )

    def _enum(self, printed: str) -> WrittenType:
        schema, name = _place(printed, self._schemas)
        cls = self._definitions.enum(printed, self._names.enums[printed])
        parts: list[Code] = [cls, option("name", self._name(printed, name))]
        if schema:
            parts.append(option("schema", literal(schema)))
        parts.append("values_callable=lambda cls: [one.value for one in cls]")
        return WrittenType(cls, call(self._imports("ENUM"), *parts))

    def _domain(self, printed: str, collation: str | None) -> WrittenType:
        properties = self._domains[printed]
        options = _domain_options(printed, properties, schemas=self._schemas)
        if options is None or collation:
            return self._other(self.annotation(printed), printed, collation)
        base = self.written(properties["type"])
        name = self._name(printed, unquoted(printed)[-1])
        if any("text(" in flat(one) for one in options):
            self._imports("text")
        code = call(self._imports("DOMAIN"), name, base.code, *options)
        return WrittenType(base.annotation, code)

    def _name(self, printed: str, name: str) -> Code:
        """Return a type's name so that SQLAlchemy quotes it where it would mean another one."""
        if printed.endswith('"') and re.fullmatch(r"[a-z_][a-z0-9_$]*", name):
            return call(self._imports("quoted_name"), literal(name), "quote=True")
        return literal(name)

    def other(
        self, printed: str, *, annotation: str = "Any", collation: str | None = None
    ) -> WrittenType:
        """Return a type that SQLAlchemy has no class for, by its name in PostgreSQL."""
        return self._other(self._annotated(annotation), printed, collation)

    def _other(self, annotation: str, printed: str, collation: str | None) -> WrittenType:
        said = f"{printed} COLLATE {collation}" if collation else printed
        self._definitions.other_type(self._imports)
        return WrittenType(annotation, call("PostgresType", literal(said)))


def _place(printed: str, schemas: tuple[str, ...]) -> tuple[str | None, str]:
    """Return a type's schema, if it has to be said, and its name."""
    schema, name = place(printed, schemas=schemas)
    return (schemas[0] if schema is None and name in BUILT_IN else schema), name


def _is_plain(collation: str, name: str) -> bool:
    """Tell whether a type's `collation=` can say a collation: a name alone, without quotes."""
    names = unquoted(collation)
    return name in _COLLATED and len(names) == 1 and '"' not in names[0]


def _domain_options(
    printed: str, properties: Mapping[str, Any], *, schemas: tuple[str, ...]
) -> list[Code] | None:
    """Return a domain's options; None where SQLAlchemy cannot say all of it."""
    schema, name = _place(printed, schemas)
    checks = properties.get("checks") or []
    collation = unquoted(properties["collation"]) if properties.get("collation") else ()
    not_null = not properties.get("nullable", True)
    if len(checks) > 1 or len(collation) > 1 or any('"' in part for part in collation):
        return None
    parts: list[Code] = []
    if collation:
        parts.append(option("collation", literal(collation[0])))
    if (default := properties.get("default")) is not None:
        parts.append(option("default", call("text", sql(default))))
    if not_null:
        parts.append("not_null=True")
    for check in checks:
        match = re.fullmatch(r'("(?:[^"]|"")*"|[^" ]+) CHECK \((.*)\)', check, re.DOTALL)
        if match is None:
            return None  # NOT VALID, or NOT ENFORCED
        if not_null and unquoted(match[1])[-1] != f"{name}_check":
            return None  # the name would be that of NOT NULL
        if not not_null:
            parts.append(option("constraint_name", literal(unquoted(match[1])[-1])))
        parts.append(option("check", sql(match[2])))
    if schema:
        parts.append(option("schema", literal(schema)))
    return parts
