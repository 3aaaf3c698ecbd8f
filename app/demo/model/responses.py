"""An answer in the words of the Responses API: its events, or the whole response at once.

https://developers.openai.com/api/docs/api-reference/responses-streaming
"""

from collections.abc import Iterator

from app.demo.github.serialize import Fields
from app.demo.model.asked import Tokens
from app.demo.model.script import Call, Patch, Say

STATUS = {"done": "completed", "token_limit": "incomplete", "content_filter": "incomplete", "failed": "failed"}
REASON = {"token_limit": "max_output_tokens", "content_filter": "content_filter"}


def whole(say: Say, model: str, tokens: Tokens) -> Fields:
    """The response as it stands in the end."""
    message = [_message(say)] if say.text or say.refusal else []
    return {
        **_response(model, STATUS[say.ends]),
        "output": [*message, *(_call(call, index) for index, call in enumerate(say.calls))],
        "incomplete_details": {"reason": REASON[say.ends]} if say.ends in REASON else None,
        "error": {"code": "server_error", "message": "Something failed."} if say.ends == "failed" else None,
        "usage": _usage(tokens) if say.usage else None,
    }


def before(model: str) -> Iterator[Fields]:
    """The events before any text."""
    for kind in ("created", "in_progress"):
        yield {"type": f"response.{kind}", "response": _response(model, "in_progress")}


def piece(text: str) -> Fields:
    return {
        "type": "response.output_text.delta",
        "item_id": "msg_1",
        "output_index": 0,
        "content_index": 0,
        "delta": text,
    }


def after(say: Say, model: str, tokens: Tokens) -> Iterator[Fields]:
    """The events after all text."""
    if say.refusal:
        yield {**piece(say.refusal), "type": "response.refusal.delta"}
    if say.text or say.refusal:
        yield {"type": "response.output_item.done", "output_index": 0, "item": _message(say)}
    for index, call in enumerate(say.calls):
        yield {"type": "response.output_item.done", "output_index": index + 1, "item": _call(call, index)}
    yield {"type": f"response.{STATUS[say.ends]}", "response": whole(say, model, tokens)}


def _response(model: str, status: str) -> Fields:
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1,
        "model": model,
        "status": status,
        "output": [],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "error": None,
        "incomplete_details": None,
        "usage": None,
    }


def _message(say: Say) -> Fields:
    text: Fields = {"type": "output_text", "text": "".join(say.pieces()), "annotations": []}
    refusal: Fields = {"type": "refusal", "refusal": say.refusal}
    content = refusal if say.refusal else text
    return {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [content]}


def _call(call: Call | Patch, index: int) -> Fields:
    ids = {"id": f"item_{index}", "call_id": f"call_{index}", "status": "completed"}
    if isinstance(call, Call):
        return {**ids, "type": "function_call", "name": call.name, "arguments": call.arguments}
    operation = {"type": call.operation, "path": call.path}
    if call.operation != "delete_file":
        operation["diff"] = call.diff
    return {**ids, "type": "apply_patch_call", "operation": operation}


def _usage(tokens: Tokens) -> Fields:
    return {
        "input_tokens": tokens.input,
        "input_tokens_details": {"cached_tokens": tokens.cached, "cache_write_tokens": 0},
        "output_tokens": tokens.output,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": tokens.input + tokens.output,
    }
