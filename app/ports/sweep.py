"""What the sweep knows of each delivery that GitHub's list names, and how far it has read the list."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from app.ports.hook_deliveries import Cursor
from app.ports.journal import DeliveryState

# `missing` is asked for again; `recovered` came after that; `lost` is given up, and comes only by hand
ExpectedState = Literal["arrived", "missing", "recovered", "lost"]


@dataclass(frozen=True, slots=True)
class Expected:
    """A delivery that GitHub says it made, by its GUID.

    `delivered_at` is when its first attempt was made and `newest_at` when its newest, both by GitHub's clock, which may
    tell only seconds: by `first_id`, the first attempt's, deliveries of the same moment are told apart. `asked_at` is
    when we last asked for another, by ours. Of the `asks`, `unreached` met nobody who could answer for ACS: they say
    nothing about the delivery.
    """

    guid: str
    newest_id: int
    newest_at: datetime
    first_id: int
    delivered_at: datetime
    event: str
    action: str
    installation_id: int | None
    repository_id: int | None
    is_success: bool
    state: ExpectedState
    reason: str = ""
    asks: int = 0
    unreached: int = 0
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the list was read. `watermark` and `newest` are by GitHub's clock, the others by ours.

    Everything up to `watermark` is settled. A reading began at `began_at` and goes on from `cursor`, and `newest` is
    the newest attempt it saw; without one these are `None`. The last complete reading began at `listed_at`.
    """

    watermark: datetime | None = None
    listed_at: datetime | None = None
    began_at: datetime | None = None
    newest: datetime | None = None
    cursor: Cursor | None = None
    paused_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SweepLease:
    """The right to sweep until it expires; `fence` grows with every lease."""

    owner: str
    fence: int


class SweepLedger(Protocol):
    """One App's part. Every method that takes a lease raises `StaleFence`, and writes nothing, when it is lost."""

    def lease(self, *, owner: str, ttl: timedelta) -> SweepLease | None:
        """The right to sweep, unless somebody else has it."""
        ...

    def renew(self, lease: SweepLease, *, ttl: timedelta) -> None: ...

    def release(self, lease: SweepLease) -> None:
        """Let others sweep; nothing happens when somebody else does already."""
        ...

    def progress(self) -> Progress: ...

    def expected(self, guids: Collection[str]) -> Mapping[str, Expected]:
        """Those of the deliveries that are known already."""
        ...

    def kept(self, guids: Collection[str]) -> Mapping[str, DeliveryState]:
        """Those of the deliveries that the journal has, and what became of them."""
        ...

    def missing(self) -> Sequence[Expected]:
        """What is to be asked for again, oldest first."""
        ...

    def heard_at(self) -> datetime | None:
        """When the journal last got anything new from GitHub."""
        ...

    def asked_since(self, moment: datetime) -> int:
        """How many deliveries were asked for since then."""
        ...

    def save(self, lease: SweepLease, expected: Sequence[Expected], progress: Progress | None = None) -> None:
        """Keep these, and the progress, in one transaction; one that is lost from now on gets a line in the audit."""
        ...

    def recover(self, lease: SweepLease) -> Sequence[str]:
        """Settle what was missing or lost and is in the journal by now; return the GUIDs."""
        ...

    def asked_by_hand(self, guid: str, at: datetime) -> None:
        """Count an ask that a person made, where the delivery is known to be missing or lost."""
        ...
