from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from app.domain.usage import MicroUsd, Price
from app.ports.model import (
    CallFinished,
    Capabilities,
    Completed,
    Event,
    Finished,
    ModelRefusesUs,
    ModelUnavailable,
    Outcome,
    Request,
    TextDelta,
)

DOLLARS = Price(MicroUsd(1_000_000), MicroUsd(100_000), MicroUsd(10_000_000))


@dataclass
class ScriptedModel:
    """Implements `app.ports.model.Model` by answering each question with the next outcome; keeps what was asked."""

    answers: Iterable[Outcome | ModelUnavailable | ModelRefusesUs]
    name: str = "scripted"
    capabilities: Capabilities = field(
        default_factory=lambda: Capabilities("search_replace", ("low", "high"), 100_000, 10_000, DOLLARS)
    )
    asked: list[Request] = field(default_factory=list[Request])

    def __post_init__(self) -> None:
        self._answers = iter(self.answers)

    def ask(self, request: Request) -> Iterator[Event]:
        self.asked.append(request)
        answer = next(self._answers)
        if isinstance(answer, ModelUnavailable | ModelRefusesUs):
            raise answer
        if isinstance(answer, Completed):
            yield from (TextDelta(f"{word} ") for word in answer.text.split(" ")[:-1])
            yield TextDelta(answer.text.split(" ")[-1])
            yield from map(CallFinished, answer.calls)
        yield Finished(answer)
