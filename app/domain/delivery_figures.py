"""The figures that show whether anything GitHub delivered was lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Counts:
    """Of deliveries; each in its hour.

    Ours are counted by when they arrived: what is `received` is `done` with all of its jobs, has `failed` (it or a job
    of it was given up), or is `in_flight`. GitHub's are counted by when it says it made the first attempt: of what it
    has `listed`, some is still `missing`; `asked` counts how often we asked for any of it again; what is `recovered`
    came after all, and what is `lost` was given up.
    """

    received: int = 0
    done: int = 0
    failed: int = 0
    in_flight: int = 0
    listed: int = 0
    missing: int = 0
    asked: int = 0
    recovered: int = 0
    lost: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            received=self.received + other.received,
            done=self.done + other.done,
            failed=self.failed + other.failed,
            in_flight=self.in_flight + other.in_flight,
            listed=self.listed + other.listed,
            missing=self.missing + other.missing,
            asked=self.asked + other.asked,
            recovered=self.recovered + other.recovered,
            lost=self.lost + other.lost,
        )

    @property
    def unaccounted(self) -> int:
        """How many we received and cannot say what became of: anything but 0 is a bug."""
        return self.received - self.done - self.failed - self.in_flight


@dataclass(frozen=True, slots=True)
class Hour:
    starts_at: datetime
    counts: Counts


@dataclass(frozen=True, slots=True)
class DeliveryFigures:
    """The hours in which anything was delivered, oldest first; GitHub's list was read last at `listed_at`."""

    hours: Sequence[Hour]
    listed_at: datetime | None

    @property
    def total(self) -> Counts:
        return sum((hour.counts for hour in self.hours), Counts())

    @property
    def is_lossless(self) -> bool:
        """Whether nothing is lost for good; what is missing may still come."""
        return self.total.lost == 0 and self.total.unaccounted == 0


@dataclass(frozen=True, slots=True)
class FailedDelivery:
    """A delivery that needs a person: `lane` is where it was worked on, or what it was about as far as we know.

    One that `is_lost` never arrived. `at` is when it came, or when GitHub made its first attempt.
    """

    guid: str
    event: str
    lane: str
    reason: str
    at: datetime
    is_lost: bool = False
