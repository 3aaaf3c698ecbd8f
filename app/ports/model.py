"""A language model: asked once, it answers as a stream of events whose last one says how the answer ended.

Whatever a model writes is untrusted. Only `Completed` is an answer to act on: what was cut off, refused, empty or
calls its tools wrongly is another type, without the fields of a completed one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, Protocol, TypeAlias, assert_never

from app.domain.usage import Price, Usage, tokens_in
from app.errors import RepoError, TransientError

Json: TypeAlias = "Mapping[str, Json] | Sequence[Json] | str | int | float | bool | None"
Purpose = Literal["plan", "edit", "repair", "tool", "review"]
Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]
EFFORTS: tuple[Effort, ...] = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
EditFormat = Literal["whole", "search_replace", "v4a", "apply_patch"]


@dataclass(frozen=True, slots=True)
class FunctionTool:
    """Something the model may ask us to do; `parameters` is a JSON Schema of an object, strict where servers can."""

    name: str
    description: str
    parameters: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class ApplyPatchTool:
    """The model's own way of editing files, where its capabilities have the edit format `apply_patch`.

    https://developers.openai.com/api/docs/guides/tools-apply-patch
    """


Tool = FunctionTool | ApplyPatchTool


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """`arguments` is the text of a JSON object; that it fits the tool's schema is for the caller to check."""

    call_id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class PatchCall:
    """`diff` is in the V4A format, and empty for a deletion; `path` leads wherever the model says."""

    call_id: str
    operation: Literal["create_file", "update_file", "delete_file"]
    path: str
    diff: str


ToolCall = FunctionCall | PatchCall


@dataclass(frozen=True, slots=True)
class Said:
    """What we say to the model."""

    text: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What the model said and called in an earlier answer."""

    text: str
    calls: tuple[ToolCall, ...] = ()


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What came of a call; each call of an answer needs its result before the next answer."""

    call: ToolCall
    output: str
    succeeded: bool = True


Turn = Said | Answered | ToolResult


@dataclass(frozen=True, slots=True)
class Structure:
    """The shape of an answer that is JSON: a strict JSON Schema, with all properties required and no others allowed.

    https://developers.openai.com/api/docs/guides/structured-outputs
    """

    name: str
    schema: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One question.

    The model reads `instructions`, then `frozen`, then `turns`. What is the same from call to call belongs into the
    first two, in the same order, because a prefix that was read before costs a fraction.
    https://developers.openai.com/api/docs/guides/prompt-caching

    `deadline` is for everything, from the first connection over all retries to the last word.
    """

    purpose: Purpose
    instructions: str
    frozen: tuple[str, ...] = ()
    turns: tuple[Turn, ...]
    max_output_tokens: int
    deadline: timedelta
    effort: Effort | None = None
    structure: Structure | None = None
    tools: tuple[Tool, ...] = ()

    @property
    def input_tokens(self) -> int:
        """About how many tokens it is to read, rather too many than too few."""
        return sum(map(tokens_in, self._texts()))

    def _texts(self) -> Iterator[str]:
        yield self.instructions
        yield from self.frozen
        for turn in self.turns:
            yield from _words(turn)
        yield from map(str, self.tools)
        yield str(self.structure or "")


def _words(turn: Turn) -> Iterator[str]:
    match turn:
        case Said(text=text):
            yield text
        case Answered(text=text, calls=calls):
            yield from (text, *map(str, calls))
        case ToolResult(output=output):
            yield output
        case _ as never:
            assert_never(never)


@dataclass(frozen=True, slots=True)
class TextDelta:
    """The next piece of the answer's text: not yet part of a completed answer."""

    text: str


@dataclass(frozen=True, slots=True)
class CallFinished:
    """The model has written all of a call: not yet part of a completed answer."""

    call: ToolCall


@dataclass(frozen=True, slots=True)
class UsageReported:
    usage: Usage


@dataclass(frozen=True, slots=True)
class Completed:
    """The model said that it was done, and there is something to act on. `usage` is None where servers do not say."""

    text: str
    calls: tuple[ToolCall, ...] = ()
    usage: Usage | None = None

    def __post_init__(self) -> None:
        if not (self.text.strip() or self.calls):
            raise ValueError("an answer without text and calls is Empty")


Cut = Literal["token limit", "content filter", "connection", "deadline", "silence", "size", "nonsense"]


@dataclass(frozen=True, slots=True)
class Truncated:
    """The answer broke off: `partial` is for people to look at, and for nothing else."""

    partial: str
    cut: Cut
    usage: Usage | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The model, or a filter around it, would not answer; `reason` is in its words."""

    reason: str
    usage: Usage | None = None


@dataclass(frozen=True, slots=True)
class Empty:
    """The model said that it was done, and nothing else."""

    usage: Usage | None = None


@dataclass(frozen=True, slots=True)
class Mistake:
    """A call that cannot be made, and why, in words that the model can be answered with."""

    call: ToolCall
    problem: str


@dataclass(frozen=True, slots=True)
class MisusedTools:
    """At least one call was of a tool that was not offered, or with arguments that are none: no call is to be made."""

    said: str
    calls_made: tuple[ToolCall, ...]
    mistakes: tuple[Mistake, ...]
    usage: Usage | None = None


Outcome = Completed | Truncated | Refused | Empty | MisusedTools


@dataclass(frozen=True, slots=True)
class Finished:
    """The last event of every answer."""

    outcome: Outcome


Event = TextDelta | CallFinished | UsageReported | Finished


class ModelUnavailable(TransientError):
    """The model did not begin to answer within the deadline; nothing of an answer was seen."""


class ModelRefusesUs(RepoError):
    """The model's server will not work for ACS as it is configured: the operator must change something."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What is known of a model. `price` is the dearest known one where nobody knows its own (`is_priced`)."""

    edit_format: EditFormat
    efforts: tuple[Effort, ...]
    context_tokens: int
    max_output_tokens: int
    price: Price
    is_priced: bool = True

    def nearest_effort(self, wanted: Effort | None) -> Effort | None:
        """The effort to ask for: the wanted one or the next lower one the model has, else its lowest."""
        own: list[Effort] = [one for one in EFFORTS if one in self.efforts]
        if wanted is None or not own:
            return None
        within: list[Effort] = [one for one in own if EFFORTS.index(one) <= EFFORTS.index(wanted)]
        return within[-1] if within else own[0]


class Model(Protocol):
    @property
    def name(self) -> str:
        """The model's name, as its server knows it."""
        ...

    @property
    def capabilities(self) -> Capabilities: ...

    def ask(self, request: Request) -> Iterator[Event]:
        """Ask once; the last event is `Finished`, and there is no other of that kind.

        Who does not read to the end should close the iterator, which ends the request.

        Raises:
            ModelUnavailable: before the first event: no answer began; try later.
            ModelRefusesUs: before the first event: nobody but the operator can help.
        """
        ...


def outcome_of(events: Iterable[Event]) -> Outcome:
    """Read an answer to its very end.

    Raises:
        ModelUnavailable, ModelRefusesUs: as `Model.ask`.
    """
    outcomes = [event.outcome for event in events if isinstance(event, Finished)]
    return outcomes[-1]
