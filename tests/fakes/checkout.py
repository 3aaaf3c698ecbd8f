"""One commit's tree, held in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Tree:
    """A `Checkout` of the files it is given."""

    files: Mapping[str, str] = field(default_factory=dict[str, str])
    sha: str = "a" * 40

    def paths(self, under: str = "") -> Sequence[str]:
        return sorted(path for path in self.files if not under or path.startswith(f"{under}/"))

    def read(self, path: str) -> bytes | None:
        return self.files[path].encode() if path in self.files else None

    def archive(self) -> Path:
        raise AssertionError("nobody needs the archive of a tree in memory")
