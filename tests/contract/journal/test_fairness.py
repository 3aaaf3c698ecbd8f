"""Whose turn it is, on SQLite and on PostgreSQL: one installation's flood does not keep another waiting."""

import sqlite3
import zlib
from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import Engine, text

from app.adapters.sql.engine import reading
from app.adapters.sql.fairness import TENANT_NEXT
from app.adapters.sql.journal import SqlJournal
from app.adapters.sql.tables import millis
from app.ports.journal import Lease, NewDelivery, PendingDelivery, Subject
from tests.fakes.clock import SetClock

TTL = timedelta(seconds=30)
MOMENT = timedelta(milliseconds=1)


class Traffic:
    """Deliveries of several installations, and workers that take them; each thing happens a moment after the last."""

    def __init__(self, journal: SqlJournal, clock: SetClock) -> None:
        self._journal, self._clock = journal, clock
        self._guids = map(str, count())

    def arrive(self, installation: int, number: int | None, *, host: str = "github.com") -> None:
        repo = None if number is None else 42
        subject = Subject(host, installation_id=installation, repo_id=repo, number=number)
        guid = next(self._guids)
        self._journal.accept(NewDelivery(9, guid, "issues", "labeled", b"{}", subject, False, self._clock.now()))
        self._clock.move(MOMENT)

    def take(self) -> tuple[Lease, PendingDelivery]:
        taken = self._journal.take("steps", owner="a worker", ttl=TTL)
        self._clock.move(MOMENT)
        assert taken is not None
        lease, work = taken
        assert isinstance(work, PendingDelivery)
        return lease, work

    def work(self) -> str:
        """Do the next piece of work; return in which lane it was."""
        lease, delivery = self.take()
        self._journal.delivery_done(lease, delivery, ())
        return lease.lane


@pytest.fixture
def traffic(journal: SqlJournal, clock: SetClock) -> Traffic:
    return Traffic(journal, clock)


def test_the_tenant_for_whom_the_fewest_workers_work_comes_first(traffic: Traffic) -> None:
    for number in (1, 2):
        traffic.arrive(1, number)
    traffic.take()  # and still at work when the others are
    traffic.arrive(2, 11)
    assert traffic.work() == "github.com/42/11"

    traffic.arrive(2, 12)

    assert [traffic.work() for _ in range(2)] == ["github.com/42/12", "github.com/42/2"]


def test_then_the_tenant_served_longest_ago(traffic: Traffic) -> None:
    for number in (1, 2, 3):
        traffic.arrive(1, number)
    for number in (11, 12):
        traffic.arrive(2, number)

    lanes = [traffic.work().rpartition("/")[2] for _ in range(5)]

    assert lanes == ["1", "11", "2", "12", "3"]


def test_a_tenant_is_not_late_because_its_name_comes_later_or_its_work_did(traffic: Traffic) -> None:
    for number in range(1, 6):
        traffic.arrive(5, number)
    traffic.work()
    traffic.arrive(7, 11)
    traffic.arrive(3, 12)

    assert [traffic.work().rpartition("/")[2] for _ in range(3)] == ["11", "12", "2"]


def test_then_the_oldest_work(traffic: Traffic) -> None:
    for number in (5, 3, 4):
        traffic.arrive(1, number)

    assert [traffic.work().rpartition("/")[2] for _ in range(3)] == ["5", "3", "4"]


def test_a_lane_in_which_something_new_arrives_does_not_lose_its_place(traffic: Traffic) -> None:
    for number in (5, 3, 5):
        traffic.arrive(1, number)

    assert [traffic.work().rpartition("/")[2] for _ in range(3)] == ["5", "3", "5"]


def test_a_flood_does_not_keep_another_installation_waiting(traffic: Traffic) -> None:
    for number in range(1, 1001):
        traffic.arrive(1, number)
    traffic.work()
    traffic.arrive(2, 2000)
    traffic.arrive(2, 2000)

    lanes = [traffic.work() for _ in range(3)]

    assert lanes == ["github.com/42/2000", "github.com/42/2", "github.com/42/2000"]


def test_the_same_installation_number_on_another_host_is_somebody_else(traffic: Traffic) -> None:
    for number in (1, 2):
        traffic.arrive(1, number)
    traffic.arrive(1, 3, host="ghe.example")

    assert [traffic.work() for _ in range(2)] == ["github.com/42/1", "ghe.example/42/3"]


