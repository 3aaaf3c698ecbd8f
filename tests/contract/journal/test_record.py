"""What a job's record promises: the one in SQL, and the one in memory that the tests of the use cases stand on."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Protocol

import pytest
from sqlalchemy import Engine, func, select

from app.adapters.sql.effect_log import SqlEffectLog
from app.adapters.sql.engine import open_engine
from app.adapters.sql.journal import SqlJournal
from app.adapters.sql.record import JobRecord
from app.adapters.sql.schema import migrate
from app.adapters.sql.tables import audit, deliveries, jobs
from app.domain.answers import Answered, Answers
from app.domain.change import Change, GeneratedFile, GeneratedTest, GenerationMetadata, ReadItem
from app.domain.paused import Paused
from app.domain.repo import Actor, BaseSha, HeadSha, IssueRef, PullRef, RepoRef
from app.domain.task import Base, GeneratedChange, Proposal, Run, Shown, Task, TestsNote
from app.errors import StaleFence
from app.jobs import AskRequester, GenerateChange, IssueClosed, Job, NoteTests, decode
from app.ports.code_host import CheckRunId
from app.ports.effects import Confirmed, EffectLog, First, Unfinished
from app.ports.journal import Lease, NewDelivery, PendingJob, Subject
from app.ports.record import Audit, Conversations, Head, Heads, Jobs, OwnCheck, OwnChecks, Switches, Tasks
from tests.fakes.clock import SetClock
from tests.fakes.record import InMemoryEffectLog, InMemoryRecord, Memory

TTL = timedelta(seconds=30)
MARIA = Actor("maria", 7, "User")
REPO = RepoRef("github.com", 1, 42, "octo", "shop")
ELSEWHERE = RepoRef("github.com", 1, 43, "octo", "store")
RENAMED = replace(REPO, owner="acme", name="store")
ISSUE = IssueRef(REPO, 7)
HEAD = HeadSha("c" * 40)
BASE = Base("main", BaseSha("b" * 40))
TASK = Task(ISSUE, Run(1, "Add a parser", "", "acs/issue-7-add-a-parser", MARIA, SetClock().now(), 1), "working")
PROPOSED = TASK.proposed(Proposal(8, "", TASK.run.branch, BASE, HEAD, is_verified=True), SetClock().now())
CHANGE = GeneratedChange(
    BASE,
    Change(
        files=(GeneratedFile("bin/run", "#!/bin/sh\n", "create", "100755"),),
        tests=(GeneratedTest("test.ts", "", "create", framework="jest", covers=("bin/run",)),),
        documentation="# Parser",
        metadata=GenerationMetadata(0, 12, "recipe:parser@1"),
        title="Add a parser",
        read=(ReadItem("the issue", "it asks"),),
    ),
)


class Record(Tasks, Heads, OwnChecks, Conversations, Switches, Jobs, Audit, Protocol):
    def done(self) -> object: ...


class Ledger(Protocol):
    """Where records are kept, for one lane, and what a test sees of it."""

    @property
    def effects(self) -> EffectLog: ...
    def begin(self) -> Record: ...
    def take_back(self) -> int: ...
    def lose(self) -> None: ...
    def audit(self) -> Sequence[tuple[str, str, str, str]]: ...
    def finish(self, record: Record) -> Sequence[Job]: ...


class InMemory:
    def __init__(self) -> None:
        self._memory = Memory()
        self._deliveries = count(1)

    @property
    def effects(self) -> EffectLog:
        return InMemoryEffectLog(self._memory)

    def begin(self) -> Record:
        next(self._deliveries)
        return InMemoryRecord(self._memory)

    def take_back(self) -> int:
        self._memory.cancelled_by = next(self._deliveries)
        return self._memory.cancelled_by

    def lose(self) -> None:
        def stale() -> None:
            raise StaleFence

        self._memory.fence = stale

    def audit(self) -> Sequence[tuple[str, str, str, str]]:
        return [(line.operation, line.subject, line.outcome, line.actor) for line in self._memory.audit]

    def finish(self, record: Record) -> Sequence[Job]:
        assert isinstance(record, InMemoryRecord)
        return [job for job, _ in record.done()]


@dataclass
class InSql:
    engine: Engine

    def __post_init__(self) -> None:
        self._clock = SetClock()
        self._journal = SqlJournal(self.engine, self._clock)
        self._guids = map(str, count())
        self._lease, self._job = self._next_job()

    @property
    def effects(self) -> EffectLog:
        return SqlEffectLog(self.engine, self._clock, self._lease)

    def begin(self) -> Record:
        try:
            self._journal.check(self._lease)
        except StaleFence:  # the last job is done
            self._lease, self._job = self._next_job()
        return JobRecord(self.engine, self._clock, self._lease, self._job)

    def take_back(self) -> int:
        self._deliver(cancels=True)
        with self.engine.begin() as connection:
            return connection.execute(select(func.max(deliveries.c.id))).scalar_one()

    def lose(self) -> None:
        self._clock.move(TTL)
        assert self._journal.take("steps", owner="two", ttl=TTL)

    def audit(self) -> Sequence[tuple[str, str, str, str]]:
        with self.engine.begin() as connection:
            lines = connection.execute(select(audit).order_by(audit.c.id))
            return [(line.operation, line.subject, line.outcome, line.actor) for line in lines]

    def finish(self, record: Record) -> Sequence[Job]:
        record.done()
        with self.engine.begin() as connection:
            waiting = connection.execute(select(jobs).where(jobs.c.state == "ready").order_by(jobs.c.id))
            return [decode(job.kind, job.arguments) for job in waiting]

    def _deliver(self, *, cancels: bool = False) -> None:
        subject = Subject("github.com", repo_id=42, number=7)
        self._journal.accept(
            NewDelivery(9, next(self._guids), "issues", "", b"{}", subject, cancels, self._clock.now())
        )

    def _next_job(self) -> tuple[Lease, PendingJob]:
        self._deliver()
        while taken := self._journal.take("steps", owner="one", ttl=TTL):
            lease, work = taken
            if isinstance(work, PendingJob):
                return lease, work
            self._journal.delivery_done(lease, work, (IssueClosed(ISSUE, MARIA),))
        raise AssertionError("a delivery leads to a job")


@pytest.fixture(params=["in memory", "in SQL"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    if request.param == "in memory":
        yield InMemory()
        return
    url = f"sqlite:///{tmp_path / 'acs.db'}"
    migrate(url)
    engine = open_engine(url)
    yield InSql(engine)
    engine.dispose()


def keep(ledger: Ledger, write: Callable[[Record], None]) -> Record:
    """Let one job write, and begin the next."""
    record = ledger.begin()
    write(record)
    record.done()
    return ledger.begin()


def test_a_saved_task_is_read_back_as_it_was(ledger: Ledger) -> None:
    noted = replace(PROPOSED, tests=TestsNote(HEAD, True, "12 tests passed"), message="as *asked*")

    after = keep(ledger, lambda record: record.save(noted))

    assert after.get(ISSUE) == after.of_head(REPO, HEAD) == noted
    assert after.get(IssueRef(RENAMED, 7)) == noted
    assert after.get(IssueRef(ELSEWHERE, 7)) is None
    assert after.of_head(ELSEWHERE, HEAD) is None
    assert after.of_pull(PullRef(REPO, 8)) == noted
    assert after.of_pull(PullRef(REPO, 7)) is after.of_pull(PullRef(ELSEWHERE, 8)) is None


def test_the_next_run_replaces_the_last_one_and_its_proposal(ledger: Ledger) -> None:
    keep(ledger, lambda record: record.save(PROPOSED))

    after = keep(ledger, lambda record: record.save(TASK))

    assert after.get(ISSUE) == TASK
    assert after.of_head(REPO, HEAD) is None


def test_a_job_reads_the_task_it_has_saved_and_nobody_else_does_before_it_is_done(ledger: Ledger) -> None:
    record = ledger.begin()
    record.save(PROPOSED)

    assert record.get(ISSUE) == PROPOSED
    assert record.of_head(REPO, HEAD) is None
    assert ledger.begin().get(ISSUE) is None


def test_a_change_is_kept_for_its_run(ledger: Ledger) -> None:
    after = keep(ledger, lambda record: record.save_change(ISSUE, 2, CHANGE))

    assert after.change(ISSUE, 2) == CHANGE
    assert after.change(ISSUE, 1) is None
    assert after.change(IssueRef(ELSEWHERE, 7), 2) is None


def test_answers_are_kept_for_their_issue(ledger: Ledger) -> None:
    answers = Answers(ISSUE, (Answered(55, "maria", "/acs ping", "ACS *listens*"),), Shown("d", SetClock().now()))

    after = keep(ledger, lambda record: record.save_answers(answers))

    assert after.answers(ISSUE) == answers
    assert after.answers(IssueRef(ELSEWHERE, 7)) == Answers(IssueRef(ELSEWHERE, 7))
    assert keep(ledger, lambda record: record.save_answers(Answers(ISSUE))).answers(ISSUE) == Answers(ISSUE)


def test_a_repository_is_paused_until_it_is_resumed(ledger: Ledger) -> None:
    paused = Paused("mona", SetClock().now(), "a release")

    after = keep(ledger, lambda record: record.save_paused(REPO, paused))
    assert after.paused(REPO) == after.paused(RENAMED) == paused
    assert after.paused(ELSEWHERE) is None
    again = replace(paused, by="ada")
    assert keep(ledger, lambda record: record.save_paused(REPO, again)).paused(REPO) == again

    assert keep(ledger, lambda record: record.save_paused(REPO, None)).paused(REPO) is None


def test_heads_are_known_as_they_were_first_announced(ledger: Ledger) -> None:
    ours, theirs = Head(PullRef(REPO, 8), HEAD, is_fork=False), Head(PullRef(REPO, 5), HEAD, is_fork=True)

    def announce(record: Record) -> None:
        record.save_head(ours)
        record.save_head(theirs)
        record.save_head(replace(theirs, is_fork=False))

    after = keep(ledger, announce)

    assert after.heads(REPO, HEAD) == (theirs, ours)
    assert after.heads(REPO, HeadSha("d" * 40)) == after.heads(ELSEWHERE, HEAD) == ()


def test_check_runs_of_ours_are_known_until_they_are_concluded_and_after(ledger: Ledger) -> None:
    first, again = OwnCheck(REPO, HEAD, CheckRunId(31)), OwnCheck(REPO, HEAD, CheckRunId(32), name="ACS / config")
    elsewhere = OwnCheck(REPO, HeadSha("d" * 40), CheckRunId(33))

    def open_them(record: Record) -> None:
        record.save_head(Head(PullRef(REPO, 8), HEAD, is_fork=False))
        for check in (again, first, elsewhere):
            record.save_check(check)

    after = keep(ledger, open_them)
    assert after.check(REPO, first.id) == first
    assert after.checks_of_head(REPO, HEAD) == after.open_checks_of_pull(PullRef(REPO, 8)) == (first, again)
    assert after.open_checks_of_pull(PullRef(REPO, 5)) == ()
    assert after.checks_of_head(ELSEWHERE, HEAD) == ()
    assert after.check(ELSEWHERE, first.id) is None

    concluded = replace(first, conclusion="cancelled")
    after = keep(ledger, lambda record: record.save_check(concluded))

    assert after.checks_of_head(REPO, HEAD) == (concluded, again)
    assert after.open_checks_of_pull(PullRef(REPO, 8)) == (again,)
    assert after.check(RENAMED, first.id) == replace(concluded, repo=RENAMED)


def test_follow_up_jobs_come_in_the_order_added(ledger: Ledger) -> None:
    record = ledger.begin()
    follow_ups = (
        NoteTests(REPO, HEAD, True, "passed"),
        GenerateChange(ISSUE, 1),
        AskRequester(ISSUE, 1, "Which?"),
    )
    for job in follow_ups:
        record.add(job)

    assert tuple(ledger.finish(record)) == follow_ups


def test_audit_lines_are_appended_in_order(ledger: Ledger) -> None:
    def write(record: Record) -> None:
        record.record("task.start", "octo/shop#7", "started", actor="maria", facts={"run": "1"})
        record.record("task.end", "octo/shop#7", "failed")

    keep(ledger, write)

    assert ledger.audit() == [
        ("task.start", "octo/shop#7", "started", "maria"),
        ("task.end", "octo/shop#7", "failed", "acs"),
    ]


def test_a_request_taken_back_ends_runs_that_began_before_it(ledger: Ledger) -> None:
    record = ledger.begin()
    assert record.is_cancelled(TASK) is False

    assert record.cancelled_by() == 0
    taken_back = ledger.take_back()

    assert record.cancelled_by() == taken_back
    assert record.is_cancelled(begun_by(taken_back - 1)) is True
    assert record.is_cancelled(begun_by(taken_back + 1)) is False


def begun_by(delivery: int) -> Task:
    return replace(TASK, run=replace(TASK.run, delivery=delivery))


def test_an_effect_is_remembered_whatever_becomes_of_the_job(ledger: Ledger) -> None:
    assert ledger.effects.intend("comment") == First()
    assert ledger.effects.intend("comment") == Unfinished()
    ledger.effects.confirm("comment", "12")

    assert ledger.effects.intend("comment") == Confirmed("12")
    assert ledger.effects.intend("branch") == First()


def test_who_has_lost_the_lane_writes_nothing(ledger: Ledger) -> None:
    record, onlooker = ledger.begin(), ledger.begin()
    record.save(TASK)
    ledger.effects.intend("comment")
    ledger.lose()

    with pytest.raises(StaleFence):
        ledger.effects.intend("comment")
    with pytest.raises(StaleFence):
        ledger.effects.confirm("comment", "12")
    with pytest.raises(StaleFence):
        record.done()
    assert onlooker.get(ISSUE) is None
