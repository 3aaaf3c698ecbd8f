"""The Responses API: what we ask, and what its events say.

https://developers.openai.com/api/docs/api-reference/responses
"""

from collections.abc import Generator, Iterator
from typing import Annotated, Literal, assert_never

import httpx2
from openai import OpenAI, omit
from openai.types.responses import (
    EasyInputMessageParam,
    ResponseFunctionToolCallParam,
    ResponseInputItemParam,
    ResponseTextConfigParam,
    ToolParam,
)
from openai.types.responses.response_input_item_param import (
    ApplyPatchCall,
    ApplyPatchCallOperation,
    ApplyPatchCallOutput,
    FunctionCallOutput,
)
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from app.adapters.model.facts import MOST_TOKENS, Ended, Fact, Failed, RefusalDelta, well_formed
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


def ask(
    client: OpenAI, model: str, request: Request, *, effort: Effort | None, timeout: httpx2.Timeout
) -> Generator[Fact]:
    """Ask, and say what the answer says, as it comes. Nothing is kept at the server.

    Raises:
        openai.OpenAIError, Failed: the server failed, or the connection to it.
        ValueError, RecursionError: the server talks nonsense.
    """
    with client.responses.create(
        model=model,
        instructions=request.instructions,
        input=[*map(_message, request.frozen), *_items(request.turns)],
        max_output_tokens=request.max_output_tokens,
        reasoning=omit if effort is None else {"effort": effort},
        text=omit if request.structure is None else _format(request.structure),
        tools=[_tool(tool) for tool in request.tools] or omit,
        store=False,
        stream=True,
        timeout=timeout,
    ) as events:
        for event in events:
            if event.type in _READ:
                yield from _facts(_EVENT.validate_python(event))


def _message(text: str) -> EasyInputMessageParam:
    return {"type": "message", "role": "user", "content": text}


def _items(turns: tuple[Turn, ...]) -> Iterator[ResponseInputItemParam]:
    for turn in turns:
        match turn:
            case Said(text=text):
                yield _message(text)
            case Answered(text=text, calls=calls):
                if text:
                    yield {"type": "message", "role": "assistant", "content": text}
                yield from map(_call, calls)
            case ToolResult():
                yield _result(turn)
            case _ as never:
                assert_never(never)


def _call(call: ToolCall) -> ResponseFunctionToolCallParam | ApplyPatchCall:
    match call:
        case FunctionCall(call_id=call_id, name=name, arguments=arguments):
            return {"type": "function_call", "call_id": call_id, "name": name, "arguments": arguments}
        case PatchCall():
            operation = _operation(call)
            return {
                "type": "apply_patch_call",
                "call_id": call.call_id,
                "operation": operation,
                "status": "completed",
            }
        case _ as never:
            assert_never(never)


def _operation(call: PatchCall) -> ApplyPatchCallOperation:
    match call.operation:
        case "create_file":
            return {"type": "create_file", "path": call.path, "diff": call.diff}
        case "update_file":
            return {"type": "update_file", "path": call.path, "diff": call.diff}
        case "delete_file":
            return {"type": "delete_file", "path": call.path}


def _result(result: ToolResult) -> FunctionCallOutput | ApplyPatchCallOutput:
    if isinstance(result.call, FunctionCall):
        return {"type": "function_call_output", "call_id": result.call.call_id, "output": result.output}
    return {
        "type": "apply_patch_call_output",
        "call_id": result.call.call_id,
        "status": "completed" if result.succeeded else "failed",
        "output": result.output,
    }


def _tool(tool: Tool) -> ToolParam:
    match tool:
        case FunctionTool(name=name, description=description, parameters=parameters):
            return {
                "type": "function",
                "name": name,
                "description": description,
                "parameters": {**parameters},
                "strict": True,
            }
        case ApplyPatchTool():
            return {"type": "apply_patch"}
        case _ as never:
            assert_never(never)


