"""ACS itself, started for real beside the caller: Redis, web, workers and clock, each a process of its own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import httpx
import psutil
from redis import Redis, RedisError
from rq import Queue, SimpleWorker

from app.adapters.rq_wakeups import rq_name

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

    They are called `redis`, `web`, `worker` and `clock`; where there are several of a kind, `web-2`, `worker-2` …
    Logs are in `logs/NAME.log` below the state folder. `settings` are more `ACS_…` variables.
    """

    state: Path
    port: int
    registration: Registration
    settings: Mapping[str, str] = field(default_factory=dict[str, str])
    webs: int = 1
    workers: int = 1
    redis_port: int = field(default_factory=free_port)
    more_ports: dict[str, int] = field(default_factory=dict[str, int])
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict[str, "subprocess.Popen[bytes]"])

    @property
    def url(self) -> str:
        return self.url_of("web")

    def url_of(self, web: str) -> str:
        """Where a web process listens."""
        return f"http://127.0.0.1:{self._port_of(web)}"

    @property
    def names(self) -> list[str]:
        """Everything that `start` starts, in that order."""
        return ["redis", *self.names_of("web"), *self.names_of("worker"), "clock"]

    def names_of(self, kind: Literal["web", "worker"]) -> list[str]:
        count = {"web": self.webs, "worker": self.workers}[kind]
        return [kind, *(f"{kind}-{number}" for number in range(2, count + 1))]

    def start(self) -> Self:
        """Write the secrets, migrate, start everything, and return when the web process is ready.

        Raises:
            StackFailed: a process ended, or was not ready in time.
        """
        self._write_secrets()
        self._migrate()
        try:
            for name in self.names:
                self.run(name)
            self.wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def run(self, name: str) -> None:
        """Start one process by name; a process of that name must not be running."""
        self.run_beside(name, self._argv(name))

    def run_beside(self, name: str, argv: Sequence[str]) -> None:
        """Start a process of the caller's own with the environment of ACS; it is logged, killed and stopped by name."""
        with ExitStack() as files:
            log = files.enter_context(self._log(name).open("ab"))
            self.processes[name] = subprocess.Popen(
                argv,
                cwd=PROJECT,
                env=self._environment(name),
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

    def children(self, name: str) -> list[psutil.Process]:
        """The processes that one of ours keeps running: those of `worker` do the work, those of `web` answer."""
        return psutil.Process(self.processes[name].pid).children()

    def forget_wakeups(self) -> None:
        """Empty Redis, whether it is running or not, as the loss of its disk would."""
        if "redis" in self.processes:
            Redis(port=self.redis_port).flushall()  # pyright: ignore[reportUnknownMemberType]  # untyped arguments
        else:
            shutil.rmtree(self._redis_folder())

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
        """Return when every web process can keep deliveries and the workers listen for short steps."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            self._require_running()
            if all(map(self._keeps_deliveries, self.names_of("web"))) and self._has_workers():
                return
            time.sleep(0.05)
        raise StackFailed(f"ACS was not ready within {READY_SECONDS} s; its logs are in {self.state / 'logs'}")

    def _keeps_deliveries(self, web: str) -> bool:
        try:
            return httpx.get(f"{self.url_of(web)}/readyz", timeout=2, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    def _has_workers(self) -> bool:
        redis = Redis(port=self.redis_port)
        try:
            known = SimpleWorker.count(connection=redis, queue=Queue(rq_name("steps"), connection=redis))
            # workers that outlived a Redis that lost its data listen to the new one without being known to it
            return max(known, _listening(redis)) >= self.workers
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
            self._acs("migrate"), cwd=PROJECT, env=self._environment(""), capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise StackFailed(f"acs migrate failed: {(done.stderr or done.stdout)[-500:]}")

    def _argv(self, name: str) -> list[str]:
        kind = name.partition("-")[0]
        if kind == "redis":
            where = ["--port", str(self.redis_port), "--bind", "127.0.0.1", "--dir", str(self._redis_folder())]
            return [redis_program(), *where, "--save", "", "--appendonly", "yes"]
        return self._acs({"web": "serve"}.get(kind, kind))

    def _acs(self, command: str) -> list[str]:
        return [sys.executable, "-m", "app.cli", command]

    def _log(self, name: str) -> Path:
        return self._folder("logs") / f"{name}.log"

    def _redis_folder(self) -> Path:
        return self._folder("redis")

    def _folder(self, name: str) -> Path:
        folder = self.state / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _port_of(self, name: str) -> int:
        """The port of a web process: the Stack's own for the first, and one that does not change for each other."""
        if name not in self.names_of("web")[1:]:
            return self.port
        return self.more_ports.setdefault(name, free_port())

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

    def _environment(self, name: str) -> dict[str, str]:
        return {
            "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.state),
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(PROJECT),
            "ACS_STATE_DIR": str(self.state),
            "ACS_LISTEN": f"127.0.0.1:{self._port_of(name)}",
            "ACS_REDIS_URL": f"redis://127.0.0.1:{self.redis_port}/0",
            "ACS_GITHUB_API_URL": self.registration.api_url,
            "ACS_GITHUB_APP_ID": str(self.registration.app_id),
            "ACS_GITHUB_PRIVATE_KEY_FILE": str(self.state / "secrets" / "private-key.pem"),
            "ACS_GITHUB_WEBHOOK_SECRETS_FILE": str(self.state / "secrets" / "webhook-secrets"),
            **self.settings,
        }


def _listening(redis: Redis) -> int:
    """How many clients wait for something to be put into a list. https://redis.io/docs/latest/commands/client-list/"""
    clients: list[dict[str, str]] = redis.client_list()  # pyright: ignore[reportUnknownMemberType,reportAssignmentType]  # untyped answer
    return sum("b" in client["flags"] for client in clients)
