"""What the demo leaves to be read: how each line of its story went, or why it was not played."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Told:
    """How one line of the story went."""

    id: str
    title: str
    ok: bool
    seconds: float
    evidence: str


@dataclass(frozen=True, slots=True)
class Summary:
    """How the demo went; `reason` says why nothing was played, where that is so."""

    seconds: float
    urls: Mapping[str, str] = field(default_factory=dict[str, str])
    steps: Sequence[Told] = ()
    reason: str = ""

    @property
    def ok(self) -> bool:
        """Whether something was told and all of it happened."""
        return bool(self.steps) and all(step.ok for step in self.steps)

    def write(self, path: Path) -> None:
        shown = {
            "ok": self.ok,
            "seconds": round(self.seconds, 1),
            "urls": dict(self.urls),
            "steps": [asdict(step) for step in self.steps],
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(shown | ({"reason": self.reason} if self.reason else {}), indent=2) + "\n")
