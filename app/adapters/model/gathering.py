"""How an answer ended, gathered from its facts."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import assert_never

from app.adapters.model.facts import Ended, Fact, RefusalDelta
from app.domain.usage import Usage
from app.ports.model import (
    ApplyPatchTool,
    CallFinished,
    Completed,
    Cut,
    Empty,
    Event,
    FunctionCall,
    FunctionTool,
    Mistake,
    MisusedTools,
    Outcome,
    PatchCall,
    Refused,
    Request,
    TextDelta,
    Tool,
    ToolCall,
    Truncated,
    UsageReported,
)

BYTES_PER_TOKEN = 32  # a token of code has 4; one of many blanks has up to 100
SHORTEST_LIMIT_BYTES = 16 * 1024


class TooLong(Exception):
    """There is more text than the tokens that were asked for can be."""


@dataclass(slots=True)
class Gathering:
    request: Request
    ended: Ended | None = None
    _text: list[str] = field(default_factory=list[str])
    _refusal: list[str] = field(default_factory=list[str])
    _calls: list[ToolCall] = field(default_factory=list[ToolCall])
    _usage: Usage | None = None
    _bytes: int = 0

    def take(self, fact: Fact) -> Event | None:
        """Remember a fact; the event that it is to the caller, if it is one.

        Raises:
            TooLong: the answer has grown beyond what was asked for.
        """
        match fact:
            case TextDelta(text=text):
                self._text.append(text)
                self._weigh(text)
            case RefusalDelta(text=text):
                self._refusal.append(text)
                self._weigh(text)
                return None
            case CallFinished(call=call):
                self._calls.append(call)
                self._weigh(str(call))
            case UsageReported(usage=usage):
                self._usage = usage
            case Ended():
                self.ended = fact
                return None
            case _ as never:
                assert_never(never)
        return fact

    def truncated(self, cut: Cut) -> Truncated:
        return Truncated("".join(self._text), cut, self._usage)

    def outcome(self) -> Outcome:
        """How it ended, when all facts are in."""
        if self.ended is None:
            return self.truncated("connection")
        if self._refusal:
            return Refused("".join(self._refusal), self._usage)
        if self.ended.how != "done":
            return self._broken_off(self.ended.how)
        return self._complete()

    def _broken_off(self, how: Cut) -> Outcome:
        if how == "content filter" and not self._text:
            return Refused("a content filter stopped the answer", self._usage)
        return self.truncated(how)

    def _complete(self) -> Outcome:
        text, calls = "".join(self._text), tuple(self._calls)
        if mistakes := tuple(_mistakes(calls, self.request.tools)):
            return MisusedTools(text, calls, mistakes, self._usage)
        if not text.strip() and not calls:
            return Empty(self._usage)
        return Completed(text, calls, self._usage)

    def _weigh(self, text: str) -> None:
        self._bytes += len(text.encode("utf-8", "replace"))
        if self._bytes > max(SHORTEST_LIMIT_BYTES, BYTES_PER_TOKEN * self.request.max_output_tokens):
            raise TooLong


def _mistakes(calls: Iterable[ToolCall], tools: Iterable[Tool]) -> Iterable[Mistake]:
    offered = {tool.name for tool in tools if isinstance(tool, FunctionTool)}
    may_patch = any(isinstance(tool, ApplyPatchTool) for tool in tools)
    for call in calls:
        match call:
            case PatchCall() if not may_patch:
                yield Mistake(call, "there is no tool apply_patch")
            case FunctionCall(name=name) if name not in offered:
                names = ", ".join(sorted(offered)) or "none"
                yield Mistake(call, f"there is no tool {name[:64]!r}; the tools are: {names}")
            case FunctionCall(arguments=arguments) if not _is_object(arguments):
                yield Mistake(call, "the arguments are not a JSON object")
            case _:
                pass


def _is_object(arguments: str) -> bool:
    try:
        return isinstance(json.loads(arguments), dict)
    except (ValueError, RecursionError):
        return False
