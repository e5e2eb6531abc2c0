"""What written code stands on and brings along: enum classes, a class for other types."""

import re
from collections.abc import Mapping, Sequence

from db_workflow.models.naming.names import members, unquoted
from db_workflow.models.writing.code import literal, remark
from db_workflow.models.writing.imports import Imports
from db_workflow.models.writing.naming import ENUM_BASE, OTHER_TYPE

_OTHER_TYPE = '''\
class {name}({base}[{any}]):
    """A type that SQLAlchemy has no class for, by its name in PostgreSQL."""

    cache_ok = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_: {any}) -> str:
        """Return the type as DDL writes it."""
        return self.name'''
_ENUM_BASE = '''\
class {name}({base}):
    """A PostgreSQL enum type: its labels are the members' values."""

    @classmethod
    def type_name(cls) -> str:
        """Return the name of the type in PostgreSQL."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()'''


class Definitions:
    """Classes to define before the code that uses them.

    Args:
        imports: what they need is imported there.
        labels: the labels of enum types by printed name.
        known_enums: the classes that enum types have already; others are written.
        enums_module: the module that has those, if they do not stand where the code will.

    """

    def __init__(
        self,
        imports: Imports,
        *,
        labels: Mapping[str, Sequence[str]],
        known_enums: Mapping[str, str],
        enums_module: str | None,
    ) -> None:
        self._imports = imports
        self._labels = labels
        self._known = known_enums
        self._module = enums_module
        self._found: dict[str, str] = {}

    def apart(self) -> "Definitions":
        """Return definitions of their own that give the same names."""
        return Definitions(
            self._imports.apart(),
            labels=self._labels,
            known_enums=self._known,
            enums_module=self._module,
        )

    def enum(self, printed: str, name: str) -> str:
        """Return an enum class's name, and see to it that there is one."""
        if printed not in self._known:
            self.enum_base()
            self._found[name] = enum_class(printed, name, self._labels[printed], base=ENUM_BASE)
        elif self._module is not None:
            self._imports.add(self._module, name)
        return name

    def enum_base(self) -> None:
        """Define what enum classes derive from."""
        if ENUM_BASE not in self._found:
            self._imports.add("", "re")
            base = self._imports("StrEnum")
            self._found[ENUM_BASE] = _ENUM_BASE.format(name=ENUM_BASE, base=base)

    def other_type(self, imports: Imports) -> None:
        """Define the class for types that SQLAlchemy has none for."""
        if OTHER_TYPE not in self._found and not self._imports.is_there(OTHER_TYPE):
            self._found[OTHER_TYPE] = _OTHER_TYPE.format(
                name=OTHER_TYPE, base=imports("UserDefinedType"), any=imports("Any")
            )

    def classes(self) -> list[str]:
        """Return the classes, in the order in which they need each other."""
        first = [self._found[name] for name in (OTHER_TYPE, ENUM_BASE) if name in self._found]
        rest = sorted(set(self._found) - {OTHER_TYPE, ENUM_BASE})
        return [*first, *(self._found[name] for name in rest)]


def enum_class(printed: str, name: str, labels: Sequence[str], *, base: str) -> str:
    """Return an enum class: its members' values are the labels, in their order."""
    schema, plain = unquoted(printed)[:-1], unquoted(printed)[-1]
    said = printed if schema else plain  # another schema may have one of that name
    body = [f"    {found} = {literal(label)}" for label, found in members(labels).items()]
    lines = [f"class {name}({base}):", f'    """The labels of `{remark(plain)}`."""']
    if body:
        lines += ["", *body]
    if re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower() != said:  # what the base would say
        lines += [
            "",
            "    @classmethod",
            "    def type_name(cls) -> str:",
            '        """Return the name of the type in PostgreSQL."""',
            f"        return {literal(said)}",
        ]
    return "\n".join(lines)