def _format(structure: Structure) -> ResponseTextConfigParam:
    schema: dict[str, object] = {**structure.schema}
    return {"format": {"type": "json_schema", "name": structure.name, "schema": schema, "strict": True}}


class _Model(BaseModel):
    """A part of an event; the SDK itself does not check what the server says."""

    model_config = ConfigDict(frozen=True, extra="ignore", from_attributes=True, hide_input_in_errors=True)


class _TextDelta(_Model):
    type: Literal["response.output_text.delta"]
    delta: str


class _RefusalDelta(_Model):
    type: Literal["response.refusal.delta"]
    delta: str


class _FunctionCall(_Model):
    type: Literal["function_call"]
    call_id: str
    name: str
    arguments: str


class _Operation(_Model):
    type: Literal["create_file", "update_file", "delete_file"]
    path: str
    diff: str = ""


class _PatchCall(_Model):
    type: Literal["apply_patch_call"]
    call_id: str
    operation: _Operation


class _OtherItem(_Model):
    type: str


class _ItemDone(_Model):
    type: Literal["response.output_item.done"]
    item: Annotated[_FunctionCall | _PatchCall | _OtherItem, Field(union_mode="left_to_right")]


class _CachedTokens(_Model):
    cached_tokens: int = Field(default=0, ge=0, le=MOST_TOKENS)


class _Usage(_Model):
    input_tokens: int = Field(ge=0, le=MOST_TOKENS)
    output_tokens: int = Field(ge=0, le=MOST_TOKENS)
    input_tokens_details: _CachedTokens | None = None


class _Incomplete(_Model):
    reason: str | None = None


class _Error(_Model):
    code: str | None = None


class _Response(_Model):
    usage: _Usage | None = None
    incomplete_details: _Incomplete | None = None
    error: _Error | None = None


class _End(_Model):
    type: Literal["response.completed", "response.incomplete", "response.failed"]
    response: _Response


class _Failure(_Model):
    type: Literal["error"]
    code: str | None = None


_Event = Annotated[_TextDelta | _RefusalDelta | _ItemDone | _End | _Failure, Field(discriminator="type")]
_EVENT: TypeAdapter[_TextDelta | _RefusalDelta | _ItemDone | _End | _Failure] = TypeAdapter(_Event)
_READ = {
    "response.output_text.delta",
    "response.refusal.delta",
    "response.output_item.done",
    "response.completed",
    "response.incomplete",
    "response.failed",
    "error",
}


def _facts(event: _TextDelta | _RefusalDelta | _ItemDone | _End | _Failure) -> Iterator[Fact]:
    match event:
        case _TextDelta(delta=delta):
            yield TextDelta(well_formed(delta))
        case _RefusalDelta(delta=delta):
            yield RefusalDelta(well_formed(delta))
        case _ItemDone(item=_FunctionCall() as call):
            yield CallFinished(FunctionCall(call.call_id, call.name, well_formed(call.arguments)))
        case _ItemDone(item=_PatchCall(call_id=call_id, operation=done)):
            yield CallFinished(PatchCall(call_id, done.type, well_formed(done.path), well_formed(done.diff)))
        case _ItemDone():
            return
        case _End():
            yield from _end(event)
        case _Failure(code=code):
            raise Failed(code or "unknown")
        case _ as never:
            assert_never(never)


def _end(event: _End) -> Iterator[Fact]:
    response = event.response
    if event.type == "response.failed":
        raise Failed((response.error.code if response.error else None) or "unknown")
    if usage := response.usage:
        details = usage.input_tokens_details or _CachedTokens()
        yield UsageReported(Usage(usage.input_tokens, usage.output_tokens, details.cached_tokens))
    if event.type == "response.completed":
        yield Ended("done")
    else:
        reason = response.incomplete_details.reason if response.incomplete_details else None
        yield Ended("content filter" if reason == "content_filter" else "token limit")
