"""Exchanges with a model as they are kept: canonical JSON, without secrets, each sealed together with all before it.

A seal shows that something was altered; it does not show by whom, as whoever can write the file can seal it anew.
The JSON is canonical: https://www.rfc-editor.org/rfc/rfc8785
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import timedelta
from hashlib import sha256
from typing import TypeAlias, cast

import rfc8785

from app.adapters.model.facts import well_formed
from app.domain.usage import Price, Usage
from app.governance.redaction import redact
from app.ports.model import (
    CallFinished,
    Capabilities,
    Completed,
    Empty,
    Event,
    Finished,
    FunctionCall,
    Json,
    Mistake,
    MisusedTools,
    ModelRefusesUs,
    ModelUnavailable,
    PatchCall,
    Refused,
    Request,
    TextDelta,
    Truncated,
    UsageReported,
)

Document: TypeAlias = "dict[str, Document] | list[Document] | str | int | float | bool | None"
VERSION = 1
_KINDS = {
    kind.__name__: kind
    for kind in (
        *(TextDelta, CallFinished, UsageReported, Finished),
        *(Completed, Truncated, Refused, Empty, MisusedTools, Mistake),
        *(FunctionCall, PatchCall, Usage, Price, Capabilities),
    )
}


class NotAnExchange(Exception):
    """A document is not what this version of ACS writes."""


def canonical(document: Document) -> bytes:
    """The one way to write a document."""
    return rfc8785.dumps(document)


def digest(document: Document) -> str:
    return sha256(canonical(document)).hexdigest()


def seal(exchange: Document, after: str) -> str:
    """What an exchange is sealed with, given the seal of the one before it (none: an empty text)."""
    return sha256(after.encode() + b"\n" + canonical(exchange)).hexdigest()


def document_of(value: object, known: Iterable[str] = ()) -> Document:
    """A value of the model's port as it is kept: its types are named, and secrets are taken out of every text."""
    secrets = tuple(known)
    match value:
        case None | bool() | int() | float():
            return value
        case str():
            return redact(well_formed(value), secrets)
        case timedelta():
            return value.total_seconds()
        case Mapping():
            named = cast("Mapping[object, object]", value)
            return {redact(well_formed(str(name)), secrets): document_of(one, secrets) for name, one in named.items()}
        case Sequence():
            return [document_of(one, secrets) for one in cast("Sequence[object]", value)]
        case _ if is_dataclass(value):
            parts = {field.name: document_of(getattr(value, field.name), secrets) for field in fields(value)}
            return {"kind": type(value).__name__, **parts}
        case _:
            raise TypeError(f"{type(value).__name__} is no part of an exchange")


def document_of_request(request: Request, known: Iterable[str] = ()) -> Document:
    """What the model is asked; the deadline is left out, because it asks nothing and is never twice the same."""
    document = document_of(request, known)
    if not isinstance(document, dict):
        raise TypeError("a request is kept as an object")
    return {name: part for name, part in document.items() if name != "deadline"}


def joined(events: Iterable[Event]) -> list[Event]:
    """The events with neighbouring pieces of text in one: a secret could lie across two pieces."""
    whole: list[Event] = []
    for event in events:
        if isinstance(event, TextDelta) and whole and isinstance(last := whole[-1], TextDelta):
            whole[-1] = TextDelta(last.text + event.text)
        else:
            whole.append(event)
    return whole


def value_of(document: Json) -> object:
    """The value that a document was made of.

    Raises:
        NotAnExchange: it was made of something else.
    """
    match document:
        case {"kind": str(kind), **parts}:
            try:
                return _KINDS[kind](**{name: value_of(part) for name, part in parts.items()})  # pyright: ignore[reportArgumentType]  # what was sealed has the types it was written with
            except (KeyError, TypeError, ValueError) as error:
                raise NotAnExchange(f"{kind} is not what this version of ACS writes") from error
        case list():
            return tuple(value_of(part) for part in document)
        case _:
            return document


def failure_document(error: ModelUnavailable | ModelRefusesUs, known: Iterable[str] = ()) -> Document:
    after = error.retry_after if isinstance(error, ModelUnavailable) else None
    return {
        "kind": type(error).__name__,
        "message": document_of(str(error), known),
        "retry_after": document_of(after),
    }


def failure_of(document: Mapping[str, Json]) -> ModelUnavailable | ModelRefusesUs:
    """The error that was kept in place of an answer."""
    message, after = str(document.get("message")), document.get("retry_after")
    if document.get("kind") == "ModelRefusesUs":
        return ModelRefusesUs(message)
    wait = timedelta(seconds=after) if isinstance(after, int | float) else None
    return ModelUnavailable(message, retry_after=wait)
