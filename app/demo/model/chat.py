"""An answer in the words of Chat Completions: its chunks, or the whole completion at once.

https://developers.openai.com/api/docs/api-reference/chat-streaming
"""

from collections.abc import Iterator

from app.demo.github.serialize import Fields
from app.demo.model.asked import Tokens
from app.demo.model.script import Call, Say

REASON = {"done": "stop", "token_limit": "length", "content_filter": "content_filter", "failed": None}


def whole(say: Say, model: str, tokens: Tokens) -> Fields:
    message = {
        "role": "assistant",
        "content": "".join(say.pieces()) or None,
        "refusal": say.refusal or None,
        **({"tool_calls": _calls(say)} if say.calls else {}),
    }
    return {
        "id": "chatcmpl_1",
        "object": "chat.completion",
        "created": 1,
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": _reason(say)}],
        "usage": _usage(tokens) if say.usage else None,
    }


def before(model: str) -> Iterator[Fields]:
    yield _chunk(model, {"role": "assistant", "content": ""})


def piece(text: str, model: str) -> Fields:
    return _chunk(model, {"content": text})


def after(say: Say, model: str, tokens: Tokens) -> Iterator[Fields]:
    if say.refusal:
        yield _chunk(model, {"refusal": say.refusal})
    for index, call in enumerate(_calls(say)):
        yield _chunk(model, {"tool_calls": [{"index": index, **call}]})
    if say.ends == "failed":
        yield {"error": {"code": "server_error", "type": "server_error", "message": "Something failed."}}
        return
    yield _chunk(model, {}, _reason(say))
    if say.usage:
        yield {**_chunk(model, {}), "choices": [], "usage": _usage(tokens)}


def _chunk(model: str, delta: Fields, finish_reason: str | None = None) -> Fields:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    return {
        "id": "chatcmpl_1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": model,
        "choices": [choice],
    }


def _reason(say: Say) -> str | None:
    return "tool_calls" if say.calls and say.ends == "done" else REASON[say.ends]


def _calls(say: Say) -> list[Fields]:
    return [
        {
            "id": f"call_{index}",
            "type": "function",
            "function": {"name": call.name, "arguments": call.arguments},
        }
        for index, call in enumerate(say.calls)
        if isinstance(call, Call)
    ]


def _usage(tokens: Tokens) -> Fields:
    return {
        "prompt_tokens": tokens.input,
        "completion_tokens": tokens.output,
        "total_tokens": tokens.input + tokens.output,
        "prompt_tokens_details": {"cached_tokens": tokens.cached},
    }
