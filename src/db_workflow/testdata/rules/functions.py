"""What a function of the repository's own does, as text: for the digest of custom rules."""

import builtins
import dataclasses
import dis
import inspect
import re
import sysconfig
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from enum import Enum
from pathlib import Path, PurePath
from types import CodeType, FunctionType, ModuleType
from typing import Any

_STDLIB = Path(sysconfig.get_paths()["stdlib"])
_PACKAGES = {"site-packages", "dist-packages"}


def what_it_does(function: Any) -> str:
    """Return a function's source, and that of everything of the repository that it uses.

    Helpers are followed into their helpers; classes and modules are taken whole, constants by
    their values. Libraries count by name, and so do paths and objects that print with an address:
    the text has to be the same in every checkout and with every version of Python. Imports inside
    a function are not followed.

    Raises:
        ValueError: there is no source, or a name is used that is not defined yet, so that nobody
            would notice when its meaning changes.

    """
    reading = _Reading()
    reading.text(function)
    if not reading.lines:
        raise ValueError("a custom rule must be a function with its source in a file")
    return "\n".join(reading.lines)


class _Reading:
    """Collects the sources of what a function uses, each once, and the values."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._seen: list[FunctionType | type | ModuleType] = []
        self._open: set[int] = set()

    def text(self, value: Any) -> str:
        """Return a value as text that differs when the value does; collect sources on the way."""
        if isinstance(value, FunctionType | type | ModuleType):
            return self._defined(value)
        if isinstance(value, Enum):
            return f"{self.text(type(value))}.{value.name}"
        if isinstance(value, re.Pattern):
            return repr((value.pattern, value.flags))
        if isinstance(value, PurePath):
            return "path"
        if isinstance(value, str | bytes | int | float | complex | None):
            return repr(value)
        return self._compound(value)

    def _defined(self, value: FunctionType | type | ModuleType) -> str:
        if not _is_own(value):
            # What a library's decorator wraps may be the repository's.
            return self.text(getattr(value, "__wrapped__", None) or _library_name(value))
        if value not in self._seen:
            self._seen.append(value)
            self._source(value)
        return value.__name__ if isinstance(value, FunctionType | type) else "module"

    def _compound(self, value: Any) -> str:
        if id(value) in self._open:  # it holds itself
            return "…"
        self._open.add(id(value))
        try:
            return self._contents(value)
        finally:
            self._open.remove(id(value))

    def _contents(self, value: Any) -> str:
        if isinstance(value, Mapping):
            return f"{{{', '.join(f'{self.text(key)}: {self.text(value[key])}' for key in value)}}}"
        if isinstance(value, AbstractSet):
            return f"{{{', '.join(sorted(map(self.text, value)))}}}"
        if isinstance(value, list | tuple):
            return f"[{', '.join(map(self.text, value))}]"
        if hasattr(value, "__wrapped__"):  # functools.cache and the like
            return self.text(value.__wrapped__)
        if _is_own(type(value)):
            return f"{self.text(type(value))}({self.text(_attributes(value))})"
        printed = repr(value)
        return _library_name(value) if " at 0x" in printed else printed

    def _source(self, value: FunctionType | type | ModuleType) -> None:
        try:
            # Of the code, because that of a decorated function is the undecorated one's.
            code = value.__code__ if isinstance(value, FunctionType) else value
            self.lines.append(inspect.getsource(code))
        except (OSError, TypeError) as error:
            raise ValueError(f"{value.__name__} has no source in a file") from error
        for function in _functions(value):
            for name, used in _used(function):
                self.lines.append(f"{name} = {self.text(used)}")


def _is_own(value: FunctionType | type | ModuleType) -> bool:
    """Tell whether something is the repository's. For this library `rules.VERSION` speaks."""
    module = value.__name__ if isinstance(value, ModuleType) else value.__module__
    if module.partition(".")[0] == "db_workflow":
        return False
    try:
        file = inspect.getfile(value)
    except (OSError, TypeError):  # built in
        return False
    path = Path(file)
    generated = file.startswith("<")
    return not (generated or path.is_relative_to(_STDLIB) or _PACKAGES & set(path.parts))


def _library_name(value: Any) -> str:
    if isinstance(value, ModuleType):
        return value.__name__
    if isinstance(value, FunctionType) and value.__code__.co_filename.startswith("<"):
        return value.__qualname__  # generated in a module of the repository, or in any
    named = value if hasattr(value, "__qualname__") else type(value)
    # Not the whole path: where a library keeps what it offers changes with its versions.
    return f"{(named.__module__ or '').partition('.')[0]}.{named.__qualname__}"


def _functions(value: FunctionType | type | ModuleType) -> Iterator[FunctionType]:
    members = vars(value).values() if isinstance(value, type) else (value,)
    for member in members:
        function = getattr(member, "__func__", getattr(member, "fget", member))
        if isinstance(function, FunctionType) and _is_own(function):
            yield function


def _used(function: FunctionType) -> Iterator[tuple[str, Any]]:
    """Yield what a function finds outside of itself, by name."""
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        yield name, cell.cell_contents
    defaults = (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values())
    yield from ((f"default {place}", value) for place, value in enumerate(defaults))
    known = function.__globals__
    for name in sorted(set(_globals(function.__code__))):
        if name in known:
            yield name, known[name]
        elif not hasattr(builtins, name):
            raise ValueError(
                f"{function.__name__} uses {name}, which is not defined above the rule"
            )


def _globals(code: CodeType) -> Iterator[str]:
    for step in dis.get_instructions(code):
        if step.opname == "LOAD_GLOBAL" and not step.argval.startswith("__"):
            yield step.argval
    for constant in code.co_consts:  # lambdas and comprehensions inside
        if isinstance(constant, CodeType):
            yield from _globals(constant)


def _attributes(value: Any) -> dict[str, Any]:
    if dataclasses.is_dataclass(value):
        return {part.name: getattr(value, part.name) for part in dataclasses.fields(value)}
    return dict(getattr(value, "__dict__", {}))
