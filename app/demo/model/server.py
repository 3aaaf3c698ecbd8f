"""The HTTP server of the local model: one process, a thread for each connection, on the loopback interface only.

- `POST /v1/responses`, `POST /v1/chat/completions`: as OpenAI's, streamed or not
- `GET /_local/asked`: every question so far; `DELETE` forgets them
- `PUT /_local/script`: a `Script` document (see `app.demo.model.script`), played from its beginning
"""

import json
import signal
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Thread
from types import FrameType

from flask import Flask, Response, request
from pydantic import BaseModel, ConfigDict, ValidationError
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from app.demo.github.serialize import Fields
from app.demo.model import chat, responses
from app.demo.model.asked import Api, Asked, Question, Tokens, tokens, words_of
from app.demo.model.script import Drop, Fail, Play, Raw, Say, Script

HOST = "127.0.0.1"
HANGS_SECONDS = 60


class _Asks(BaseModel):
    """What is read of a request's document."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    model: str
    stream: bool = False
    instructions: str = ""
    input: object = None
    messages: object = None


@dataclass
class Stage:
    """What is played, and what was asked."""

    play: Play
    asked: Asked = field(default_factory=Asked)

    def answer(self, api: Api) -> Response:
        if not request.headers.get("Authorization", "").startswith("Bearer "):
            return _fail(Fail(status=401, code="invalid_api_key", message="You did not provide a key."))
        try:
            asks = _Asks.model_validate_json(request.get_data())
        except ValidationError as error:
            return _fail(Fail(status=400, code="invalid_request", message=str(error)))
        words = "\n".join(filter(None, words_of([asks.instructions, asks.input, asks.messages])))
        question = Question(api=api, model=asks.model, words=words, body=request.get_data(as_text=True))
        shared = self.asked.add(question)
        match self.play.answer(asks.model, words):
            case Say() as say:
                return _say(api, say, asks, tokens(question, shared, say))
            case Fail() as fail:
                return _fail(fail)
            case Drop():
                _hang_up(_connection())
                return Response(b"")
            case Raw() as raw:
                return _raw(raw)
            case None:
                return _fail(Fail(status=400, code="not_in_the_script", message="No rule falls on this question."))


class Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 120

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: what was asked is at `/_local/asked`."""


def make_app(script: Script) -> Flask:
    app = Flask(__name__, static_folder=None)
    stage = Stage(Play(script))
    app.add_url_rule("/v1/responses", "responses", lambda: stage.answer("responses"), methods=["POST"])
    app.add_url_rule("/v1/chat/completions", "chat", lambda: stage.answer("chat"), methods=["POST"])

    @app.get("/_local/asked")
    def asked() -> Response:
        return _json([question.model_dump() for question in stage.asked.all()])

    @app.delete("/_local/asked")
    def forget() -> Response:
        stage.asked.forget()
        return Response(b"", 204)

    @app.put("/_local/script")
    def play() -> Response:
        try:
            stage.play = Play(Script.model_validate_json(request.get_data()))
        except ValidationError as error:
            return Response(str(error), 422, content_type="text/plain; charset=utf-8")
        return Response(b"", 204)

    return app


def serve(script: Script, port: int) -> None:
    """Answer until SIGTERM or SIGINT; says on standard output where, once it listens."""
    server: BaseWSGIServer = make_server(HOST, port, make_app(script), threaded=True, request_handler=Handler)

    def stop(_number: int, _frame: FrameType | None) -> None:
        Thread(target=server.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    print(f"local model on http://{HOST}:{server.port}", flush=True)
    server.serve_forever(poll_interval=0.05)


def _say(api: Api, say: Say, asks: _Asks, used: Tokens) -> Response:
    if not asks.stream:
        time.sleep(say.first_token_seconds)
        written = responses.whole if api == "responses" else chat.whole
        return _json(written(say, asks.model, used))
    stream = _events(api, say, asks.model, used, _connection())
    return Response(stream, 200, content_type="text/event-stream; charset=utf-8")


def _events(api: Api, say: Say, model: str, used: Tokens, connection: socket.socket | None) -> Iterator[bytes]:
    before = responses.before(model) if api == "responses" else chat.before(model)
    yield from map(_event, before)
    time.sleep(say.first_token_seconds)
    for count, text in enumerate([*say.pieces(), None]):
        if count == say.cut_after:
            _hang_up(connection)
            return
        if count == say.hang_after:
            time.sleep(HANGS_SECONDS)
        if text is not None:
            yield _event(responses.piece(text) if api == "responses" else chat.piece(text, model))
            time.sleep(1 / say.tokens_per_second if say.tokens_per_second else 0)
    after = responses.after(say, model, used) if api == "responses" else chat.after(say, model, used)
    yield from map(_event, after)
    if api == "chat":
        yield b"data: [DONE]\n\n"


def _event(document: Fields) -> bytes:
    kind = f"event: {document['type']}\n" if "type" in document else ""
    return f"{kind}data: {json.dumps(document)}\n\n".encode()


def _raw(raw: Raw) -> Response:
    def stream() -> Iterator[bytes]:
        yield raw.body.encode()
        while raw.endless:
            yield raw.body.encode()

    headers = {"Content-Encoding": raw.encoding} if raw.encoding else {}
    return Response(stream(), 200, headers, content_type="text/event-stream; charset=utf-8")


def _fail(fail: Fail) -> Response:
    error = {"message": fail.message, "type": "error", "code": fail.code, "param": None}
    response = _json({"error": error}, fail.status)
    if fail.retry_after is not None:
        response.headers["Retry-After"] = fail.retry_after
    if fail.location is not None:
        response.headers["Location"] = fail.location
    return response


def _json(document: object, status: int = 200) -> Response:
    return Response(json.dumps(document), status, content_type="application/json")


def _connection() -> socket.socket | None:
    found: object = request.environ.get("werkzeug.socket")
    return found if isinstance(found, socket.socket) else None


def _hang_up(connection: socket.socket | None) -> None:
    if connection:
        connection.shutdown(socket.SHUT_RDWR)
