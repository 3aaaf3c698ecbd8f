"""git over HTTP: `git http-backend` behind the permissions of this site; what is pushed is announced.

https://git-scm.com/docs/git-http-backend
"""

import subprocess
from collections.abc import Iterator
from io import BytesIO
from tempfile import TemporaryFile
from typing import IO

from flask import Blueprint, Response, request

from app.demo.github.access import Anonymous, actor, require, to_read, to_write
from app.demo.github.answers import Refusal
from app.demo.github.git import environment, git_program
from app.demo.github.records import Repository
from app.demo.github.refs import announce_moves, moved_between
from app.demo.github.rest.request import caller, site

blueprint = Blueprint("git", __name__)
CHUNK = 64 * 1024
MAX_PUSH_BYTES = 200 * 2**20
READ, WRITE = to_read("contents"), to_write("contents")


@blueprint.get("/<owner>/<name>.git/info/refs")
def advertise(owner: str, name: str) -> Response:
    """Which refs there are, for a fetch or for a push."""
    service = request.args.get("service", "")
    if service not in {"git-upload-pack", "git-receive-pack"}:
        raise Refusal(403, "Please use a git client of version 1.6.6 or later")
    repo = _enter(owner, name, writing=service == "git-receive-pack")
    return _streamed(_backend(repo, "info/refs", _received()))


@blueprint.post("/<owner>/<name>.git/git-upload-pack")
def fetch(owner: str, name: str) -> Response:
    return _streamed(_backend(_enter(owner, name, writing=False), "git-upload-pack", _received()))


@blueprint.post("/<owner>/<name>.git/git-receive-pack")
def push(owner: str, name: str) -> Response:
    """Take a push, then tell of every branch and tag that moved."""
    repo = _enter(owner, name, writing=True)
    git, by, pack = site().git(repo), actor(site(), caller()), _received()
    with site().moving_refs_of(repo):
        before = git.refs()
        answer, _ = _backend(repo, "git-receive-pack", pack).communicate()
        announce_moves(site(), repo, by, moved_between(before, git.refs()))
    report = BytesIO(answer)
    head = _headers(report)
    return Response(report.read(), _status(head), head)


def _enter(owner: str, name: str, *, writing: bool) -> Repository:
    """The repository, where the caller may fetch from it or push to it; a stranger is asked for credentials."""
    repo, asking = site().repository(owner, name), caller()
    if isinstance(asking, Anonymous) and (writing or repo is None or repo.private):
        raise Refusal(401, "Requires authentication", headers={"WWW-Authenticate": 'Basic realm="GitHub"'})
    return require(asking, repo, WRITE if writing else READ)


def _received() -> IO[bytes]:
    """The whole request, taken in before git starts so that a slow client holds nothing up."""
    body: IO[bytes] = TemporaryFile()  # noqa: SIM115  # git inherits it
    while chunk := request.stream.read(CHUNK):
        body.write(chunk)
        if body.tell() > MAX_PUSH_BYTES:
            raise Refusal(413, f"A push may not be larger than {MAX_PUSH_BYTES // 2**20} MiB")
    return body


def _backend(repo: Repository, path: str, body: IO[bytes]) -> "subprocess.Popen[bytes]":
    """`git http-backend` at work on the request; what it writes is a CGI response."""
    size = body.tell()
    body.seek(0)
    with body:
        return subprocess.Popen(
            [git_program(), "http-backend"],
            stdin=body,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(
                GIT_PROJECT_ROOT=str(site().state / "git"),
                GIT_HTTP_EXPORT_ALL="1",
                GIT_PROTOCOL=request.headers.get("Git-Protocol", ""),
                PATH_INFO=f"/{repo.owner}/{repo.name}.git/{path}",
                QUERY_STRING=request.query_string.decode(),
                REQUEST_METHOD=request.method,
                REMOTE_USER="pusher",
                CONTENT_TYPE=request.content_type or "",
                CONTENT_LENGTH=str(size),
                HTTP_CONTENT_ENCODING=request.headers.get("Content-Encoding", ""),
            ),
        )


def _streamed(backend: "subprocess.Popen[bytes]") -> Response:
    output = backend.stdout
    if output is None:
        raise RuntimeError("git http-backend was started without a pipe to read from")
    head = _headers(output)

    def rest() -> Iterator[bytes]:
        with backend:
            while chunk := output.read(CHUNK):
                yield chunk

    return Response(rest(), _status(head), head)


def _headers(answer: IO[bytes]) -> dict[str, str]:
    head: dict[str, str] = {}
    while line := answer.readline().decode("latin-1").strip():
        name, _, value = line.partition(":")
        head[name] = value.strip()
    return head


def _status(head: dict[str, str]) -> int:
    return int(head.pop("Status", "200").split()[0])
