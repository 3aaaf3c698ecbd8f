"""One sandbox from its start to its end: its processes, its pipes and its clock, whoever misbehaves."""

import json
import os
import select
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Literal

from app.adapters.sandbox import diagnosis, inside
from app.adapters.sandbox.command import Descriptors
from app.adapters.sandbox.memory import Guard
from app.adapters.sandbox.output import drain
from app.ports.sandbox import SandboxUnsafe

_LOOK_EVERY_MS = 50


class Running:
    """A sandbox whose first process waits for its plan on `input`, and will write to `results`.

    When that process ends, the kernel kills all others of its PID namespace.
    https://man7.org/linux/man-pages/man7/pid_namespaces.7.html
    """

    def __init__(self, bubblewrap: "_Bubblewrap", pid: int) -> None:
        self.pid = pid
        self.input = bubblewrap.input
        self.results = bubblewrap.results
        self.stopped_for: Literal["timed_out", "out_of_memory"] | None = None
        self._bubblewrap = bubblewrap
        self._pidfd = os.pidfd_open(pid)

    def await_start(self) -> None:
        """Return when the sandbox is made and its first process runs in it.

        Raises:
            SandboxUnsafe: bubblewrap could not make the sandbox.
        """
        if self.results.read(inside.HEADER.size)[:1] != inside.READY:
            raise self._bubblewrap.refusal()

    @contextmanager
    def watched(self, guard: Guard, deadline: float) -> Generator[None]:
        """Kill it when it passes a limit (`deadline` is in `time.monotonic`), and in any case at the end."""
        watch = threading.Thread(target=self._watch, args=(guard, deadline), daemon=True)
        watch.start()
        try:
            yield
        except BaseException:
            self._kill()
            raise
        finally:
            watch.join()

    def output(self) -> str:
        """All that it printed, once it has ended."""
        return self._bubblewrap.output.read()

    def close(self) -> None:
        """Kill what is left of it; when this returns none of its processes is."""
        self._kill()
        self._has_ended_within(None)
        os.close(self._pidfd)
        self._bubblewrap.close()

    def _watch(self, guard: Guard, deadline: float) -> None:
        try:
            while self.stopped_for is None and not self._has_ended_within(_LOOK_EVERY_MS):
                if guard.is_exceeded():
                    self.stopped_for = "out_of_memory"
                elif time.monotonic() >= deadline:
                    self.stopped_for = "timed_out"
        finally:
            self._kill()  # whatever happened: nothing runs unwatched

    def _has_ended_within(self, milliseconds: int | None) -> bool:
        poll = select.poll()
        poll.register(self._pidfd, select.POLLIN)
        return bool(poll.poll(milliseconds))

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)


class _Output:
    """Reads what a sandbox prints, from a thread of its own, so that it never waits for a reader."""

    def __init__(self, stream: IO[bytes], limit: int) -> None:
        self._text = ""
        self._thread = threading.Thread(target=self._read, args=(stream, limit), daemon=True)
        self._thread.start()

    def read(self) -> str:
        self._thread.join()
        return self._text

    def _read(self, stream: IO[bytes], limit: int) -> None:
        with stream:
            self._text = drain(stream, limit)


class _Bubblewrap:
    """The process outside the sandbox that made it and waits for it."""

    def __init__(self, argv: list[str], uid: int | None, inherited: list[int], results: IO[bytes], limit: int) -> None:
        """Start it as `uid`, with an empty environment: it is readable inside, whatever `--clearenv` says."""
        self._program = Path(argv[0])
        self._process = _spawn(argv, uid, inherited)
        self.input = _there(self._process.stdin)
        self.output = _Output(_there(self._process.stdout), limit)
        self.results = results

    def refusal(self) -> SandboxUnsafe:
        """What to raise when it made no sandbox."""
        self.close()
        return diagnosis.refused(self._program, self.output.read())

    def close(self) -> None:
        with suppress(BrokenPipeError):
            self.input.close()
        self._process.wait()
        self.results.close()


@contextmanager
def started(
    command: Callable[[Descriptors], list[str]], *, uid: int | None, system_calls: bytes | None, output_bytes: int
) -> Generator[Running]:
    """A sandbox that is being made; on leaving, none of its processes is left.

    Raises:
        SandboxUnsafe: bubblewrap did not start.
    """
    running = _start(command, uid, system_calls, output_bytes)
    try:
        yield running
    finally:
        running.close()


def _start(
    command: Callable[[Descriptors], list[str]], uid: int | None, system_calls: bytes | None, output_bytes: int
) -> Running:
    with ExitStack() as ours, ExitStack() as theirs:
        status, status_end = _pipe(ours, theirs)
        results, results_end = _pipe(ours, theirs)
        rules = _pipe_holding(system_calls, theirs)
        argv = command(Descriptors(status_end, results_end, rules))
        inherited = [end for end in (status_end, results_end, rules) if end is not None]
        try:
            bubblewrap = _Bubblewrap(argv, uid, inherited, results, output_bytes)
        except OSError as error:
            raise diagnosis.refused(Path(argv[0]), str(error)) from error
        ours.pop_all()
    with status, suppress(ValueError, ProcessLookupError):
        return Running(bubblewrap, json.loads(status.read())["child-pid"])
    raise bubblewrap.refusal()


def _spawn(argv: list[str], uid: int | None, inherited: list[int]) -> "subprocess.Popen[bytes]":
    if os.geteuid() == 0 and not uid:
        raise PermissionError("a sandbox started by uid 0 holds nothing")
    return subprocess.Popen(
        argv,
        env={},
        cwd="/",
        user=uid,
        group=uid,
        extra_groups=None if uid is None else [],
        umask=0o022,
        pass_fds=inherited,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def _pipe(ours: ExitStack, theirs: ExitStack) -> tuple[IO[bytes], int]:
    """A pipe to read from; its other end is closed here once the sandbox has it."""
    reading, writing = os.pipe()
    theirs.callback(os.close, writing)
    return ours.enter_context(os.fdopen(reading, "rb")), writing


def _pipe_holding(content: bytes | None, theirs: ExitStack) -> int | None:
    if content is None:
        return None
    reading, writing = os.pipe()
    theirs.callback(os.close, reading)
    with os.fdopen(writing, "wb") as end:
        end.write(content)
    return reading


def _there(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise ValueError("bubblewrap was started without pipes")
    return stream
