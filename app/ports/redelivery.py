"""Doing a delivery that the journal has again, because a person wants it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.ports.journal import Lane


@dataclass(frozen=True, slots=True)
class DecidedAgain:
    """The delivery is to be done again from its beginning."""

    lane: Lane


@dataclass(frozen=True, slots=True)
class PutBack:
    """Jobs of the delivery that were given up are to be done again, their attempts counted anew."""

    kinds: Sequence[str]
    lanes: Sequence[Lane]


@dataclass(frozen=True, slots=True)
class Underway:
    """It, or a job of it, is still being worked on."""

    lane: Lane


@dataclass(frozen=True, slots=True)
class NothingFailed:
    """It is done, and so are all of its jobs."""


@dataclass(frozen=True, slots=True)
class BodyForgotten:
    """It is done, and too old: what GitHub said in it is not kept any more."""


Again = DecidedAgain | PutBack | Underway | NothingFailed | BodyForgotten


@dataclass(frozen=True, slots=True)
class AskedGitHub:
    """The journal does not have it; GitHub was asked to send it again, and does so soon."""

    attempt_id: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """Neither the journal nor GitHub's list has it; the list was read back to then, by GitHub's clock."""

    back_to: datetime | None


class Redelivery(Protocol):
    def repository_of(self, guid: str) -> int | None:
        """The id of the repository that a kept delivery is about; `None` for others and for unknown ones."""
        ...

    def again(self, guid: str, *, by: str, is_forced: bool) -> Again | None:
        """Have what was given up done again, and tell the audit log who wanted it; `None` for an unknown delivery.

        With `is_forced` a delivery of which nothing failed is decided again.
        """
        ...
