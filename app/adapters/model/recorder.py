"""Keeps every exchange with a model, so that a run can be done again without it."""

import os
from collections.abc import Generator, Iterable
from pathlib import Path
from threading import Lock

from app.adapters.model.exchange import (
    VERSION,
    Document,
    canonical,
    digest,
    document_of,
    document_of_request,
    failure_document,
    joined,
    seal,
)
from app.ports.model import Capabilities, Event, Model, ModelRefusesUs, ModelUnavailable, Request


class Recorder:
    """A model whose exchanges go into a file, a line each, as they end. One file is for one attempt at a run.

    What is kept has no secrets in it: neither the known ones nor what looks like one.

    Raises:
        FileExistsError: another attempt was recorded there; nothing recorded is ever overwritten.
    """

    def __init__(self, model: Model, path: Path, *, known: Iterable[str] = ()) -> None:
        self._model = model
        self._path = path
        self._known = tuple(known)
        self._lock = Lock()
        self._seal = ""
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        self._keep({"version": VERSION, "model": model.name, "capabilities": document_of(model.capabilities)})

    @property
    def name(self) -> str:
        return self._model.name

    @property
    def capabilities(self) -> Capabilities:
        return self._model.capabilities

    @property
    def last_seal(self) -> str:
        """The seal of everything so far."""
        return self._seal

    def ask(self, request: Request) -> Generator[Event]:
        events: list[Event] = []
        failure: Document = None
        try:
            for event in self._model.ask(request):
                events.append(event)
                yield event
        except (ModelUnavailable, ModelRefusesUs) as error:
            failure = failure_document(error, self._known)
            raise
        finally:
            asked = document_of_request(request, self._known)
            said = document_of(joined(events), self._known)
            self._keep({"asked": digest(asked), "request": asked, "events": said, "failure": failure})

    def _keep(self, exchange: Document) -> None:
        with self._lock, self._path.open("ab") as file:
            self._seal = seal(exchange, self._seal)
            file.write(canonical({"exchange": exchange, "seal": self._seal}) + b"\n")
