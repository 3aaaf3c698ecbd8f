"""Answers what was asked before as it was answered then, from a recorder's file, without any network."""

import json
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import cast

from app.adapters.model.exchange import (
    VERSION,
    Document,
    NotAnExchange,
    canonical,
    digest,
    document_of_request,
    failure_of,
    seal,
    value_of,
)
from app.ports.model import Capabilities, Event, Finished, Request

LARGEST_RECORDING = 512 * 1024**2
EXCERPT = 60


class BrokenRecording(Exception):
    """The file is not what a recorder wrote; the message names the line."""


class NotRecorded(Exception):
    """Something is asked that was not asked then; the message says where the question differs."""


@dataclass(frozen=True, slots=True)
class _Exchange:
    asked: str
    request: dict[str, Document]
    events: tuple[Event, ...]
    failure: dict[str, Document] | None


class Replayer:
    """Implements `app.ports.model.Model` by a recording: equal questions are answered in the order of then.

    `known` are the secrets that the recorder was given.

    Raises:
        BrokenRecording: a byte of the file is another than the recorder wrote, or the file cannot be read.
    """

    def __init__(self, path: Path, *, known: Iterable[str] = ()) -> None:
        self._path = path
        self._known = tuple(known)
        self._lock = Lock()
        self.name, self.capabilities, exchanges = _read(path)
        self._left = deque(exchanges)

    @property
    def unasked(self) -> int:
        """How many recorded exchanges nobody asked for yet: none, when the run was the same."""
        return len(self._left)

    def ask(self, request: Request) -> Generator[Event]:
        """As `Model.ask`.

        Raises:
            NotRecorded: this was not asked then, or not this often, or its answer was not read so far.
        """
        exchange = self._next(document_of_request(request, self._known))
        yield from exchange.events
        if exchange.failure is not None:
            raise failure_of(exchange.failure)
        if not (exchange.events and isinstance(exchange.events[-1], Finished)):
            raise NotRecorded(f"{self._path}: the answer to this was not read any further then")

    def _next(self, request: Document) -> _Exchange:
        asked = digest(request)
        with self._lock:
            found = next((exchange for exchange in self._left if exchange.asked == asked), None)
            if found is None:
                raise NotRecorded(f"{self._path}: {self._difference(request)}")
            self._left.remove(found)
            return found

    def _difference(self, request: Document) -> str:
        if not self._left:
            return "this is asked, and every recorded question was asked already"
        place, then, now = next(_differences(self._left[0].request, request), ("a name", None, None))
        return f"the question differs from the next recorded one at {place}: then {_short(then)}, now {_short(now)}"


def _read(path: Path) -> tuple[str, Capabilities, list[_Exchange]]:
    lines = list(_opened(path))
    try:
        match lines:
            case [{"version": version, "model": str(name), "capabilities": written}, *rest] if version == VERSION:
                capabilities = value_of(written)
                if isinstance(capabilities, Capabilities):
                    return name, capabilities, [_exchange(line) for line in rest]
            case _:
                pass
    except NotAnExchange as error:
        raise BrokenRecording(f"{path}: {error}") from error
    raise BrokenRecording(f"{path}: is not a recording of version {VERSION}")


def _opened(path: Path) -> Iterator[dict[str, Document]]:
    """Each line's content, once its seal was found to be right."""
    last = ""
    try:
        if path.stat().st_size > LARGEST_RECORDING:
            raise BrokenRecording(f"{path}: is larger than {LARGEST_RECORDING} bytes")
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise BrokenRecording(f"{path}: cannot be read ({error.strerror})") from error
    if lines.pop() != b"":
        raise BrokenRecording(f"{path}: its last line is not whole")
    for number, line in enumerate(lines, start=1):
        exchange = _unsealed(line, last)
        if exchange is None:
            raise BrokenRecording(f"{path}:{number}: was altered since it was recorded")
        last = seal(exchange, last)
        yield exchange


def _unsealed(line: bytes, last: str) -> dict[str, Document] | None:
    try:
        document = cast("Document", json.loads(line))
        if not isinstance(document, dict) or canonical(document) != line:
            return None
        exchange = document.get("exchange")
        is_sealed = isinstance(exchange, dict) and document.get("seal") == seal(exchange, last)
        return exchange if isinstance(exchange, dict) and is_sealed else None
    except (ValueError, RecursionError):
        return None


def _exchange(line: dict[str, Document]) -> _Exchange:
    match line:
        case {"asked": str(asked), "request": dict(request), "events": list(events), "failure": failure}:
            said = tuple(cast("Event", value_of(event)) for event in events)
            return _Exchange(asked, request, said, failure if isinstance(failure, dict) else None)
        case _:
            raise NotAnExchange("a line is no exchange")


def _differences(then: Document, now: Document, place: str = "") -> Iterator[tuple[str, Document, Document]]:
    match then, now:
        case dict(), dict():
            for name in sorted({*then, *now}):
                yield from _differences(then.get(name), now.get(name), f"{place}.{name}".lstrip("."))
        case list(), list():
            for index in range(max(len(then), len(now))):
                before, after = (side[index] if index < len(side) else None for side in (then, now))
                yield from _differences(before, after, f"{place}[{index}]")
        case _:
            if then != now:
                yield place, then, now


def _short(part: Document) -> str:
    text = json.dumps(part, ensure_ascii=False)
    return text if len(text) <= EXCERPT else f"{text[:EXCERPT]}…"
