"""Starts the local GitHub beside the caller, and gives people's hands to tests and to the demo."""

import ssl
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
from pydantic import BaseModel, ConfigDict

from app.demo.github.git import environment
from app.demo.github.seed import Seed, plant

PROJECT = Path(__file__).resolve().parents[3]
STOP_SECONDS = 15


def plain_client(url: str, headers: Mapping[str, str]) -> httpx.Client:
    """A REST client for loopback; it loads no certificates, which would take longer than most requests."""
    return httpx.Client(
        base_url=url,
        headers={"Accept": "application/vnd.github+json", **headers},
        timeout=30,
        trust_env=False,
        verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
    )


class Keys(BaseModel):
    """What people and the App sign in with, as the seed made them."""

    model_config = ConfigDict(frozen=True)

    tokens: Mapping[str, str]
    app_id: int | None
    webhook_secret: str | None
    private_key: str | None


class LocalGitHub:
    """A running local GitHub; leaving its `with` block stops it, and its state stays in the folder."""

    def __init__(self, state: Path, *, requests_per_hour: int | None = None) -> None:
        self.state = state.resolve()
        self.keys = Keys.model_validate_json((state / "keys.json").read_text())
        self._limit = [f"--requests-per-hour={requests_per_hour}"] if requests_per_hour is not None else []
        self._port = 0
        self._server = self._spawn()

    @staticmethod
    def create(state: Path, seed: Seed) -> None:
        """Seed a folder that has no local GitHub yet."""
        plant(state, seed)

    @classmethod
    def start(cls, state: Path, seed: Seed | None = None, *, requests_per_hour: int | None = None) -> Self:
        """A local GitHub that answers; a folder without one is seeded first."""
        if seed is not None and not (state / "keys.json").exists():
            cls.create(state, seed)
        return cls(state, requests_per_hour=requests_per_hour)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def pid(self) -> int:
        return self._server.pid

    def clone_url(self, full_name: str) -> str:
        return f"{self.url}/{full_name}.git"

    def as_user(self, login: str) -> httpx.Client:
        """A REST client with that person's token; close it, or use it in a `with` block."""
        return plain_client(self.url, {"Authorization": f"Bearer {self.keys.tokens[login]}"})

    def as_anybody(self) -> httpx.Client:
        return plain_client(self.url, {})

    def stop(self) -> None:
        self._server.terminate()
        self._reap()

    def kill(self) -> None:
        """End it as a power cut of the process would: no goodbye, nothing flushed."""
        self._server.kill()
        self._reap()

    def restart(self) -> None:
        """Start again on the same folder and port."""
        if self._server.poll() is None:
            self.stop()
        self._server = self._spawn()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self._server.poll() is None:
            self.stop()

    def _spawn(self) -> "subprocess.Popen[str]":
        argv = [sys.executable, "-m", "app.demo.github", f"--state={self.state}", f"--port={self._port}", *self._limit]
        server = subprocess.Popen(
            argv, cwd=PROJECT, stdout=subprocess.PIPE, text=True, env=environment(PYTHONPATH=str(PROJECT))
        )
        line = server.stdout.readline() if server.stdout else ""
        if not line.startswith("local GitHub on "):
            server.kill()
            raise RuntimeError(f"the local GitHub did not start on {self.state}; what it said is on standard error")
        self._port = int(line.rsplit(":", 1)[1])
        return server

    def _reap(self) -> None:
        try:
            self._server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()
        if self._server.stdout:
            self._server.stdout.close()
