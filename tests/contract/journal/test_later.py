"""Jobs that are to be done after a while, and jobs of which one is enough, on SQLite and on PostgreSQL."""

from collections.abc import Sequence
from datetime import timedelta
from threading import Event, Thread

import pytest
from sqlalchemy import Engine, select

from app.adapters.sql.engine import writing
from app.adapters.sql.journal import SqlJournal, insert_job
from app.adapters.sql.record import JobRecord
from app.adapters.sql.tables import jobs
from app.domain.repo import Actor, IssueRef, RepoRef
from app.jobs import AskRequester, IssueClosed, Job, ShowProgress
from app.ports.journal import Lane, Lease, NewDelivery, PendingDelivery, PendingJob, Subject
from tests.fakes.clock import SetClock

TTL = timedelta(hours=1)
LATER = timedelta(seconds=5)
LANE = Lane("github.com/42/7")
REPO = RepoRef("github.com", 1, 42, "octo", "shop")
ISSUE = IssueRef(REPO, 7)
SHOW = ShowProgress(ISSUE)
CLOSED = IssueClosed(ISSUE, Actor("maria", 7, "User"))


@pytest.fixture
def held(journal: SqlJournal) -> Lease:
    lease = journal.lease(LANE, owner="one", ttl=TTL)
    assert lease is not None
    return lease


class LaneOfOne:
    """A lane whose first job is at hand, and which adds jobs."""

    def __init__(self, journal: SqlJournal, engine: Engine, clock: SetClock, held: Lease, *waiting: Job) -> None:
        self.journal, self.engine, self.clock, self.held = journal, engine, clock, held
        subject = Subject("github.com", repo_id=42, number=7)
        journal.accept(NewDelivery(9, "a", "issues", "closed", b"{}", subject, False, clock.now()))
        delivery = journal.next(held)
        assert isinstance(delivery, PendingDelivery)
        journal.delivery_done(held, delivery, (CLOSED, *waiting))
        self.job = self.next()

    def next(self) -> PendingJob:
        job = self.journal.next(self.held)
        assert isinstance(job, PendingJob)
        return job

    def add(self, *added: tuple[Job, timedelta]) -> None:
        """Let the job at hand add some, and be done."""
        record = JobRecord(self.engine, self.clock, self.held, self.job)
        for job, after in added:
            record.add(job, after=after)
        record.done()

    @property
    def open(self) -> Sequence[str]:
        with self.engine.begin() as connection:
            rows = connection.execute(select(jobs).where(jobs.c.state.in_(("ready", "retry"))).order_by(jobs.c.id))
            return [row.kind for row in rows]


@pytest.fixture
def lane(journal: SqlJournal, engine: Engine, clock: SetClock, held: Lease) -> LaneOfOne:
    return LaneOfOne(journal, engine, clock, held)


def test_a_job_that_is_to_be_done_later_holds_nothing_up(lane: LaneOfOne) -> None:
    lane.add((SHOW, LATER), (AskRequester(ISSUE, 1, ""), timedelta()))

    assert lane.next().kind == "AskRequester"


def test_a_job_that_is_to_be_done_later_is_found_when_it_is_due(lane: LaneOfOne) -> None:
    lane.add((SHOW, LATER))
    assert lane.journal.next(lane.held) is None
    lane.journal.release(lane.held)

    lane.clock.move(timedelta(seconds=4))
    assert lane.journal.due_lanes(woken_before=lane.clock.now(), most=9) == []
    lane.clock.move(timedelta(seconds=1))
    assert lane.journal.due_lanes(woken_before=lane.clock.now(), most=9) == [LANE]


def test_of_a_job_of_which_one_is_enough_one_waits(lane: LaneOfOne) -> None:
    lane.add((SHOW, LATER), (SHOW, LATER), (SHOW, timedelta()), (ShowProgress(IssueRef(REPO, 8)), LATER))

    assert lane.open == ["ShowProgress"] * 2


def test_any_other_job_waits_as_often_as_it_was_added(lane: LaneOfOne) -> None:
    lane.add((AskRequester(ISSUE, 1, ""), LATER), (AskRequester(ISSUE, 1, ""), LATER))

    assert lane.open == ["AskRequester"] * 2


def test_one_that_was_begun_is_not_enough_because_it_may_have_looked_already(
    journal: SqlJournal, engine: Engine, clock: SetClock, held: Lease
) -> None:
    lane = LaneOfOne(journal, engine, clock, held, SHOW)
    lane.add()
    lane.job = lane.next()
    assert lane.job.kind == "ShowProgress"

    with writing(engine) as connection:  # as a job does that runs beside the lane
        insert_job(connection, SHOW, home=LANE, correlation_id="c", delivery=1, created_at=0)

    assert lane.open == ["ShowProgress"] * 2


def test_one_that_begins_while_another_is_left_out_for_it_looks_only_after_that(
    journal: SqlJournal, engine: Engine, clock: SetClock, held: Lease
) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    lane = LaneOfOne(journal, engine, clock, held, SHOW)
    lane.add()
    begun = Event()

    def begin() -> None:
        lane.next()
        begun.set()

    thread = Thread(target=begin)
    with writing(engine) as connection:
        insert_job(connection, SHOW, home=LANE, correlation_id="c", delivery=1, created_at=0)
        thread.start()
        assert not begun.wait(0.3)
    thread.join()

    assert begun.is_set()
    assert lane.open == ["ShowProgress"]
