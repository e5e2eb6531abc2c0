"""Import the repository's own modules as their files are now, not as they were loaded once.

A long-lived process (a test run, a notebook) may have imported the models before they were
edited; a guard that judged those would judge the past. Bytecode caches are passed by as well:
they are told apart by a time in whole seconds and a size, which an edit may leave unchanged.
"""

import hashlib
import importlib
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

from db_workflow.settings import Settings

_ALWAYS_KEPT = {"db_workflow", "__main__"}


@dataclass(frozen=True, slots=True)
class Loaded:
    """Modules, and the files that made them.

    Attributes:
        modules: the ones asked for, in that order.
        files: every file of the repository that they brought in, with its SHA-256 as loaded.
        folders: where these lie, with what stood beside them: models may import what they find.

    """

    modules: tuple[ModuleType, ...]
    files: dict[Path, str]
    folders: dict[Path, frozenset[str]]

    @property
    def current(self) -> bool:
        """Whether no file has changed since, and none has come or gone beside them."""
        return all(_digest(path) == digest for path, digest in self.files.items()) and all(
            _listing(path) == names for path, names in self.folders.items()
        )


_LOADED: dict[tuple[Path, tuple[str, ...]], Loaded] = {}


def import_current(names: Sequence[str], *, settings: Settings) -> Loaded:
    """Import modules of the repository from their files as they are now.

    Classes that others in this process hold stay as they are: `sys.modules` shows them again
    afterwards, and what is returned is a second copy. Where nobody held any, it stays imported.

    Raises:
        Exception: whatever the modules raise; nothing stays half imported.

    """
    settings.prepare_imports()
    key = (settings.root, tuple(names))
    kept = _LOADED.get(key)
    if kept is not None and kept.current:
        return kept
    tops = {name.partition(".")[0] for name in names}
    held = _take_out(tops, settings)
    files: dict[Path, str] = {}
    try:
        with _from_source(settings, files):
            modules = tuple(importlib.import_module(name) for name in names)
    except BaseException:
        _take_out(tops, settings)
        raise
    finally:
        if held:
            _take_out(tops, settings)
            sys.modules.update(held)
    folders = {path.parent: _listing(path.parent) for path in files}
    _LOADED[key] = loaded = Loaded(modules, files, folders)
    return loaded


def _take_out(tops: set[str], settings: Settings) -> dict[str, ModuleType]:
    """Remove the repository's modules from `sys.modules` and return them."""
    found = {
        name: module
        for name, module in list(sys.modules.items())
        if _is_own(name, getattr(module, "__file__", None), tops, settings)
    }
    for name in found:
        del sys.modules[name]
    return found


def _is_own(name: str, file: str | None, tops: set[str], settings: Settings) -> bool:
    top = name.partition(".")[0]
    if top in _ALWAYS_KEPT:
        return False
    return top in tops or (file is not None and _below(Path(file), settings))


def _below(file: Path, settings: Settings) -> bool:
    inside = any(file.is_relative_to(path) for path in settings.import_paths)
    return inside and "site-packages" not in file.parts


@contextmanager
def _from_source(settings: Settings, files: dict[Path, str]) -> Iterator[None]:
    """Compile the repository's files from what they hold now, and note what that was."""
    finder = _Finder(settings, files)
    paths = [str(path) for path in settings.import_paths]
    before = list(sys.path)
    importlib.invalidate_caches()
    sys.meta_path.insert(0, finder)
    sys.path[:0] = paths
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        sys.path[:] = before


class _Finder(MetaPathFinder):
    """Finds what the usual finder finds, and reads the repository's files itself."""

    def __init__(self, settings: Settings, files: dict[Path, str]) -> None:
        self._settings = settings
        self._files = files

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the usual spec, with a loader that passes the bytecode cache by."""
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or not isinstance(spec.loader, SourceFileLoader) or not spec.origin:
            return spec
        if fullname.partition(".")[0] in _ALWAYS_KEPT:
            return spec
        if _below(Path(spec.origin), self._settings):
            spec.loader = _Loader(fullname, spec.origin, self._files)
        return spec


class _Loader(SourceFileLoader):
    def __init__(self, fullname: str, path: str, files: dict[Path, str]) -> None:
        super().__init__(fullname, path)
        self._files = files

    def get_code(self, fullname: str) -> CodeType:
        """Return the code of the file as it is now."""
        data = self.get_data(self.path)
        self._files[Path(self.path)] = hashlib.sha256(data).hexdigest()
        try:
            code: CodeType = compile(data, self.path, "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            if isinstance(error, SyntaxError) and error.filename:
                raise
            # Null bytes: which error it is depends on the Python; none says where they are.
            line = data.partition(b"\0")[0].count(b"\n") + 1
            raise SyntaxError(str(error), (self.path, line, None, None)) from error
        return code


def _digest(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None


def _listing(folder: Path) -> frozenset[str]:
    """Return the names of what Python could import from a folder."""
    try:
        return frozenset(
            path.name
            for path in folder.iterdir()
            if path.suffix == ".py" or (not path.suffix and path.name.isidentifier())
        ) - {"__pycache__"}
    except OSError:
        return frozenset()