def test_a_lane_belongs_to_the_installation_that_was_last_heard_of(traffic: Traffic) -> None:
    traffic.arrive(1, 7)
    traffic.work()
    traffic.arrive(2, 7)  # the App was taken off the account, and installed again

    lease, _ = traffic.take()

    assert lease.tenant == "github.com/2"


def test_deliveries_about_no_repository_share_the_turns_of_their_installation(traffic: Traffic) -> None:
    for number in (1, 2):
        traffic.arrive(1, number)
    traffic.arrive(1, None)
    traffic.arrive(2, None)

    assert [traffic.work() for _ in range(4)] == [
        "github.com/42/1",
        "github.com/installation/2",
        "github.com/42/2",
        "github.com/installation/1",
    ]


def test_a_worker_that_died_does_not_count_as_working_for_its_tenant(traffic: Traffic, clock: SetClock) -> None:
    for number in (1, 2):
        traffic.arrive(1, number)
    traffic.take()
    traffic.arrive(2, 11)
    traffic.work()
    clock.move(TTL)
    traffic.arrive(2, 12)

    assert traffic.work() == "github.com/42/1"


def test_work_of_which_nobody_knows_whose_it_is_has_its_turn_too(traffic: Traffic, engine: Engine) -> None:
    traffic.arrive(1, 1)
    with engine.begin() as connection:  # as a migration leaves it when the delivery is gone
        connection.execute(text("UPDATE lanes SET tenant = ''"))

    assert traffic.work() == "github.com/42/1"


INSTALLATIONS = 20


NUMBERS = "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :most)"
LANES = f"""
INSERT INTO lanes (lane, queue, tenant, due_at, owner, fence, leased_until, cancelled_by, woken_at)
{NUMBERS} SELECT :name || '/' || n, 'steps', CASE WHEN :shared THEN :name ELSE :name || n END,
CASE WHEN :due THEN n END, '', 0, 0, 0, 0 FROM numbers
"""
DELIVERIES = f"""
INSERT INTO deliveries
(host, app_id, guid, event, action, lane, body, state, reason, correlation_id, received_at, finished_at)
{NUMBERS} SELECT 'github.com', 9, :name || n, '', '', :name || '/' || (n % :lanes), :body, '', '', '', n,
CASE WHEN :done THEN n END FROM numbers
"""


def fill(engine: Engine, *, due: int) -> None:
    """A flooding installation and some others, all with due lanes; lanes that wait for people; much that is done."""
    body = zlib.compress(b"{}")
    with engine.begin() as connection:
        for name, most, is_due in (("flood", due, True), ("quiet", INSTALLATIONS, True), ("idle", due, False)):
            lanes = {"name": name, "most": most, "shared": name != "quiet", "due": is_due}
            waiting = {"name": name, "most": most, "lanes": most + 1, "body": body, "done": not is_due}
            connection.execute(text(LANES), lanes)
            connection.execute(text(DELIVERIES), waiting)
        done = {"name": "done", "most": 10 * due, "lanes": due, "body": body, "done": True}
        connection.execute(text(DELIVERIES), done)
        connection.execute(text("ANALYZE"))


def steps_of(engine: Engine, act: Callable[[], object]) -> int:
    """How many hundreds of instructions SQLite's machine runs for what the act does.

    https://www.sqlite.org/c3ref/progress_handler.html
    """
    steps = count()
    connection = engine.raw_connection()
    driver = connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    driver.set_progress_handler(lambda: next(steps) * 0, 100)
    connection.close()  # back into the pool, from which it is the next to be taken
    act()
    return next(steps)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_choosing_among_ten_thousand_lanes_is_no_more_work_than_among_a_hundred(
    journal: SqlJournal, engine: Engine, clock: SetClock
) -> None:
    fill(engine, due=100)
    among_few = steps_of(engine, lambda: journal.take("steps", owner="one", ttl=TTL))
    with engine.begin() as connection:
        for table in ("lanes", "deliveries", "turns"):
            connection.execute(text(f"DELETE FROM {table}"))
    fill(engine, due=10_000)

    among_many = steps_of(engine, lambda: journal.take("steps", owner="one", ttl=TTL))

    assert 0 < among_many <= among_few * 1.2


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_postgresql_chooses_by_its_indexes(engine: Engine, clock: SetClock) -> None:
    fill(engine, due=10_000)
    with reading(engine) as connection:
        plan = connection.execute(
            text(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) {TENANT_NEXT.text}"),
            {"queue": "steps", "now": millis(clock.now())},
        )
        lines = [str(line) for line in plan.scalars()]

    assert not [line for line in lines if "Seq Scan on lanes" in line]
