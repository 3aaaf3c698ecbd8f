from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class First:
    """Nobody has meant to make this effect before."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """It was meant before, and nobody knows whether it happened."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """It happened; `value` is what is needed to find it again."""

    value: str


class EffectLog(Protocol):
    """Which effects were meant and which are known to have happened, kept apart from the job's own record."""

    def intend(self, key: str) -> First | Unfinished | Confirmed:
        """Write down that the effect is about to be made, and say what was known of it.

        Raises:
            StaleFence: the lane is no longer ours.
        """
        ...

    def confirm(self, key: str, value: str) -> None:
        """Write down that the effect happened."""
        ...
