"""A server on loopback that answers as a test tells it: for what a healthy GitHub does not do."""

import json
import socket
import threading
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Reply = Callable[[Request], Response]
REPOSITORY = "/repos/acme/shop"
MINT = "/app/installations/7/access_tokens"


def reply(status: int, body: object = None, /, **headers: str) -> Reply:
    """Always this answer; `retry_after="3"` becomes the header `retry-after`."""
    content = body if isinstance(body, str | bytes) else json.dumps({} if body is None else body)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: Response(content, status, {"content-type": "application/json", **named})


def refuse(status: int, message: str, /, **headers: str) -> Reply:
    return reply(status, {"message": message, "documentation_url": "https://docs.github.com/rest"}, **headers)


def hang_up(request: Request) -> Response:
    """Close the connection without an answer."""
    connection = request.environ["werkzeug.socket"]
    assert isinstance(connection, socket.socket)
    connection.shutdown(socket.SHUT_RDWR)
    return Response()


def hang(request: Request) -> Response:
    """Answer after half a second."""
    time.sleep(0.5)
    return reply(200)(request)


@dataclass
class Loopback:
    """Answers `METHOD /path` with the next of its replies, again and again with the last."""

    url: str = ""
    replies: dict[str, list[Reply]] = field(default_factory=dict[str, list[Reply]])
    requests: list[tuple[str, Mapping[str, str], object]] = field(
        default_factory=list[tuple[str, Mapping[str, str], object]]
    )
    lock: threading.Lock = field(default_factory=threading.Lock)

    def on(self, request: str, *replies: Reply) -> None:
        self.replies[request] = list(replies)

    def asked(self, request: str) -> int:
        """How often that request came."""
        return [line for line, _, _ in self.requests].count(request)

    def bodies(self, request: str) -> list[object]:
        return [body for line, _, body in self.requests if line == request]

    def authorizations(self, request: str) -> list[str]:
        return [headers["Authorization"] for line, headers, _ in self.requests if line == request]

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        request = Request(environ)
        line = f"{request.method} {request.path}"
        with self.lock:
            self.requests.append((line, dict(request.headers), json.loads(request.get_data() or b"null")))
            replies = self.replies.get(line, [refuse(404, "Not Found")])
            answer = replies.pop(0) if len(replies) > 1 else replies[0]
        return answer(request)(environ, start)


@contextmanager
def loopback() -> Generator[Loopback]:
    server = Loopback()
    http = make_server("127.0.0.1", 0, server, threaded=True, request_handler=_Quiet)
    server.url = f"http://127.0.0.1:{http.port}"
    thread = threading.Thread(target=http.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Tests say what went wrong."""

    def connection_dropped(self, error: BaseException, environ: object = None) -> None:
        """The test asked for it."""
