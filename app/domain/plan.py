"""What a model means to do about a request, before it writes a line: read out of its answer, and shown to people."""

from dataclasses import dataclass
from typing import Literal

from app.domain.change import Operation

Risk = Literal["low", "medium", "high"]
EditingLane = Literal["fast", "deep"]


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A file that is to be touched, and what for."""

    path: str
    operation: Operation
    intent: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """Something the request wants to be true afterwards, and the test that will show it.

    Without a `test` the `why_untested` says why there can be none.
    """

    text: str
    test: str | None
    why_untested: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """`title` says in one line what the change does; `lines` is about how many lines will be written."""

    title: str
    summary: str
    lane: EditingLane
    risk: Risk
    files: tuple[PlannedFile, ...]
    criteria: tuple[Criterion, ...]
    lines: int


@dataclass(frozen=True, slots=True)
class Unclear:
    """The request cannot be planned before somebody answers these."""

    questions: tuple[str, ...]
