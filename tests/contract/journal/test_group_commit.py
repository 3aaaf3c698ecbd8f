"""Deliveries that arrive together wait for the disk together, and nothing else is shared among them."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, Engine, event

from app.adapters.sql.arrivals import keep
from app.adapters.sql.engine import reading, writing
from app.adapters.sql.group_commit import GroupCommit
from app.adapters.sql.journal import SqlJournal
from app.adapters.sql.tables import deliveries
from app.errors import TransientError
from app.ports.journal import NewDelivery, Receipt, Subject
from tests.e2e.world import eventually
from tests.fakes.clock import SetClock

UNWRITABLE = "half \ud83d"


def delivery(number: int, *, action: str = "labeled") -> NewDelivery:
    subject = Subject("github.com", installation_id=1, repo_id=42, number=number)
    return NewDelivery(9, f"guid-{number}", "issues", action, b"{}", subject, False, SetClock().now())


class Receiver:
    """Threads that hand deliveries over; the first group waits for `go_on`, so that the others gather meanwhile."""

    def __init__(self, engine: Engine, write: Callable[[Connection, Sequence[NewDelivery]], Sequence[Receipt]]) -> None:
        self.groups: list[Sequence[str]] = []
        self.go_on = threading.Event()
        self._write = write
        self._accept = GroupCommit(engine, self._write_later)
        self._threads = ThreadPoolExecutor(16)

    def close(self) -> None:
        self.go_on.set()
        self._threads.shutdown()

    def hand_over(self, *arrived: NewDelivery) -> list[Future[Receipt]]:
        """The first alone, the others together while it is being written."""
        first = self._threads.submit(self._accept, arrived[0])
        eventually(lambda: self.groups, what="the first group")
        others = [self._threads.submit(self._accept, one) for one in arrived[1:]]
        eventually(lambda: self._accept.waiting == len(others), what="the second group")
        return [first, *others]

    def _write_later(self, connection: Connection, items: Sequence[NewDelivery]) -> Sequence[Receipt]:
        self.groups.append([item.guid for item in items])
        self.go_on.wait()
        return self._write(connection, items)


@pytest.fixture
def receivers(engine: Engine) -> Iterator[Callable[..., Receiver]]:
    opened: list[Receiver] = []

    def open_receiver(write: Callable[[Connection, Sequence[NewDelivery]], Sequence[Receipt]] = keep) -> Receiver:
        opened.append(Receiver(engine, write))
        return opened[-1]

    yield open_receiver
    for receiver in opened:
        receiver.close()


def kept(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return sorted(connection.execute(deliveries.select()).scalars(deliveries.c.guid))


def test_what_comes_while_a_group_is_written_is_the_next_group(
    receivers: Callable[..., Receiver], engine: Engine
) -> None:
    receiver = receivers()
    receipts = receiver.hand_over(*map(delivery, range(1, 9)))
    receiver.go_on.set()

    assert [receipt.result().lane for receipt in receipts] == [f"github.com/42/{number}" for number in range(1, 9)]
    assert [len(group) for group in receiver.groups] == [1, 7]
    assert len(kept(engine)) == 8


def test_nobody_is_answered_before_the_commit(receivers: Callable[..., Receiver], engine: Engine) -> None:
    answered: list[int] = []
    receipts: list[Future[Receipt]] = []

    def look(_connection: Connection) -> None:
        answered.append(sum(receipt.done() for receipt in receipts))

    event.listen(engine, "commit", look)
    receiver = receivers()

    receipts += receiver.hand_over(delivery(1), delivery(2), delivery(3))
    receiver.go_on.set()

    assert all(receipt.result().is_new for receipt in receipts)
    assert answered[0] == 0
    assert answered[1] <= 1


def test_one_delivery_that_no_database_keeps_does_not_take_the_others_along(
    receivers: Callable[..., Receiver], engine: Engine
) -> None:
    receiver = receivers()
    _, good, bad, also_good = receiver.hand_over(delivery(1), delivery(2), delivery(3, action=UNWRITABLE), delivery(4))
    receiver.go_on.set()

    with pytest.raises(UnicodeEncodeError):
        bad.result()
    assert good.result().is_new
    assert also_good.result().is_new
    assert kept(engine) == ["guid-1", "guid-2", "guid-4"]


def test_a_group_that_cannot_be_written_is_refused_whole_and_the_next_is_not(
    receivers: Callable[..., Receiver], engine: Engine
) -> None:
    def locked_at_first(connection: Connection, items: Sequence[NewDelivery]) -> Sequence[Receipt]:
        if len(receiver.groups) == 2:
            raise TransientError("the database does not answer")
        return keep(connection, items)

    receiver = receivers(locked_at_first)
    first, *others = receiver.hand_over(*map(delivery, range(1, 4)))
    receiver.go_on.set()

    assert first.result().is_new
    for other in others:
        with pytest.raises(TransientError):
            other.result()
    assert [one.result().is_new for one in receiver.hand_over(delivery(2))] == [True]
    assert kept(engine) == ["guid-1", "guid-2"]


def test_two_of_a_lane_in_one_group_keep_their_order(receivers: Callable[..., Receiver], engine: Engine) -> None:
    receiver = receivers()
    pair = [NewDelivery(9, guid, "issues", "", b"{}", delivery(7).subject, False, SetClock().now()) for guid in "ba"]
    receiver.hand_over(delivery(1))
    receiver.go_on.set()

    with writing(engine) as connection:
        keep(connection, pair)

    with reading(engine) as connection:
        order = deliveries.select().where(deliveries.c.lane == "github.com/42/7").order_by(deliveries.c.id)
        assert list(connection.execute(order).scalars(deliveries.c.guid)) == ["b", "a"]


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_within_a_lane_who_got_the_smaller_number_was_there_first(
    journal: SqlJournal, engine: Engine, clock: SetClock
) -> None:
    """On PostgreSQL, where others can commit between a sequence number and its commit."""
    with ThreadPoolExecutor(1) as threads:
        with writing(engine) as connection:
            keep(connection, [delivery(7)])
            later = NewDelivery(9, "later", "issues", "", b"{}", delivery(7).subject, False, clock.now())
            receipt = threads.submit(journal.accept, later)
            eventually(lambda: receipt.done() or _waits_for_a_lock(engine), what="a second delivery of the lane")
            assert not receipt.done()
        assert receipt.result().is_new


def _waits_for_a_lock(engine: Engine) -> bool:
    with reading(engine) as connection:
        return connection.exec_driver_sql("SELECT count(*) FROM pg_locks WHERE NOT granted").scalar_one() > 0
