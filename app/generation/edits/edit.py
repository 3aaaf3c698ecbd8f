"""What an answer can ask to be done to a tree: a closed list. `line` is where in the answer an edit begins."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class WriteFile:
    """A whole file, new or in place of what is there; with `only_new` there must be nothing yet, or an empty file."""

    path: str
    content: str
    line: int = 0
    only_new: bool = False


@dataclass(frozen=True, slots=True)
class Replace:
    """Lines of a file and what stands there instead, without their line ends.

    `anchors` are lines above the place, outermost first. `at_end` says that the searched lines are the file's last
    ones. `in_order` says that the place comes after that of the edit of this file that was written before.
    """

    path: str
    search: tuple[str, ...]
    replacement: tuple[str, ...]
    line: int = 0
    anchors: tuple[str, ...] = ()
    at_end: bool = False
    in_order: bool = False


@dataclass(frozen=True, slots=True)
class ReplaceDefinition:
    """A function, method or class in place of the one of that qualified name (`Basket.total`).

    Decorators, `export` and the comment above are taken from `code` where it has them, and stay as they are where not.
    """

    path: str
    name: str
    code: tuple[str, ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class AddImport:
    """Import statements, or exports from another module, that a file is to have."""

    path: str
    code: tuple[str, ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class DeleteFile:
    path: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class RenameFile:
    """A file under another path; other edits of the same change name it by the old one."""

    path: str
    to: str
    line: int = 0


TextEdit: TypeAlias = Replace | ReplaceDefinition | AddImport
Edit: TypeAlias = WriteFile | TextEdit | DeleteFile | RenameFile
