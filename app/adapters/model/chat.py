"""The Chat Completions API, which most compatible servers speak: what we ask, and what its chunks say.

https://developers.openai.com/api/docs/api-reference/chat
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import Literal, assert_never

import httpx2
from openai import OpenAI, omit
from openai.types.chat import (
    ChatCompletionAssistantMessageParam,
    ChatCompletionFunctionToolParam,
    ChatCompletionMessageFunctionToolCallParam,
    ChatCompletionMessageParam,
)
from openai.types.shared_params import ResponseFormatJSONSchema
from pydantic import BaseModel, ConfigDict, Field

from app.adapters.model.facts import MOST_TOKENS, Ended, Fact, RefusalDelta, well_formed
from app.domain.usage import Usage
from app.ports.model import (
    Answered,
    ApplyPatchTool,
    CallFinished,
    Effort,
    FunctionCall,
    FunctionTool,
    PatchCall,
    Request,
    Said,
    Structure,
    TextDelta,
    Tool,
    ToolCall,
    ToolResult,
    Turn,
    UsageReported,
)

MOST_CALLS = 128


def ask(
    client: OpenAI, model: str, request: Request, *, effort: Effort | None, timeout: httpx2.Timeout
) -> Generator[Fact]:
    """Ask, and say what the answer says, as it comes.

    Raises:
        openai.OpenAIError: the server failed, or the connection to it.
        ValueError, RecursionError: the server talks nonsense.
    """
    with client.chat.completions.create(
        model=model,
        messages=list(_messages(request)),
        # the newer name is refused by some compatible servers, the older one by models that reason
        max_tokens=omit if effort else request.max_output_tokens,
        max_completion_tokens=request.max_output_tokens if effort else omit,
        reasoning_effort=effort or omit,
        response_format=omit if request.structure is None else _format(request.structure),
        tools=[_tool(tool) for tool in request.tools] or omit,
        stream=True,
        stream_options={"include_usage": True},
        timeout=timeout,
    ) as chunks:
        calls = _Calls()
        for chunk in chunks:
            yield from _facts(_Chunk.model_validate(chunk), calls)


def _messages(request: Request) -> Iterator[ChatCompletionMessageParam]:
    yield {"role": "system", "content": request.instructions}
    for text in request.frozen:
        yield {"role": "user", "content": text}
    yield from map(_message, request.turns)


def _message(turn: Turn) -> ChatCompletionMessageParam:
    match turn:
        case Said(text=text):
            return {"role": "user", "content": text}
        case Answered(text=text, calls=calls):
            answered: ChatCompletionAssistantMessageParam = {"role": "assistant", "content": text}
            if calls:
                answered["tool_calls"] = [_call(call) for call in calls]
            return answered
        case ToolResult(call=call, output=output):
            return {"role": "tool", "tool_call_id": call.call_id, "content": output}
        case _ as never:
            assert_never(never)


def _call(call: ToolCall) -> ChatCompletionMessageFunctionToolCallParam:
    if isinstance(call, PatchCall):
        raise ValueError(_NO_PATCHES)
    return {
        "type": "function",
        "id": call.call_id,
        "function": {"name": call.name, "arguments": call.arguments},
    }


def _tool(tool: Tool) -> ChatCompletionFunctionToolParam:
    match tool:
        case FunctionTool(name=name, description=description, parameters=parameters):
            return {
                "type": "function",
                "function": {
                    "name": name,
                    "description": description,
                    "parameters": {**parameters},
                    "strict": True,
                },
            }
        case ApplyPatchTool():
            raise ValueError(_NO_PATCHES)
        case _ as never:
            assert_never(never)


_NO_PATCHES = "Chat Completions has no apply_patch: no model behind it has that edit format in its capabilities"


def _format(structure: Structure) -> ResponseFormatJSONSchema:
    schema: dict[str, object] = {**structure.schema}
    return {"type": "json_schema", "json_schema": {"name": structure.name, "schema": schema, "strict": True}}


class _Model(BaseModel):
    """A part of a chunk; the SDK itself does not check what the server says."""

    model_config = ConfigDict(frozen=True, extra="ignore", from_attributes=True, hide_input_in_errors=True)


class _Function(_Model):
    name: str | None = None
    arguments: str | None = None


class _ToolCall(_Model):
    index: int = Field(ge=0, lt=MOST_CALLS)
    id: str | None = None
    function: _Function | None = None


class _Delta(_Model):
    content: str | None = None
    refusal: str | None = None
    tool_calls: tuple[_ToolCall, ...] | None = None


class _Choice(_Model):
    delta: _Delta | None = None
    finish_reason: str | None = None


class _CachedTokens(_Model):
    cached_tokens: int | None = Field(default=None, ge=0, le=MOST_TOKENS)


class _Usage(_Model):
    prompt_tokens: int = Field(ge=0, le=MOST_TOKENS)
    completion_tokens: int = Field(ge=0, le=MOST_TOKENS)
    prompt_tokens_details: _CachedTokens | None = None


class _Chunk(_Model):
    choices: tuple[_Choice, ...] = ()
    usage: _Usage | None = None


@dataclass(slots=True)
class _Calls:
    """Calls come in pieces, by index; they are finished when the answer is."""

    pieces: dict[int, list[_ToolCall]] = field(default_factory=dict[int, list[_ToolCall]])

    def take(self, piece: _ToolCall) -> None:
        self.pieces.setdefault(piece.index, []).append(piece)

    def finished(self) -> Iterator[CallFinished]:
        for _, pieces in sorted(self.pieces.items()):
            functions = [piece.function for piece in pieces if piece.function]
            call_id = "".join(piece.id or "" for piece in pieces)
            name = "".join(function.name or "" for function in functions)
            arguments = "".join(function.arguments or "" for function in functions)
            yield CallFinished(FunctionCall(call_id, name, well_formed(arguments)))
        self.pieces.clear()


def _facts(chunk: _Chunk, calls: _Calls) -> Iterator[Fact]:
    for choice in chunk.choices[:1]:
        delta = choice.delta or _Delta()
        if delta.content:
            yield TextDelta(well_formed(delta.content))
        if delta.refusal:
            yield RefusalDelta(well_formed(delta.refusal))
        for piece in delta.tool_calls or ():
            calls.take(piece)
        if choice.finish_reason:
            ended = Ended(_how(choice.finish_reason))
            if ended.how == "done":
                yield from calls.finished()
            yield ended
    if usage := chunk.usage:
        cached = usage.prompt_tokens_details and usage.prompt_tokens_details.cached_tokens
        yield UsageReported(Usage(usage.prompt_tokens, usage.completion_tokens, cached or 0))


def _how(finish_reason: str) -> Literal["done", "token limit", "content filter"]:
    match finish_reason:
        case "stop" | "tool_calls" | "function_call":
            return "done"
        case "content_filter":
            return "content filter"
        case _:  # `length`, and what other servers may call it
            return "token limit"
