"""A reverse proxy on loopback that writes down what goes through it, and changes nothing."""

import threading
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from app.demo.github.local import LocalGitHub, plain_client
from app.demo.github.server import HOST, Handler
from tests.contract.openapi.exchange import Exchange

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host", "accept-encoding"}


@dataclass
class Recorder:
    """The exchanges of the REST API so far, in the order in which they were answered."""

    target: str
    exchanges: list[Exchange] = field(default_factory=list[Exchange])

    def __post_init__(self) -> None:
        self._client = plain_client(self.target, {})

    def close(self) -> None:
        self._client.close()

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        request = Request(environ)
        headers = {name.lower(): value for name, value in request.headers if name.lower() not in HOP_BY_HOP}
        body = request.get_data()
        answer = self._client.request(request.method, request.full_path.rstrip("?"), content=body, headers=headers)
        received = {name.lower(): value for name, value in answer.headers.items() if name.lower() not in HOP_BY_HOP}
        if not request.path.startswith("/_local/"):
            query = request.args.to_dict()
            self.exchanges.append(
                Exchange(
                    request.method, request.path, query, headers, body, answer.status_code, received, answer.content
                )
            )
        return Response(answer.content, answer.status_code, received)(environ, start)


class RecordedGitHub(LocalGitHub):
    """A local GitHub whose REST clients all go through a recorder."""

    recorded_url: str | None = None

    @property
    def url(self) -> str:
        return self.recorded_url or super().url


@contextmanager
def recording(github: RecordedGitHub) -> Generator[Recorder]:
    recorder = Recorder(github.url)
    server = make_server(HOST, 0, recorder, threaded=True, request_handler=Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    github.recorded_url = f"http://{HOST}:{server.port}"
    try:
        yield recorder
    finally:
        github.recorded_url = None
        server.shutdown()
        thread.join()
        server.server_close()
        recorder.close()
