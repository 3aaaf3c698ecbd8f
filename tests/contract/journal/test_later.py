"""Jobs that are to be done after a while, on SQLite and on PostgreSQL."""

from collections.abc import Sequence
from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import Engine, select

from app.adapters.sql.engine import writing
from app.adapters.sql.journal import SqlJournal
from app.adapters.sql.later import waits_already
from app.adapters.sql.record import JobRecord
from app.adapters.sql.tables import jobs, millis
from app.domain.repo import Actor, IssueRef, RepoRef
from app.jobs import AskRequester, IssueClosed, Job, ShowProgress
from app.ports.journal import Lane, Lease, NewDelivery, PendingDelivery, PendingJob, Subject, Work
from tests.fakes.clock import SetClock

TTL = timedelta(hours=1)
LATER = timedelta(seconds=5)
LANE = Lane("github.com/42/7")
REPO = RepoRef("github.com", 1, 42, "octo", "shop")
ISSUE = IssueRef(REPO, 7)
SHOW = ShowProgress(ISSUE)
CLOSED = IssueClosed(ISSUE, Actor("maria", 7, "User"))


class LaneOfOne:
    """A lane whose first job is at hand, and which adds jobs."""

    def __init__(self, journal: SqlJournal, engine: Engine, clock: SetClock) -> None:
        self.journal, self.engine, self.clock = journal, engine, clock
        subject = Subject("github.com", installation_id=1, repo_id=42, number=7)
        journal.accept(NewDelivery(9, "a", "issues", "closed", b"{}", subject, False, clock.now()))
        lease, delivery = self._take()
        assert isinstance(delivery, PendingDelivery)
        journal.delivery_done(lease, delivery, (CLOSED,))
        self.lease, self.job = self.next()

    def next(self) -> tuple[Lease, PendingJob]:
        lease, job = self._take()
        assert isinstance(job, PendingJob)
        return lease, job

    def _take(self) -> tuple[Lease, Work]:
        taken = self.journal.take("steps", owner="one", ttl=TTL)
        assert taken is not None
        return taken

    def nothing_is_due(self) -> bool:
        return self.journal.take("steps", owner="one", ttl=TTL) is None

    def add(self, *added: tuple[Job, timedelta]) -> None:
        """Let the job at hand add some, and be done."""
        record = JobRecord(self.engine, self.clock, self.lease, self.job)
        for job, after in added:
            record.add(job, after=after)
        record.done()

    @property
    def open(self) -> Sequence[str]:
        with self.engine.begin() as connection:
            rows = connection.execute(select(jobs).where(jobs.c.finished_at.is_(None)).order_by(jobs.c.id))
            return [row.kind for row in rows]


@pytest.fixture
def lane(journal: SqlJournal, engine: Engine, clock: SetClock) -> LaneOfOne:
    return LaneOfOne(journal, engine, clock)


def test_a_job_that_is_to_be_done_later_holds_nothing_up(lane: LaneOfOne) -> None:
    lane.add((SHOW, LATER), (AskRequester(ISSUE, 1, ""), timedelta()))

    lane.lease, lane.job = lane.next()
    assert lane.job.kind == "AskRequester"
    lane.add()
    assert lane.nothing_is_due()


def test_a_job_that_is_to_be_done_later_is_found_when_it_is_due(lane: LaneOfOne) -> None:
    lane.add((SHOW, LATER))

    lane.clock.move(timedelta(seconds=4))
    assert lane.nothing_is_due()
    assert lane.journal.due_lanes() == []
    lane.clock.move(timedelta(seconds=1))
    assert lane.journal.due_lanes() == [LANE]
    _, job = lane.next()
    assert (job.kind, job.attempt) == ("ShowProgress", 1)


def test_a_lane_that_is_looked_at_too_early_is_looked_at_again(lane: LaneOfOne, engine: Engine) -> None:
    lane.add((SHOW, 2 * LATER))
    with writing(engine) as connection:  # a job beside the lane would have it done earlier, and leaves it at that
        assert waits_already(connection, SHOW, lane.lease, not_before=millis(lane.clock.now() + LATER))

    lane.clock.move(LATER)
    assert lane.nothing_is_due()
    lane.clock.move(LATER)
    assert lane.next()[1].kind == "ShowProgress"


def test_jobs_come_when_their_time_has_come_whatever_the_order_in_which_they_were_added(lane: LaneOfOne) -> None:
    lane.add((SHOW, 2 * LATER), (AskRequester(ISSUE, 1, ""), LATER))

    lane.clock.move(LATER)
    lane.lease, lane.job = lane.next()
    assert lane.job.kind == "AskRequester"
    lane.add()
    assert lane.nothing_is_due()
    lane.clock.move(LATER)
    assert lane.next()[1].kind == "ShowProgress"


def test_a_job_that_waits_for_its_next_attempt_does_not_hold_up_what_was_added_for_later(lane: LaneOfOne) -> None:
    lane.add((AskRequester(ISSUE, 1, ""), timedelta()), (SHOW, LATER))
    lease, asks = lane.next()
    lane.journal.job_retried(lease, asks, not_before=lane.clock.now() + 2 * LATER, reason="GitHub answered 502")

    assert lane.nothing_is_due()
    lane.clock.move(LATER)
    lane.lease, lane.job = lane.next()
    assert lane.job.kind == "ShowProgress"
    lane.add()
    assert lane.nothing_is_due()
    lane.clock.move(LATER)
    assert lane.next()[1].kind == "AskRequester"


def test_a_late_job_that_is_put_off_holds_up_its_lane_like_any_other(lane: LaneOfOne) -> None:
    lane.add((SHOW, LATER), (AskRequester(ISSUE, 1, ""), 2 * LATER))
    lane.clock.move(LATER)
    lease, show = lane.next()

    lane.journal.job_retried(lease, show, not_before=lane.clock.now() + LATER, reason="GitHub answered 502")

    assert lane.nothing_is_due()
    lane.clock.move(LATER)
    assert lane.next()[1].kind == "ShowProgress"


def test_of_the_same_job_that_waits_for_its_time_one_is_enough(lane: LaneOfOne) -> None:
    lane.add((SHOW, LATER), (SHOW, LATER), (SHOW, 2 * LATER), (ShowProgress(IssueRef(REPO, 8)), LATER))

    assert lane.open == ["ShowProgress"] * 2


def test_a_job_to_be_done_now_is_added_whatever_waits(lane: LaneOfOne) -> None:
    lane.add((SHOW, LATER), (SHOW, timedelta()))

    assert lane.open == ["ShowProgress"] * 2


def test_one_that_was_begun_is_not_enough_because_it_may_have_looked_already(lane: LaneOfOne, engine: Engine) -> None:
    lane.add((SHOW, LATER))
    lane.clock.move(LATER)
    lease, _ = lane.next()

    with writing(engine) as connection:  # as a job does that runs beside the lane
        assert waits_already(connection, SHOW, lease, not_before=0) is False


def test_one_that_is_left_out_relies_on_one_that_begins_only_after_that(lane: LaneOfOne, engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    lane.add((SHOW, LATER))
    lane.clock.move(LATER)
    begun: list[PendingJob] = []
    thread = Thread(target=lambda: begun.append(lane.next()[1]))
    with writing(engine) as connection:
        assert waits_already(connection, SHOW, lane.lease, not_before=0)
        thread.start()
        thread.join(timeout=0.3)
        assert begun == []
    thread.join()

    assert [job.kind for job in begun] == ["ShowProgress"]
