"""Making a folder readable to every user, without opening the place it is in."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path


def readable_folder(folder: Path, shelf: Path, *, name: str, leave_out: Iterable[str] = ()) -> Path:
    """The folder itself where any user can read it, else a copy on the shelf, made once.

    A process that is not root runs its sandboxes as itself, and reads what it can read: nothing is copied then.
    Files are hard links where the file system allows. `leave_out` are patterns of names.
    """
    folder = folder.resolve()
    return readable_siblings((folder,), shelf, name=name, leave_out=leave_out) / folder.name


def readable_siblings(folders: Sequence[Path], shelf: Path, *, name: str, leave_out: Iterable[str] = ()) -> Path:
    """The parent of these folders, or one on the shelf with copies of them, for programs that look beside them."""
    if os.geteuid() != 0 or all(map(is_open_to_all, folders)):
        return folders[0].parent

    def copy(made: Path) -> None:
        for folder in folders:
            _copy(folder, made / folder.name, tuple(leave_out))

    return _once(shelf / f"{name}-{_identity(folders)}", copy)


def readable_files(contents: dict[str, bytes], shelf: Path, *, name: str) -> Path:
    """A folder on the shelf that holds exactly these files, made once for these contents."""
    identity = hashlib.sha256(repr(sorted(contents.items())).encode()).hexdigest()[:16]

    def write(made: Path) -> None:
        for file, content in contents.items():
            (made / file).write_bytes(content)
            (made / file).chmod(0o644)

    return _once(shelf / f"{name}-{identity}", write)


def is_open_to_all(path: Path) -> bool:
    """Whether any user of the machine can reach the path and read what is there."""
    folders = all(parent.stat().st_mode & 0o001 for parent in path.parents)
    wanted = 0o005 if path.is_dir() else 0o004
    return folders and path.stat().st_mode & wanted == wanted


def _identity(folders: Sequence[Path]) -> str:
    """Changes when a folder is installed again."""
    places = [path for folder in folders for path in (folder, *sorted(folder.iterdir()))]
    found = [(str(path), path.lstat().st_ino, path.lstat().st_mtime_ns) for path in places]
    return hashlib.sha256(repr(found).encode()).hexdigest()[:16]


def _once(place: Path, make: Callable[[Path], None]) -> Path:
    """Make a folder beside its place and move it there in one step; whoever comes second uses the first one's."""
    if place.is_dir():
        return place
    place.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=".making-", dir=place.parent))
    try:
        (beside / "made").mkdir()
        make(beside / "made")
        (beside / "made").chmod(0o755)
        (beside / "made").rename(place)
    except OSError:
        if not place.is_dir():
            raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return place


def _copy(source: Path, target: Path, leave_out: tuple[str, ...]) -> None:
    shutil.copytree(
        source, target, symlinks=True, ignore=shutil.ignore_patterns(*leave_out), copy_function=_link_or_copy
    )
    for folder, _, _ in os.walk(target):
        Path(folder).chmod(0o755)


def _link_or_copy(source: str, target: str) -> None:
    """A hard link where all may read the file, else a copy that all may read."""
    if Path(source).stat().st_mode & 0o004:
        try:
            return os.link(source, target)
        except OSError:  # another file system, or one without links
            pass
    shutil.copy2(source, target)
    Path(target).chmod(Path(source).stat().st_mode & 0o755 | 0o444)
    return None
