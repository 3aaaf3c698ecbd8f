"""ACS itself, started for real beside the caller: Redis, web, workers and clock, each a process of its own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
import psutil
from redis import Redis, RedisError
from rq import Queue, SimpleWorker

from app.adapters.rq_wakeups import STEPS

PROJECT = Path(__file__).resolve().parents[2]
READY_SECONDS = 60
STOP_SECONDS = 20


class StackFailed(Exception):
    """A process of ACS did not start; the message names its log."""


def free_port() -> int:
    """A port on loopback that nobody listened on a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


def redis_program() -> str:
    """A Redis server: the one on the PATH, else the one that was installed with ACS.

    Raises:
        StackFailed: there is none.
    """
    beside_python = str(Path(sys.executable).parent)
    program = shutil.which("redis-server") or shutil.which("redis-server", path=beside_python)
    if program is None:
        raise StackFailed("there is no redis-server on the PATH: install Redis, or use Python 3.11 or 3.12")
    return program


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What ACS needs to know of the App it is, and of the code host it is on."""

    api_url: str
    app_id: int
    private_key: str
    webhook_secret: str


@dataclass(slots=True)
class Stack:
    """The processes of one ACS, in a state folder, on free ports; leaving its `with` block stops them.

    Logs are in `logs/NAME.log` below the state folder. `settings` are more `ACS_…` variables.
    """

    state: Path
    port: int
    registration: Registration
    settings: Mapping[str, str] = field(default_factory=dict[str, str])
    redis_port: int = field(default_factory=free_port)
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict[str, "subprocess.Popen[bytes]"])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> Self:
        """Write the secrets, migrate, start everything, and return when the web process is ready.

        Raises:
            StackFailed: a process ended, or was not ready in time.
        """
        self._write_secrets()
        self._migrate()
        try:
            for name in ("redis", "web", "worker", "clock"):
                self.run(name)
            self.wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def run(self, name: str) -> None:
        """Start one process by name; a process of that name must not be running."""
        with ExitStack() as files:
            log = files.enter_context(self._log(name).open("ab"))
            self.processes[name] = subprocess.Popen(
                self._argv(name),
                cwd=PROJECT,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self, name: str) -> None:
        """SIGKILL one process and its children, as a power cut would."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def workers(self) -> list[psutil.Process]:
        """The worker processes below the supervisor."""
        return psutil.Process(self.processes["worker"].pid).children()

    def forget_wakeups(self) -> None:
        """Empty Redis, as a restart of it without a disk would."""
        Redis(port=self.redis_port).flushall()  # pyright: ignore[reportUnknownMemberType]  # untyped arguments

    def stop(self) -> None:
        """Ask every process to end, and end those that do not."""
        running = list(reversed(self.processes.values()))
        for process in running:
            process.terminate()
        for process in running:
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.processes.clear()

    def wait_until_ready(self) -> None:
        """Return when the web process can keep deliveries and a worker listens for short steps."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            self._require_running()
            if self._keeps_deliveries() and self._has_worker():
                return
            time.sleep(0.05)
        raise StackFailed(f"ACS was not ready within {READY_SECONDS} s; its logs are in {self.state / 'logs'}")

    def _keeps_deliveries(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz", timeout=2, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    def _has_worker(self) -> bool:
        redis = Redis(port=self.redis_port)
        try:
            return SimpleWorker.count(connection=redis, queue=Queue(STEPS, connection=redis)) > 0
        except RedisError:
            return False

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.stop()

    def _require_running(self) -> None:
        for name, process in self.processes.items():
            if process.poll() is not None:
                raise StackFailed(f"{name} ended with status {process.returncode}; its log is {self._log(name)}")

    def _migrate(self) -> None:
        done = subprocess.run(
            self._acs("migrate"), cwd=PROJECT, env=self._environment(), capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise StackFailed(f"acs migrate failed: {(done.stderr or done.stdout)[-500:]}")

    def _argv(self, name: str) -> list[str]:
        if name == "redis":
            return [redis_program(), "--port", str(self.redis_port), "--bind", "127.0.0.1", "--save", ""]
        return self._acs({"web": "serve"}.get(name, name))

    def _acs(self, command: str) -> list[str]:
        return [sys.executable, "-m", "app.cli", command]

    def _log(self, name: str) -> Path:
        folder = self.state / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{name}.log"

    def _write_secrets(self) -> None:
        folder = self.state / "secrets"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name, secret in (
            ("private-key.pem", self.registration.private_key),
            ("webhook-secrets", self.registration.webhook_secret),
        ):
            path = folder / name
            path.touch(mode=0o600)
            path.write_text(secret)

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.state),
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(PROJECT),
            "ACS_STATE_DIR": str(self.state),
            "ACS_LISTEN": f"127.0.0.1:{self.port}",
            "ACS_REDIS_URL": f"redis://127.0.0.1:{self.redis_port}/0",
            "ACS_GITHUB_API_URL": self.registration.api_url,
            "ACS_GITHUB_APP_ID": str(self.registration.app_id),
            "ACS_GITHUB_PRIVATE_KEY_FILE": str(self.state / "secrets" / "private-key.pem"),
            "ACS_GITHUB_WEBHOOK_SECRETS_FILE": str(self.state / "secrets" / "webhook-secrets"),
            **self.settings,
        }
