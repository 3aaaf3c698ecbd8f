"""The clock: one process whose hands each move at a pace of their own, so that a slow one stops no other."""

import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import FrameType

import structlog

from app.errors import TransientError
from app.wiring import Services

log = structlog.stdlib.get_logger()


@dataclass(frozen=True, slots=True)
class Hand:
    """One thing the clock does again and again: `move` is called after each pause of `every`."""

    name: str
    every: timedelta
    move: Callable[[], object]


def hands(services: Services) -> Sequence[Hand]:
    """Everything that happens by time alone."""
    return (
        Hand("wake", services.settings.clock_tick, lambda: wake_due_lanes(services)),
        Hand("look over", services.settings.look_over, lambda: look_over(services)),
    )


def wake_due_lanes(services: Services) -> None:
    """Wake a worker for each queue in which work is due that nobody does, whatever the engine forgot."""
    for lane in services.journal.due_lanes():
        services.wakeups.wake(lane)


def look_over(services: Services) -> None:
    """Enter what a process of another version wrote down, as happens while ACS is upgraded."""
    if overlooked := services.journal.enter_overlooked():
        log.warning("lanes overlooked", lanes=overlooked)


def keep_time(services: Services) -> None:
    """Be the clock until a signal says stop: what is due is found in SQL, whatever the engine forgot."""
    stop = asked_to_stop()
    threads = [
        threading.Thread(target=_move, args=(hand, stop), name=hand.name, daemon=True) for hand in hands(services)
    ]
    for thread in threads:
        thread.start()
    stop.wait()
    for thread in threads:
        thread.join(timeout=5)


def _move(hand: Hand, stop: threading.Event) -> None:
    while not stop.wait(hand.every.total_seconds()):
        try:
            hand.move()
        except TransientError as error:
            log.warning("clock waits", hand=hand.name, reason=str(error))
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
