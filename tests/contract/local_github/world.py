"""A local GitHub with people, repositories and an App, and the App's own ears and hands, all over real HTTP."""

import hmac
import json
import subprocess
import threading
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TypeAlias

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from app.demo.github.git import environment
from app.demo.github.local import LocalGitHub, plain_client
from app.demo.github.seed import ACS_EVENTS, Seed, SeedApp, SeedPerson, SeedRepository

Document: TypeAlias = "dict[str, Document] | list[Document] | str | int | float | bool | None"
SHOP, VAULT, ATTIC = "acme/shop", "acme/vault", "tom/attic"
PATIENCE_SECONDS = 10


def at(document: Document, *path: str | int) -> Document:
    """What stands in a JSON document at a path."""
    for step in path:
        match document, step:
            case dict(), str():
                document = document[step]
            case list(), int():
                document = document[step]
            case _:
                raise LookupError(f"there is no {step!r} in {document!r}")
    return document


def text(document: Document, *path: str | int) -> str:
    return str(at(document, *path))


def number(document: Document, *path: str | int) -> int:
    return int(str(at(document, *path)))


def items(document: Document, *path: str | int) -> list[Document]:
    found = at(document, *path)
    assert isinstance(found, list)
    return found


@dataclass(frozen=True)
class Heard:
    """One delivery as it arrived."""

    headers: Mapping[str, str]
    raw: bytes
    payload: Document

    @property
    def event(self) -> str:
        return self.headers["x-github-event"]

    @property
    def guid(self) -> str:
        return self.headers["x-github-delivery"]

    @property
    def name(self) -> str:
        document = self.payload
        action = document.get("action") if isinstance(document, dict) else None
        return f"{self.event}.{action}" if action else self.event

    def is_signed_with(self, secret: str) -> bool:
        expected = hmac.new(secret.encode(), self.raw, sha256).hexdigest()
        return hmac.compare_digest(f"sha256={expected}", self.headers["x-hub-signature-256"])


