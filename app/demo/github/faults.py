"""The faults that tests ask for at `/_local/faults`: what goes wrong with which requests, and with deliveries.

Faults outlive a restart, as an outage outlives the tests that look at it; only the counts of what already went wrong
start again.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.demo.github.outbox import Shuffle
from app.demo.github.store import Store

SETTING = "faults"


class _Asked(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Latency(_Asked):
    kind: Literal["latency"]
    seconds: float = Field(ge=0, le=60)


class Status(_Asked):
    """An answer with a status of its own: an outage (500, 502), or a primary rate limit (429)."""

    kind: Literal["status"]
    status: int = Field(ge=400, le=599)
    retry_after: int | None = None


class SecondaryLimit(_Asked):
    """https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits"""

    kind: Literal["secondary_rate_limit"]
    retry_after: int = 60


class Garbage(_Asked):
    """Status 200 and a body that is no JSON."""

    kind: Literal["garbage"]


class Dropped(_Asked):
    """The connection is closed without an answer: before the request is acted upon, or only after."""

    kind: Literal["dropped"]
    when: Literal["before", "after"] = "before"


class HalfSent(_Asked):
    """The request is acted upon; its answer stops after the headers and half of the body."""

    kind: Literal["half_sent"]


Effect = Annotated[Latency | Status | SecondaryLimit | Garbage | Dropped | HalfSent, Field(discriminator="kind")]


class Rule(_Asked):
    """Which requests an effect falls on: those that match, with that probability, at most `count` of them."""

    effect: Effect
    method: str = ".*"
    path: str = ".*"
    probability: float = Field(default=1.0, ge=0, le=1)
    seed: int = 0
    count: int | None = Field(default=None, ge=1)
    skip: int = Field(default=0, ge=0)


class DeliveryFaults(_Asked):
    """Each delivery is sent `copies` times; with `hold`, none until it is released.

    With `shuffle`, a seed, each copy is sent at a random moment within `window_seconds`. With `fail`, each attempt
    fails at once, as if the receiver could not be reached.
    """

    copies: int = Field(default=1, ge=1, le=20)
    hold: bool = False
    shuffle: int | None = Field(default=None, ge=0, lt=2**31)
    window_seconds: float = Field(default=2.0, ge=0, le=60)
    fail: bool = False

    @property
    def order(self) -> Shuffle | None:
        return None if self.shuffle is None else Shuffle(self.shuffle, self.window_seconds)


class Faults(_Asked):
    rules: tuple[Rule, ...] = ()
    deliveries: DeliveryFaults = DeliveryFaults()

    @classmethod
    def load(cls, store: Store) -> "Faults":
        saved = store.setting(SETTING)
        return cls.model_validate_json(saved) if saved else cls()

    def save(self, store: Store) -> None:
        store.set_setting(SETTING, self.model_dump_json())
