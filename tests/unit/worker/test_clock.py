"""The clock's hands: a bug in one, or one that takes long, stops no other."""

import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from datetime import timedelta

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from app.errors import StaleFence, TransientError
from app.worker.clock import Hand, keep_time

AT_ONCE = timedelta(milliseconds=1)
PATIENCE_S = 30


class Seen:
    """Counts the moves of a hand, and lets a test wait for them."""

    def __init__(self, move: Callable[[], object] = lambda: None) -> None:
        self._move = move
        self._moves = threading.Semaphore(0)

    def __call__(self) -> None:
        self._moves.release()
        self._move()

    def wait(self, moves: int = 3) -> bool:
        return all(self._moves.acquire(timeout=PATIENCE_S) for _ in range(moves))

    @property
    def has_moved(self) -> bool:
        return self._moves.acquire(blocking=False)


@contextmanager
def a_clock(*hands: Hand) -> Generator[Sequence[EventDict]]:
    stop = threading.Event()
    with capture_logs() as logs:
        clock = threading.Thread(target=keep_time, args=(hands, stop))
        clock.start()
        try:
            yield logs
        finally:
            stop.set()
            clock.join(PATIENCE_S)
            assert not clock.is_alive(), "a clock that is asked to stop stops"


def raising(error: Exception) -> Callable[[], object]:
    def move() -> object:
        raise error

    return move


def test_each_hand_moves_again_and_again() -> None:
    one, two = Seen(), Seen()

    with a_clock(Hand("one", AT_ONCE, one), Hand("two", AT_ONCE, two)):
        assert one.wait()
        assert two.wait()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        pytest.param(ZeroDivisionError(), ("clock raised", "ZeroDivisionError"), id="a bug"),
        pytest.param(TransientError("GitHub is away"), ("clock waits", "GitHub is away"), id="an outage"),
        pytest.param(StaleFence("another clock"), ("clock overtaken", "another clock"), id="a lost lease"),
    ],
)
def test_a_hand_that_raises_moves_again_and_stops_no_other(error: Exception, said: tuple[str, str]) -> None:
    troubled, well = Seen(raising(error)), Seen()

    with a_clock(Hand("troubled", AT_ONCE, troubled), Hand("well", AT_ONCE, well)) as logs:
        assert well.wait()
        assert troubled.wait()

    event, reason = said
    lines = [line for line in logs if line["hand"] == "troubled"]
    assert {line["event"] for line in lines} == {event}
    assert {line.get("reason", line.get("error")) for line in lines} == {reason}


def test_a_hand_that_takes_long_stops_no_other() -> None:
    free = threading.Event()
    slow, well = Seen(free.wait), Seen()

    with a_clock(Hand("slow", AT_ONCE, slow), Hand("well", AT_ONCE, well)):
        assert slow.wait(1)
        assert well.wait(10)
        free.set()
        assert slow.wait(2)


def test_a_hand_waits_before_it_moves() -> None:
    late, well = Seen(), Seen()

    with a_clock(Hand("late", timedelta(hours=1), late), Hand("well", AT_ONCE, well)):
        assert well.wait(10)
        assert not late.has_moved
