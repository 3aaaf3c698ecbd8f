"""One sandbox from its start to its end: its processes, its pipes and its clock, whoever misbehaves."""

import json
import os
import select
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Literal

from app.adapters.sandbox import diagnosis, inside
from app.adapters.sandbox.command import Descriptors
from app.adapters.sandbox.memory import Guard
from app.adapters.sandbox.output import drain

_LOOK_EVERY_MS = 50


class Running:
    """A sandbox whose first process waits for its plan on `input`, and will write to `results`.

    When that process ends, the kernel kills all others of its PID namespace.
    https://man7.org/linux/man-pages/man7/pid_namespaces.7.html
    """

    def __init__(self, bubblewrap: "subprocess.Popen[bytes]", pid: int, results: IO[bytes], output: "_Output") -> None:
        self.pid = pid
        self.input = _there(bubblewrap.stdin)
        self.results = results
        self.stopped_for: Literal["timed_out", "out_of_memory"] | None = None
        self._pidfd = os.pidfd_open(pid)  # the process waits for us, so this is it and no later one of its number
        self._bubblewrap = bubblewrap
        self._output = output

    @contextmanager
    def watched(self, guard: Guard, deadline: float) -> Iterator[None]:
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
        return self._output.read()

    def close(self) -> None:
        """Kill what is left of it; when this returns none of its processes is."""
        self._kill()
        self._has_ended_within(None)
        self._bubblewrap.wait()
        os.close(self._pidfd)
        with suppress(BrokenPipeError):
            self.input.close()
        self.results.close()

    def _watch(self, guard: Guard, deadline: float) -> None:
        while not self._has_ended_within(_LOOK_EVERY_MS):
            if guard.is_exceeded():
                self.stopped_for = "out_of_memory"
            elif time.monotonic() >= deadline:
                self.stopped_for = "timed_out"
            if self.stopped_for is not None:
                return self._kill()
        return None

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


@contextmanager
def started(
    command: Callable[[Descriptors], list[str]], *, uid: int | None, system_calls: bytes | None, output_bytes: int
) -> Iterator[Running]:
    """A running sandbox; on leaving, none of its processes is left.

    Raises:
        SandboxUnsafe: bubblewrap did not start, or could not make the sandbox.
    """
    running = _start(command, uid, system_calls, output_bytes)
    try:
        yield running
    finally:
        running.close()


def _start(
    command: Callable[[Descriptors], list[str]], uid: int | None, system_calls: bytes | None, output_bytes: int
) -> Running:
    status, status_end = _pipe()
    results, results_end = _pipe()
    rules = _pipe_holding(system_calls)
    theirs = [end.fileno() for end in (status_end, results_end, rules) if end is not None]
    argv = command(Descriptors(status_end.fileno(), results_end.fileno(), None if rules is None else rules.fileno()))
    try:
        bubblewrap = _spawn(argv, uid, theirs)
    except OSError as error:
        raise diagnosis.refused(Path(argv[0]), str(error)) from error
    finally:
        for end in (status_end, results_end, rules):
            if end is not None:
                end.close()
    output = _Output(_there(bubblewrap.stdout), output_bytes)
    with status:
        said = status.read()
    if not said or results.read(inside.HEADER.size)[:1] != inside.READY:
        _there(bubblewrap.stdin).close()
        results.close()
        bubblewrap.wait()
        raise diagnosis.refused(Path(argv[0]), output.read())
    return Running(bubblewrap, int(json.loads(said)["child-pid"]), results, output)


def _spawn(argv: list[str], uid: int | None, inherited: list[int]) -> "subprocess.Popen[bytes]":
    """Start bubblewrap as `uid`, with an empty environment: it is readable inside, whatever `--clearenv` says."""
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


def _pipe() -> tuple[IO[bytes], IO[bytes]]:
    reading, writing = os.pipe()
    return os.fdopen(reading, "rb"), os.fdopen(writing, "wb")


def _pipe_holding(content: bytes | None) -> IO[bytes] | None:
    if content is None:
        return None
    reading, writing = _pipe()
    with writing:
        writing.write(content)
    return reading


def _there(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise ValueError("bubblewrap was started without pipes")
    return stream
