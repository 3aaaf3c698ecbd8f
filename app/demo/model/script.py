"""What the local model answers to what: rules in order, each with its answers in order, the last one for ever."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Lock
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Scripted(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Call(_Scripted):
    """A call of a function. `arguments` is sent as it stands, be it JSON or not."""

    kind: Literal["function"] = "function"
    name: str
    arguments: str = "{}"


class Patch(_Scripted):
    """A call of `apply_patch`, which only the Responses API has."""

    kind: Literal["patch"] = "patch"
    operation: Literal["create_file", "update_file", "delete_file"]
    path: str
    diff: str = ""


class Say(_Scripted):
    """An answer. Streamed, its text comes in pieces of `piece` characters, and breaks off after `cut_after` pieces.

    `hang_after` pieces nothing more comes, and the connection stays open. Without `usage` none is reported.
    """

    kind: Literal["say"] = "say"
    text: str = ""
    repeat: int = Field(default=1, ge=1)
    refusal: str = ""
    calls: tuple[Annotated[Call | Patch, Field(discriminator="kind")], ...] = ()
    ends: Literal["done", "token_limit", "content_filter", "failed"] = "done"
    usage: bool = True
    piece: int = Field(default=16, ge=1)
    first_token_seconds: float = Field(default=0, ge=0)
    tokens_per_second: float | None = Field(default=None, gt=0)
    cut_after: int | None = Field(default=None, ge=0)
    hang_after: int | None = Field(default=None, ge=0)

    def pieces(self) -> Iterator[str]:
        whole = self.text * self.repeat
        yield from (whole[start : start + self.piece] for start in range(0, len(whole), self.piece))


class Fail(_Scripted):
    """An answer with another status than 200."""

    kind: Literal["fail"] = "fail"
    status: int = Field(ge=300, le=599)
    retry_after: str | None = None
    code: str | None = None
    message: str = "It is not you, it is us."
    location: str | None = None


class Drop(_Scripted):
    """The connection is closed without an answer."""

    kind: Literal["drop"] = "drop"


class Raw(_Scripted):
    """Status 200, and this in place of an event stream; with `endless` again and again, until nobody listens."""

    kind: Literal["raw"] = "raw"
    body: str
    endless: bool = False
    encoding: str | None = None


Answer = Annotated[Say | Fail | Drop | Raw, Field(discriminator="kind")]


class Rule(_Scripted):
    """Falls on a question that contains each of these texts, for a model whose name begins so."""

    contains: tuple[str, ...] = ()
    model: str = ""
    answers: tuple[Answer, ...] = Field(min_length=1)

    def falls_on(self, model: str, words: str) -> bool:
        return model.startswith(self.model) and all(text in words for text in self.contains)


class Script(_Scripted):
    rules: tuple[Rule, ...] = ()


@dataclass
class Play:
    """A script, and how far it has been played."""

    script: Script
    _turns: dict[int, int] = field(default_factory=dict[int, int])
    _lock: Lock = field(default_factory=Lock)

    def answer(self, model: str, words: str) -> Answer | None:
        """The next answer of the first rule that falls on the question; None when none does."""
        for index, rule in enumerate(self.script.rules):
            if rule.falls_on(model, words):
                with self._lock:
                    turn = self._turns.get(index, 0)
                    self._turns[index] = turn + 1
                return rule.answers[min(turn, len(rule.answers) - 1)]
        return None
