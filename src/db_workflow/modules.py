"""The repository's own Python files, loaded by path."""

import importlib
import importlib.machinery
import importlib.util
import sys
import traceback
from pathlib import Path
from types import CodeType, ModuleType

from db_workflow.errors import SettingsError, WorkflowError
from db_workflow.settings import Settings

# In so long a question has been sent, and the server is at work on it.
_SENT_SECONDS = 0.001


class _Uncached(importlib.machinery.SourceFileLoader):
    """Compiles the file every time: a `.pyc` may be an edit of the same second behind."""

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        code: CodeType = self.source_to_code(self.get_data(path), path)
        return code


def import_soon(*names: str) -> None:
    """Import modules of ours while the running loop waits for a server's answers.

    The import statements that need them stay where they were, and find it done.

    Args:
        names: in this order; between two of them the loop looks after what has been answered.

    """
    import asyncio

    loop = asyncio.get_running_loop()

    def go_on(number: int) -> None:
        importlib.import_module(names[number])
        if number + 1 < len(names):
            loop.call_soon(go_on, number + 1)

    loop.call_later(_SENT_SECONDS, go_on, 0)


def load_file(path: Path, *, settings: Settings) -> ModuleType:
    """Run a Python file as a module of its own and return it, as the file is now.

    It is not put into `sys.modules`: two loads are two modules, and no name is taken.

    Raises:
        SettingsError: there is no such file.
        WorkflowError: it does not import; names file, line and exception.

    """
    if not path.is_file():
        raise SettingsError(
            f"{settings.relative(path)} is missing.",
            why="[tool.db_workflow] names it",
            next=f"write {settings.relative(path)}, or mend the setting",
        )
    settings.prepare_imports()
    name = "_".join(("db_workflow_loaded", *path.relative_to(path.anchor).with_suffix("").parts))
    spec = importlib.util.spec_from_file_location(name, path, loader=_Uncached(name, str(path)))
    assert spec is not None  # noqa: S101 - a .py file always has one
    assert spec.loader is not None  # noqa: S101
    module = importlib.util.module_from_spec(spec)
    # Dataclasses and typing look a module up by name while its body runs.
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except WorkflowError:
        raise
    except (Exception, SystemExit) as error:  # a script without its guard would end the process
        raise WorkflowError(
            f"{settings.relative(path)} does not import: {where(error, path, settings=settings)}",
            next=f"mend it; python {settings.relative(path)} shows the whole traceback",
        ) from error
    finally:
        sys.modules.pop(name, None)
    return module


def where(error: BaseException, path: Path, *, settings: Settings) -> str:
    """Return `file:line: ExceptionType: message`, the line being the last one in that file."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__)
             if Path(frame.filename) == path]  # fmt: skip
    line = lines[-1] if lines else getattr(error, "lineno", None)
    place = settings.relative(path) + (f":{line}" if line else "")
    return f"{place}: {type(error).__name__}: {error}"
