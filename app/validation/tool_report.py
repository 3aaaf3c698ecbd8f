"""What a test tool's own report claims, typed and bounded, before anybody believes it."""

from collections.abc import Collection
from dataclasses import dataclass

from app.domain.tests_report import TestResult

TESTS_READ = 100_000
NAME_LENGTH = 300
MESSAGE_LENGTH = 4_000

PACKAGES = (
    ".site-packages"  # where the installed Python packages stand in the workspace; pytest looks into no `.folder`
)
_FOREIGN = frozenset({"..", "node_modules", "site-packages", PACKAGES})


@dataclass(frozen=True, slots=True)
class ToolReport:
    """A report that could be read; `results` is everything it lists, in its order.

    `files` are the test files it names, as paths of the repository; `strange_files` counts those it names that the
    head does not have. `contradiction` says where the report disagrees with itself, and is empty where it does not.
    """

    results: tuple[TestResult, ...]
    files: frozenset[str]
    strange_files: int = 0
    contradiction: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The report is not one of the tool's, or larger than ACS reads; `reason` continues "its report …"."""

    reason: str


def inside(paths: Collection[str], written: str) -> str | None:
    """The repository's file that a tool means by an absolute or relative path, or `None` where it is none of its files.

    A tool writes the path of its workspace in front, which nobody outside knows: the longest ending that is a file of
    the repository is meant. What another package brought (`node_modules`, `site-packages`) never is.
    """
    parts = [part for part in written.replace("\\", "/").split("/") if part not in ("", ".")]
    if len(parts) > 64 or not _FOREIGN.isdisjoint(parts):
        return None
    endings = ("/".join(parts[start:]) for start in range(len(parts)))
    return next((ending for ending in endings if ending in paths), None)
