"""One address for several web processes: each request goes to the next of them, as behind a load balancer."""

from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from threading import Lock, Thread
from types import TracebackType
from typing import Self

import httpx

HOP = {"host", "connection", "content-length", "transfer-encoding"}


class RoundRobin:
    """Passes requests on, in turn; a web process that does not answer is a 502, as behind a real one."""

    def __init__(self, urls: Sequence[str]) -> None:
        self._turns, self._lock = cycle(urls), Lock()
        self._client = httpx.Client(timeout=30, trust_env=False)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def pass_on(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        with self._lock:
            url = next(self._turns)
        kept = {name: value for name, value in headers.items() if name.lower() not in HOP}
        try:
            answer = self._client.post(f"{url}{path}", headers=kept, content=body)
        except httpx.HTTPError:
            return 502, b"no answer from a web process\n"
        return answer.status_code, answer.content

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        pass_on = self.pass_on

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, content = pass_on(self.path, dict(self.headers), body)
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:
                """Nothing: ACS and the local GitHub both say what became of a delivery."""

        return Handler

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._client.close()
