"""What the resync knows and adds, and check runs that are stuck: on SQLite and on PostgreSQL."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from app.adapters.sql.check_runs import KEPT_FOR, MOST_AT_ONCE, SqlStuckChecks
from app.adapters.sql.journal import SqlJournal
from app.adapters.sql.open_work import SqlOpenWork
from app.adapters.sql.record import JobRecord
from app.adapters.sql.tables import check_runs, jobs
from app.domain.repo import Actor, HeadSha, IssueRef, PullRef, RepoRef
from app.domain.task import Run, Task
from app.domain.tests_report import TestsReport
from app.jobs import ConcludeTests, GenerateChange, HeadMoved, Job, LabelAdded, ResumeCheck, ResumeTask, RunTests
from app.ports.code_host import CheckRunId
from app.ports.installations import ETag
from app.ports.journal import Lane, NewDelivery, PendingJob, Queue, Subject
from app.ports.open_work import Found
from app.ports.record import Head, OwnCheck
from tests.fakes.clock import SetClock

TTL = timedelta(seconds=30)
STUCK = timedelta(minutes=30)
HOUR = timedelta(hours=1)
REPO = RepoRef("github.com", 1, 42, "octo", "shop")
ELSEWHERE = replace(REPO, repo_id=43)
ISSUE = IssueRef(REPO, 7)
LANE = Lane("github.com/42/7")
MARIA = Actor("maria", 7, "User")
HEAD = HeadSha("c" * 40)
CHECK = OwnCheck(REPO, HEAD, CheckRunId(31))
LABELLED = LabelAdded(ISSUE, "acs", MARIA, "Add a parser", "")
FOUND = Found(LABELLED, 7, request=900)
NO_REPORT = TestsReport("error", tool="", tool_version="", looked_at=0, duration_ms=0, reason="")
NO_SUCH_JOB = "not a job of this version of ACS"


class World:
    """One database, and the worker of one lane on it."""

    def __init__(self, engine: Engine, clock: SetClock) -> None:
        self.engine, self.clock = engine, clock
        self.journal = SqlJournal(engine, clock)
        self.open_work, self.stuck = SqlOpenWork(engine, clock), SqlStuckChecks(engine, clock)
        self._guids = 0

    def accept(self, *, cancels: bool = False, subject: Subject | None = None) -> None:
        self._guids += 1
        about = subject or Subject("github.com", 1, 42, 7)
        self.journal.accept(NewDelivery(9, str(self._guids), "issues", "", b"{}", about, cancels, self.clock.now()))

    def do(self, *save: Task | Head | OwnCheck, then: Sequence[Job] = ()) -> None:
        """A job of the lane saves these and leaves those behind."""
        self.accept()
        record = self.begin()
        for one in save:
            match one:
                case Task():
                    record.save(one)
                case Head():
                    record.save_head(one)
                case OwnCheck():
                    record.save_check(one)
        for one in then:
            record.add(one)
        record.done()

    def begin(self) -> JobRecord:
        """The record of the job that comes next, after what was delivered."""
        while taken := self.journal.take("steps", owner="one", ttl=TTL):
            lease, work = taken
            if isinstance(work, PendingJob):
                return JobRecord(self.engine, self.clock, lease, work)
            self.journal.delivery_done(lease, work, (LABELLED,))
        raise AssertionError("nothing is to be done")

    def fail(self, queue: Queue) -> None:
        """The job that comes next is given up, and nothing comes of it."""
        taken = self.journal.take(queue, owner="one", ttl=TTL)
        assert taken is not None
        lease, job = taken
        assert isinstance(job, PendingJob)
        self.journal.job_failed(lease, job, reason=NO_SUCH_JOB)

    def open_jobs(self) -> list[tuple[str, str, int]]:
        """Kind, lane and origin of the jobs that are to be done."""
        with self.engine.begin() as connection:
            rows = connection.execute(select(jobs).where(jobs.c.finished_at.is_(None)).order_by(jobs.c.id))
            return [(row.kind, row.lane, row.delivery) for row in rows]

    def check_rows(self) -> int:
        with self.engine.begin() as connection:
            return len(connection.execute(select(check_runs)).all())


@pytest.fixture
def world(engine: Engine, clock: SetClock) -> World:
    return World(engine, clock)


def a_task(number: int = 7, state: str = "working") -> Task:
    run = Run(3, "Add a parser", "", f"acs/issue-{number}", MARIA, SetClock().now(), 1)
    return Task(IssueRef(REPO, number), run, state)  # pyright: ignore[reportArgumentType]


def test_a_round_begins_when_the_last_one_began_long_enough_ago(world: World) -> None:
    assert not world.open_work.begin_round("resync", every=HOUR)

    world.clock.move(HOUR)

    assert not world.open_work.begin_round("another", every=HOUR)
    assert world.open_work.begin_round("resync", every=HOUR)
    assert not world.open_work.begin_round("resync", every=HOUR)


def test_what_is_found_comes_into_its_ordinary_lane_as_if_the_newest_delivery_had_asked_for_it(world: World) -> None:
    world.do()
    world.do()

    lanes = world.open_work.add(REPO, "issues", [FOUND], etag=ETag('W/"1"'))

    assert lanes == {LANE}
    assert world.open_jobs() == [("LabelAdded", LANE, 2)]
    assert world.open_work.last_request(REPO, 7) == 900


def test_what_is_found_is_not_ended_by_what_was_cancelled_before(world: World) -> None:
    world.do(a_task())
    world.accept(cancels=True)
    assert world.begin().origin.delivery == 2
    world.clock.move(TTL)
    world.fail("steps")

    world.open_work.add(REPO, "issues", [FOUND], etag=None)

    record = world.begin()
    assert record.cancelled_by() == record.origin.delivery == 2


def test_a_pull_request_is_found_in_the_lane_of_its_task(world: World) -> None:
    world.do(a_task())
    head = HeadMoved(PullRef(REPO, 8), HEAD, is_fork=False)

    world.open_work.add(REPO, "pulls", [Found(head, 8, is_pull=True, head_branch="acs/issue-7")], etag=None)
    world.open_work.add(REPO, "pulls", [Found(head, 9, is_pull=True, head_branch=None)], etag=None)

    assert [lane for _, lane, _ in world.open_jobs()] == [LANE, "github.com/42/9"]


@pytest.mark.parametrize("why", ["a delivery", "a job", "a job beside it"])
def test_a_lane_in_which_there_is_work_is_left_alone_this_time(world: World, why: str) -> None:
    if why == "a delivery":
        world.accept()
    else:
        world.do(then=[LABELLED if why == "a job" else GenerateChange(ISSUE, 1)])
    before = world.open_jobs()

    lanes = world.open_work.add(REPO, "issues", [FOUND], etag=ETag("1"))

    assert lanes == frozenset()
    assert world.open_jobs() == before
    assert world.open_work.last_request(REPO, 7) is None
    assert world.open_work.etag(REPO, "issues") is None


def test_the_etag_of_a_list_is_kept_only_when_it_asked_for_nothing(world: World) -> None:
    world.open_work.add(REPO, "issues", [], etag=ETag('W/"1"'))
    assert world.open_work.etag(REPO, "issues") == 'W/"1"'
    assert world.open_work.etag(REPO, "pulls") is None
    assert world.open_work.etag(ELSEWHERE, "issues") is None

    world.open_work.add(REPO, "issues", [], etag=ETag('W/"2"'))
    assert world.open_work.etag(REPO, "issues") == 'W/"2"'

    world.open_work.add(REPO, "issues", [FOUND], etag=ETag('W/"3"'))
    assert world.open_work.etag(REPO, "issues") is None

    world.open_work.add(REPO, "issues", [], etag=ETag('W/"4"'))
    world.open_work.add(REPO, "issues", [], etag=None)
    assert world.open_work.etag(REPO, "issues") is None


def test_tasks_and_heads_are_told_by_repository(world: World) -> None:
    world.do(a_task(), Head(PullRef(REPO, 8), HEAD, is_fork=False))

    assert world.open_work.task_states(REPO, [7, 8]) == {7: "working"}
    assert world.open_work.task_states(ELSEWHERE, [7]) == {}
    assert world.open_work.known_heads(REPO, [HEAD, HeadSha("d" * 40)]) == {(8, HEAD)}
    assert world.open_work.known_heads(ELSEWHERE, [HEAD]) == frozenset()


def test_a_run_without_any_work_left_is_resumed_and_no_other(world: World) -> None:
    world.do(a_task(), a_task(6, "proposed"), a_task(5, "cancelled"))

    assert world.open_work.resume_tasks(ELSEWHERE) == frozenset()
    assert world.open_work.resume_tasks(REPO) == {LANE}
    assert world.open_work.resume_tasks(REPO) == frozenset()

    assert [kind for kind, _, _ in world.open_jobs()] == [ResumeTask.__name__]


def test_a_run_with_work_beside_its_lane_is_not_resumed(world: World) -> None:
    world.do(a_task(), then=[GenerateChange(ISSUE, 3)])

    assert world.open_work.resume_tasks(REPO) == frozenset()


def test_a_check_run_without_any_work_left_is_taken_up_after_a_while(world: World) -> None:
    world.do(CHECK, replace(CHECK, id=CheckRunId(30), conclusion="success"))

    assert world.stuck.resume(older_than=STUCK) == frozenset()
    world.clock.move(STUCK)

    assert world.stuck.resume(older_than=STUCK) == {LANE}
    assert world.open_jobs() == [("ResumeCheck", LANE, 1)]


@pytest.mark.parametrize(
    "job",
    [
        pytest.param(RunTests(REPO, HEAD, 31), id="its tests are to run"),
        pytest.param(ConcludeTests(REPO, HEAD, 31, NO_REPORT), id="it is to be concluded"),
        pytest.param(ResumeCheck(REPO, HEAD, 31), id="it is to be taken up"),
    ],
)
def test_a_check_run_for_which_there_is_work_is_left_alone(world: World, job: Job) -> None:
    world.do(CHECK, then=[job])
    world.clock.move(STUCK)

    assert world.stuck.resume(older_than=STUCK) == frozenset()

    world.fail("long" if isinstance(job, RunTests) else "steps")
    assert world.stuck.resume(older_than=STUCK) == {LANE}


def test_work_for_another_check_run_of_the_lane_is_no_work_for_this_one(world: World) -> None:
    world.do(CHECK, then=[RunTests(REPO, HEAD, 32)])
    world.clock.move(STUCK)

    assert world.stuck.resume(older_than=STUCK) == {LANE}


def test_check_runs_that_wait_for_their_tests_do_not_keep_others_from_being_taken_up(world: World) -> None:
    numbers = range(100, 100 + MOST_AT_ONCE)
    world.do(
        *(replace(CHECK, id=CheckRunId(number)) for number in numbers),
        then=[RunTests(REPO, HEAD, number) for number in numbers],
    )
    world.clock.move(STUCK)
    world.do(CHECK)
    world.clock.move(STUCK)

    assert world.stuck.resume(older_than=STUCK) == {LANE}


def test_a_check_run_that_stays_open_is_looked_at_after_pauses_that_double(world: World) -> None:
    world.do(CHECK)
    pauses: list[int] = []
    minutes = 0
    while len(pauses) < 7:
        world.clock.move(STUCK)
        minutes += 30
        if world.stuck.resume(older_than=STUCK):
            pauses.append(minutes)
            minutes = 0
            world.fail("steps")

    assert pauses == [30, 60, 120, 240, 480, 960, 960]


def test_check_runs_are_forgotten_when_the_host_has_given_up_on_them(world: World) -> None:
    world.do(CHECK, replace(CHECK, id=CheckRunId(30), conclusion="success"))
    world.clock.move(KEPT_FOR - STUCK)
    world.stuck.resume(older_than=STUCK)
    assert world.check_rows() == 2

    world.clock.move(STUCK)

    assert world.stuck.resume(older_than=STUCK) == frozenset()
    assert world.check_rows() == 0
