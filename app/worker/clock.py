"""The clock: one process whose hands each move at a pace of their own, so that a slow one stops no other."""

import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import FrameType

import structlog

from app.adapters.sql.retention import forget_bodies
from app.errors import RepoError, StaleFence, TransientError
from app.intake.resync import resync
from app.wiring import Services

OFTEN = timedelta(minutes=1)
FORGETS_EVERY = timedelta(hours=6)  # not once a day: a clock that is started every night would never come to it
STOP_SECONDS = 5.0  # what is cut short then is done by the next clock

log = structlog.stdlib.get_logger()


@dataclass(frozen=True, slots=True)
class Hand:
    """One thing the clock does again and again: `move` is called after each pause of `every`."""

    name: str
    every: timedelta
    move: Callable[[], object]


def hands(services: Services) -> Sequence[Hand]:
    """Everything that happens by time alone."""
    settings = services.settings
    return (
        Hand("wake", settings.clock_tick, lambda: wake_due_lanes(services)),
        Hand("look over", settings.look_over, lambda: look_over(services)),
        Hand("resume checks", settings.resume_checks_every, lambda: resume_checks(services)),
        # often, so that a clock that is started again and again comes to it: the record says when it is due
        Hand("resync", min(settings.resync_every, OFTEN), lambda: look_through(services)),
        Hand("sweep", settings.clock_tick, lambda: services.sweep()),
        Hand("forget", FORGETS_EVERY, lambda: forget_old_bodies(services)),
    )


def wake_due_lanes(services: Services) -> None:
    """Wake a worker for each queue in which work is due that nobody does, whatever the engine forgot."""
    for lane in services.journal.due_lanes():
        services.wakeups.wake(lane)


def look_over(services: Services) -> None:
    """Enter what a process of another version wrote down, as happens while ACS is upgraded."""
    if overlooked := services.journal.enter_overlooked():
        log.warning("lanes overlooked", lanes=overlooked)


def resume_checks(services: Services) -> int:
    """Have our check runs taken up that are open without any work left; return in how many lanes."""
    lanes = services.stuck_checks.resume(older_than=services.settings.check_stuck_after)
    if lanes:
        log.info("check runs taken up", lanes=len(lanes))
    return len(lanes)


def look_through(services: Services) -> None:
    """Look for open work in all repositories, when that is due."""
    try:
        resync(
            every=services.settings.resync_every,
            trigger_label=services.settings.trigger_label,
            installations=services.installations(),
            open_work=services.open_work,
        )
    except RepoError as error:  # the App is not registered as it should be: nothing that time mends
        log.error("open work not looked for", reason=str(error))


def forget_old_bodies(services: Services) -> int:
    """Forget what GitHub said in deliveries that are done for long; return how many."""
    forgotten = forget_bodies(services.engine, before=services.clock.now() - services.settings.bodies_kept)
    if forgotten:
        log.info("bodies forgotten", deliveries=forgotten)
    return forgotten


def keep_time(moving: Sequence[Hand], stop: threading.Event) -> None:
    """Be the clock until it is stopped: what is due is found in SQL, whatever the engine forgot."""
    threads = [threading.Thread(target=_move, args=(hand, stop), name=hand.name, daemon=True) for hand in moving]
    for thread in threads:
        thread.start()
    stop.wait()
    deadline = time.monotonic() + STOP_SECONDS
    for thread in threads:
        thread.join(timeout=max(0.0, deadline - time.monotonic()))


def _move(hand: Hand, stop: threading.Event) -> None:
    while not stop.wait(hand.every.total_seconds()):
        try:
            hand.move()
        except TransientError as error:
            log.warning("clock waits", hand=hand.name, reason=str(error))
        except StaleFence as stale:
            log.warning("clock overtaken", hand=hand.name, reason=str(stale))
        except Exception as error:  # a bug in one hand must not stop it, nor the others
            log.exception("clock raised", hand=hand.name, error=type(error).__name__)


def asked_to_stop() -> threading.Event:
    """Set when a signal asks this process to end."""
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    return stop
