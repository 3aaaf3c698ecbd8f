"""Worker processes on RQ, and the one that keeps them running."""

# rq leaves parts of its signatures untyped:
# pyright: reportUnknownMemberType=false

import os
import subprocess
import time
from collections.abc import Sequence

import structlog
from rq import Queue as RqQueue
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from app.adapters.rq_wakeups import rq_name
from app.adapters.sandbox.absent import NoSandbox
from app.jobs import Queue
from app.ports.sandbox import SandboxUnsafe
from app.settings import Settings
from app.wiring import Services
from app.worker.clock import asked_to_stop
from app.worker.drain import Drain

NICENESS = 5  # deliveries are answered first, work is done next
RESTART_SECONDS = 1.0
STOP_SECONDS = 30.0

log = structlog.stdlib.get_logger()
_drains: list[Drain] = []  # one, set by `work`: RQ calls `take_turn` by name, with JSON for arguments


def take_turn(queue: Queue) -> None:
    """Do what is due; what RQ calls."""
    _drains[0](queue)


def work(services: Services, queue: Queue) -> None:
    """Be one worker process until a signal says stop; who is there for long work does short steps between."""
    os.nice(NICENESS)
    _drains[:] = [Drain(services)]
    if queue == "long":
        _test_sandbox(services)
    names: tuple[Queue, ...] = ("long", "steps") if queue == "long" else (queue,)
    queues = [RqQueue(rq_name(name), connection=services.redis, serializer=JSONSerializer) for name in names]
    # a short time to live makes the maintenance of RQ's registries frequent; nothing of ours depends on them
    SimpleWorker(queues, connection=services.redis, serializer=JSONSerializer, worker_ttl=30).work(
        logging_level="WARNING"
    )


def processes_of(settings: Settings) -> Sequence[Queue]:
    """What each of the worker processes is there for."""
    models = settings.model_workers if settings.has_model else 0
    counts: tuple[tuple[Queue, int], ...] = (
        ("steps", settings.workers),
        ("long", settings.long_workers),
        ("model", models),
    )
    processes: list[Queue] = [queue for queue, count in counts for _ in range(count)]
    return processes


def _test_sandbox(services: Services) -> None:
    """Say at the start whether this machine can hold repository code; where it cannot, the checks say so too."""
    if isinstance(services.sandbox, NoSandbox):
        log.error("sandbox absent", reason=str(services.toolchain))
        return
    try:
        report = services.sandbox.self_test()
    except SandboxUnsafe as unsafe:
        log.error("sandbox unsafe", reason=str(unsafe))
        return
    log.info(
        "sandbox holds",
        backend=report.backend,
        uid_separation=report.uid_separation,
        memory=report.memory,
        seccomp=report.seccomp,
        probes=len(report.probes),
    )


def supervise(commands: Sequence[Sequence[str]]) -> None:
    """Keep one process of each command running until a signal says stop; a process that dies is started again."""
    stop = asked_to_stop()
    running = [subprocess.Popen(command) for command in commands]
    while not stop.wait(RESTART_SECONDS):
        for place, process in enumerate(running):
            if process.poll() is not None:
                log.error("worker process ended", code=process.returncode)
                running[place] = subprocess.Popen(commands[place])
    end(running, within=STOP_SECONDS)


def end(processes: Sequence["subprocess.Popen[bytes]"], *, within: float) -> None:
    """Ask processes to end, and end those that did not in so many seconds: another worker takes their work over."""
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + within
    for process in processes:
        try:
            process.wait(timeout=max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.warning("worker process killed", pid=process.pid)
            process.kill()
            process.wait()
