"""What both APIs say in the end, each in its own way."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from app.ports.model import CallFinished, TextDelta, UsageReported


@dataclass(frozen=True, slots=True)
class RefusalDelta:
    """The next piece of what the model says instead of an answer."""

    text: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The server's own word that the answer has ended, and how. Usage may still follow."""

    how: Literal["done", "token limit", "content filter"]


Fact: TypeAlias = TextDelta | CallFinished | UsageReported | RefusalDelta | Ended


MOST_TOKENS = 1_000_000_000  # that a server may say it used; more is nonsense


class Failed(Exception):
    """The server says, inside an answer with status 200, that it failed."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def well_formed(text: str) -> str:
    """The text with its surrogate pairs joined and single ones replaced: JSON can carry them, UTF-8 cannot."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