@dataclass
class Receiver:
    """The App's webhook endpoint; `status` is what it answers, once `think` has returned."""

    url: str = ""
    status: int = 202
    think: Callable[[Heard], None] = lambda _: None
    heard: list[Heard] = field(default_factory=list[Heard])

    def names(self, since: int = 0) -> list[str]:
        return [one.name for one in self.heard[since:]]

    def wait(self, name: str, since: int = 0, where: Callable[[Document], bool] = lambda _: True) -> Heard:
        """The first delivery of that name (`event.action`) after so many others."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            for one in self.heard[since:]:
                if one.name == name and where(one.payload):
                    return one
            time.sleep(0.01)
        raise AssertionError(f"{name} was not delivered; what came is {self.names(since)}")


@contextmanager
def receiving() -> Generator[Receiver]:
    receiver = Receiver()

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            heard = Heard({name.lower(): value for name, value in self.headers.items()}, raw, json.loads(raw))
            receiver.heard.append(heard)
            receiver.think(heard)
            self.send_response(receiver.status)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    receiver.url = f"http://127.0.0.1:{server.server_port}/webhook"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@lru_cache
def _key(pem: str) -> RSAPrivateKey:
    """Reading a private key takes longer than a request."""
    key = load_pem_private_key(pem.encode(), None)
    assert isinstance(key, RSAPrivateKey)
    return key


@dataclass
class World:
    github: LocalGitHub
    receiver: Receiver

    def person(self, login: str) -> httpx.Client:
        return self.github.as_user(login)

    def app(self, *, lifetime: timedelta = timedelta(minutes=9)) -> httpx.Client:
        """The App by a JSON web token."""
        now = datetime.now(UTC)
        claims = {"iat": now - timedelta(seconds=30), "exp": now + lifetime, "iss": str(self.github.keys.app_id)}
        return self._client(jwt.encode(claims, _key(self.github.keys.private_key or ""), algorithm="RS256"))

    def installation_id(self, full_name: str = SHOP) -> int:
        with self.app() as app:
            return number(app.get(f"/repos/{full_name}/installation").json(), "id")

    def token(self, **wanted: Document) -> str:
        """An installation token for acme's repositories."""
        with self.app() as app:
            answer = app.post(f"/app/installations/{self.installation_id()}/access_tokens", json=wanted)
            assert answer.status_code == 201, answer.text
            return text(answer.json(), "token")

    def bot(self, **wanted: Document) -> httpx.Client:
        """The App by an installation token."""
        return self._client(self.token(**wanted))

    def issue(self, *, by: str = "maria", repo: str = SHOP, title: str = "Prices need cents", **more: Document) -> int:
        with self.person(by) as person:
            answer = person.post(f"/repos/{repo}/issues", json={"title": title, **more})
            assert answer.status_code == 201, answer.text
            return number(answer.json(), "number")

    def commit(self, files: Mapping[str, str | None], *, on: str = "main", branch: str | None = None) -> str:
        """A commit by the App through the Git Data API; with a branch name, a new branch that points at it."""
        with self.bot() as bot:
            git = f"/repos/{SHOP}/git"
            parent = text(bot.get(f"{git}/ref/heads/{on}").json(), "object", "sha")
            entries = [
                {
                    "path": path,
                    "mode": "100644",
                    "type": "blob",
                    **({"sha": None} if body is None else {"content": body}),
                }
                for path, body in files.items()
            ]
            tree = bot.post(f"{git}/trees", json={"base_tree": parent, "tree": entries})
            made = bot.post(
                f"{git}/commits", json={"message": "Change it", "tree": text(tree.json(), "sha"), "parents": [parent]}
            )
            sha = text(made.json(), "sha")
            if branch is not None:
                answer = bot.post(f"{git}/refs", json={"ref": f"refs/heads/{branch}", "sha": sha})
                assert answer.status_code == 201, answer.text
            return sha

    def pull(self, branch: str, files: Mapping[str, str | None] | None = None, **more: Document) -> int:
        """A pull request of the App from a new branch."""
        self.commit(files or {f"{branch}.txt": "new\n"}, branch=branch)
        with self.bot() as bot:
            wanted = {"title": f"Change {branch}", "head": branch, "base": "main", **more}
            answer = bot.post(f"/repos/{SHOP}/pulls", json=wanted)
            assert answer.status_code == 201, answer.text
            return number(answer.json(), "number")

    def wait_until_delivered(self, patience_seconds: float = PATIENCE_SECONDS) -> None:
        with self.github.as_anybody() as anybody:
            deadline = time.monotonic() + patience_seconds
            while number(anybody.get("/_local/deliveries").json(), "waiting"):
                assert time.monotonic() < deadline, "deliveries are still waiting"
                time.sleep(0.01)

    def calm(self) -> None:
        """End every trouble, and forget what was heard."""
        self.receiver.status = 202
        self.receiver.think = lambda _: None
        with self.app() as app:
            app.delete("/_local/faults")
            app.delete("/_local/limits")
            app.patch("/app/hook/config", json={"url": self.receiver.url})
        self.wait_until_delivered()
        self.receiver.heard.clear()

    def _client(self, token: str) -> httpx.Client:
        return plain_client(self.github.url, {"Authorization": f"Bearer {token}"})


def seed(files: Path, webhook_url: str, events: tuple[str, ...] = ACS_EVENTS) -> Seed:
    return Seed(
        people=[
            SeedPerson(login="maria", name="Maria Silva"),
            SeedPerson(login="tom", name="Tom Reed"),
            SeedPerson(login="rita"),
            SeedPerson(login="stranger"),
        ],
        repositories=[
            SeedRepository(full_name=SHOP, files=files, roles={"maria": "admin", "tom": "write", "rita": "triage"}),
            SeedRepository(full_name=VAULT, files=files, roles={"maria": "admin"}, private=True),
            SeedRepository(full_name=ATTIC, files=files),
        ],
        app=SeedApp(webhook_url=webhook_url, on=[SHOP, VAULT], events=events),
    )


@contextmanager
def running(
    folder: Path,
    *,
    requests_per_hour: int | None = None,
    kind: type[LocalGitHub] = LocalGitHub,
    events: tuple[str, ...] = ACS_EVENTS,
) -> Generator[World]:
    files = folder / "files"
    (files / "src").mkdir(parents=True)
    (files / "README.md").write_text("# Shop\n\nSells things.\n")
    (files / "src" / "price.ts").write_text("export const price = 1\n")
    (files / "run.sh").write_text("#!/bin/sh\n")
    (files / "run.sh").chmod(0o755)
    with receiving() as receiver:
        start = kind.start(folder / "state", seed(files, receiver.url, events), requests_per_hour=requests_per_hour)
        with start as github:
            yield World(github, receiver)


def git(*args: str, cwd: Path, check: bool = True) -> "subprocess.CompletedProcess[str]":
    done = subprocess.run(
        ["git", "-c", "user.name=Tom", "-c", "user.email=tom@example.com", *args],
        cwd=cwd,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert not check or done.returncode == 0, done.stderr
    return done
