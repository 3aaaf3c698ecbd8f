"""A git server on loopback: real bare repositories behind `git http-backend`, a token to enter, faults on request."""

import base64
import os
import subprocess
import threading
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

TOKEN = "ghs_7_header.payload-and_signature"
WHO = {
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.com",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.com",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_AUTHOR_DATE": "2026-01-02T03:04:05Z",
    "GIT_COMMITTER_DATE": "2026-01-02T03:04:05Z",
    "PATH": os.defpath,
}


def git(*arguments: str | Path, cwd: Path, stdin: bytes = b"") -> str:
    return git_bytes(*arguments, cwd=cwd, stdin=stdin).decode().strip()


def git_bytes(*arguments: str | Path, cwd: Path, stdin: bytes = b"") -> bytes:
    done = subprocess.run(["git", *arguments], cwd=cwd, env=WHO, input=stdin, capture_output=True, check=True)
    return done.stdout


@dataclass
class GitServer:
    """Repositories below `root`; `fault`, when set, answers instead of git; `fetches` counts what was downloaded."""

    root: Path
    url: str = ""
    fault: Callable[[Request], Response | None] | None = None
    fetches: int = 0
    seen: list[str] = field(default_factory=list[str])
    authorizations: list[str | None] = field(default_factory=list[str | None])

    def repository(self, full_name: str) -> Path:
        path = self.root / f"{full_name}.git"
        git("init", "-q", "--bare", "-b", "main", path, cwd=self.root)
        return path

    def commit(self, full_name: str, files: Mapping[str, bytes], *, modes: Mapping[str, str] | None = None) -> str:
        """Commit exactly these files, byte for byte, as the new tree of `main`."""
        repository = self.root / f"{full_name}.git"
        stream = [b"commit refs/heads/main\ncommitter Ada <ada@example.com> 1767322245 +0000\ndata 7\nChange\n"]
        if (repository / "refs/heads/main").exists():
            stream.append(b"from refs/heads/main^0\n")
        stream.append(b"deleteall\n")
        for path, content in files.items():
            mode = (modes or {}).get(path, "100644")
            stream.append(f"M {mode} inline {path}\ndata {len(content)}\n".encode() + content + b"\n")
        git("fast-import", "--quiet", cwd=repository, stdin=b"".join(stream))
        return git("rev-parse", "main", cwd=repository)

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        request = Request(environ)
        self.seen.append(request.full_path)
        self.authorizations.append(request.headers.get("Authorization"))
        return (self._faulty(request) or self._refusal(request) or self._backend(request))(environ, start)

    def _faulty(self, request: Request) -> Response | None:
        return self.fault(request) if self.fault else None

    def _refusal(self, request: Request) -> Response | None:
        expected = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {expected}":
            return Response("who are you?", 401, {"WWW-Authenticate": 'Basic realm="git"'})
        return None

    def _backend(self, request: Request) -> Response:
        body = request.get_data()
        self.fetches += b"command=fetch" in body
        variables = {
            "GIT_PROJECT_ROOT": str(self.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
            "PATH_INFO": request.path,
            "QUERY_STRING": request.query_string.decode(),
            "REQUEST_METHOD": request.method,
            "CONTENT_TYPE": request.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding", ""),
        }
        done = subprocess.run(
            ["git", "http-backend"], env=WHO | variables, input=body, capture_output=True, check=False
        )
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        return Response(content, headers.pop("Status", "200 OK"), headers)


@contextmanager
def served(root: Path) -> Generator[GitServer]:
    root.mkdir()
    server = GitServer(root)
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


def processes_mentioning(text: str) -> list[str]:
    """The command lines of this machine that contain the text."""
    found: list[str] = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            found.append((process / "cmdline").read_bytes().decode(errors="replace").replace("\0", " "))
    return [command_line for command_line in found if text in command_line]


def hang(seconds: float) -> Callable[[Request], Response | None]:
    def fault(request: Request) -> Response | None:
        time.sleep(seconds)
        return None

    return fault
