"""Where the names come from that written code uses."""

from collections.abc import Collection, Mapping

_POSTGRESQL = "sqlalchemy.dialects.postgresql"
_NAMES = {
    "sqlalchemy": (
        "BigInteger Boolean CHAR CheckConstraint Column Computed Date DateTime Double FetchedValue"
        " ForeignKey ForeignKeyConstraint Identity Index Integer Interval JSON LargeBinary MetaData"
        " Numeric PrimaryKeyConstraint REAL Sequence SmallInteger String Table Text Time UUID"
        " UniqueConstraint quoted_name text"
    ),
    _POSTGRESQL: (
        "ARRAY BIT CIDR CITEXT DATEMULTIRANGE DATERANGE DOMAIN ENUM ExcludeConstraint HSTORE INET"
        " INT4MULTIRANGE INT4RANGE INT8MULTIRANGE INT8RANGE INTERVAL JSONB JSONPATH MACADDR"
        " MACADDR8 MONEY MultiRange NUMMULTIRANGE NUMRANGE OID REGCLASS REGCONFIG Range TIME"
        " TIMESTAMP TSMULTIRANGE TSQUERY TSRANGE TSTZMULTIRANGE TSTZRANGE TSVECTOR"
    ),
    "sqlalchemy.orm": "DeclarativeBase Mapped Relationship mapped_column relationship",
    "sqlalchemy.sql.naming": "conv",
    "sqlalchemy.types": "UserDefinedType",
    "datetime": "date datetime time timedelta",
    "decimal": "Decimal",
    "enum": "StrEnum Enum",
    "typing": "Any ClassVar",
}
MODULES: Mapping[str, str] = {
    name: module for module, listed in _NAMES.items() for name in listed.split()
} | {"uuid": ""}
_STANDARD = {"datetime", "decimal", "enum", "typing"}


class Imports:
    """What a piece of code imports; grows as the code is written.

    Args:
        taken: names that the code's own classes have: an import of that name gets another.
        there: names that stand where the code will, and mean the same: they are not imported.

    """

    def __init__(self, taken: Collection[str] = (), *, there: Collection[str] = ()) -> None:
        self._taken = frozenset(taken)
        self._there = frozenset(there)
        self._found: dict[str, set[str]] = {}

    def __call__(self, name: str) -> str:
        """Return a name to write, and import it: `Text`, or `SqlText` where a class is `Text`."""
        self.add(MODULES[name], name)
        return self._local(MODULES[name], name)

    def apart(self) -> "Imports":
        """Return imports of their own that give the same names."""
        return Imports(self._taken, there=self._there)

    def is_there(self, name: str) -> bool:
        """Tell whether a name stands where the code will, and means the same."""
        return name in self._there

    def add(self, module: str, name: str) -> None:
        """Import a name from a module."""
        self._found.setdefault(module, set()).add(name)

    def lines(self, *, width: int = 100) -> list[str]:
        """Return the import statements: the standard library's, SQLAlchemy's, then the models'."""
        blocks: dict[int, list[str]] = {}
        for name in sorted(self._found.get("", set()) - self._there):
            blocks.setdefault(0, []).append(f"import {name}")
        for module in sorted(filter(None, self._found)):
            block = 0 if module in _STANDARD else 1 if module.startswith("sqlalchemy") else 2
            blocks.setdefault(block, []).extend(self._statements(module, width))
        found: list[str] = []
        for _, block_lines in sorted(blocks.items()):
            found += ["", *block_lines] if found and block_lines else block_lines
        return found

    def _statements(self, module: str, width: int) -> list[str]:
        """Return a module's statements: renamed names stand in one of their own each."""
        found = sorted(
            (name for name in self._found[module] if self._local(module, name) not in self._there),
            key=_as_sorters_do,
        )
        names = [name for name in found if self._local(module, name) == name]
        statements = {
            name: [f"from {module} import {name} as {self._local(module, name)}"]
            for name in found
            if name not in names
        }
        if names:
            one = f"from {module} import {', '.join(names)}"
            several = [f"from {module} import (", *(f"    {name}," for name in names), ")"]
            statements[names[0]] = [one] if len(one) <= width else several
        return [
            line for name in sorted(statements, key=_as_sorters_do) for line in statements[name]
        ]

    def _local(self, module: str, name: str) -> str:
        if name not in self._taken or name not in MODULES:
            return name
        return f"{'Py' if module in _STANDARD else 'Sql'}{name}"


def _as_sorters_do(name: str) -> tuple[int, str]:
    """Constants first, then classes, then functions."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return kind, name
