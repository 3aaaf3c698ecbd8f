"""What the journal promises, on SQLite and on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, create_engine, select

from app.adapters.sql.effect_log import SqlEffectLog
from app.adapters.sql.journal import SqlJournal
from app.adapters.sql.lanes import queue_of
from app.adapters.sql.record import JobRecord
from app.adapters.sql.schema import is_migrated
from app.adapters.sql.tables import lanes
from app.domain.repo import Actor, BaseSha, HeadSha, IssueRef, PullRef, RepoRef
from app.domain.task import Base, Proposal, Run, Task
from app.errors import StaleFence
from app.jobs import AskRequester, GenerateChange, HeadMoved, IssueClosed, Job, RunTests, decode
from app.ports.effects import Confirmed, First, Unfinished
from app.ports.journal import (
    JournalDown,
    Lane,
    Lease,
    NewDelivery,
    PendingDelivery,
    PendingJob,
    Queue,
    Subject,
    Work,
)
from tests.fakes.clock import SetClock

TTL = timedelta(seconds=30)
MARIA = Actor("maria", 7, "User")
REPO = RepoRef("github.com", 1, 42, "octo", "shop")
ISSUE = IssueRef(REPO, 7)
LANE = Lane("github.com/42/7")
PROPOSAL = Proposal(8, "", "acs/issue-7-add-a-parser", Base("main", BaseSha("b" * 40)), HeadSha("c" * 40), True)


def delivery(clock: SetClock, guid: str = "a", *, cancels: bool = False, **subject: object) -> NewDelivery:
    about = {"repo_id": 42, "number": 7, "installation_id": 1, **subject}
    return NewDelivery(
        app_id=9,
        guid=guid,
        event="issues",
        action="labeled",
        body=b"{}",
        subject=Subject("github.com", **about),  # pyright: ignore[reportArgumentType]
        cancels=cancels,
        received_at=clock.now(),
    )


def take(journal: SqlJournal, owner: str = "one", queue: Queue = "steps") -> tuple[Lease, Work]:
    taken = journal.take(queue, owner=owner, ttl=TTL)
    assert taken is not None
    return taken


def take_delivery(journal: SqlJournal, owner: str = "one") -> tuple[Lease, PendingDelivery]:
    lease, work = take(journal, owner)
    assert isinstance(work, PendingDelivery)
    return lease, work


def take_job(journal: SqlJournal, owner: str = "one", queue: Queue = "steps") -> tuple[Lease, PendingJob]:
    lease, work = take(journal, owner, queue)
    assert isinstance(work, PendingJob)
    return lease, work


def nothing_is_due(journal: SqlJournal, queue: Queue = "steps") -> bool:
    return journal.take(queue, owner="one", ttl=TTL) is None


def prepare(journal: SqlJournal, clock: SetClock, *jobs: Job) -> None:
    """Let a delivery lead to jobs in the issue's lane."""
    journal.accept(delivery(clock))
    lease, work = take_delivery(journal)
    journal.delivery_done(lease, work, jobs)


def prepared(journal: SqlJournal, clock: SetClock, *jobs: Job) -> tuple[Lease, PendingJob]:
    """The first of those jobs, taken."""
    prepare(journal, clock, *jobs)
    return take_job(journal)


def a_task(delivery_id: int = 1) -> Task:
    run = Run(1, "Add a parser", "", "acs/issue-7-add-a-parser", MARIA, SetClock().now(), delivery_id)
    return Task(ISSUE, run, "working")


def test_a_delivery_is_kept_once_however_often_it_arrives(journal: SqlJournal, clock: SetClock) -> None:
    first = journal.accept(delivery(clock))
    second = journal.accept(delivery(clock))

    assert (first.is_new, second.is_new) == (True, False)
    assert second.correlation_id == first.correlation_id
    journal.delivery_done(*take_delivery(journal), ())
    assert nothing_is_due(journal)


def test_the_same_guid_of_another_host_is_another_delivery(journal: SqlJournal, clock: SetClock) -> None:
    journal.accept(delivery(clock))
    other = NewDelivery(9, "a", "issues", "labeled", b"{}", Subject("ghe.example", repo_id=42), False, clock.now())

    assert journal.accept(other).is_new


def test_a_delivery_that_arrives_at_once_on_many_connections_is_kept_once(journal: SqlJournal, clock: SetClock) -> None:
    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(journal.accept, [delivery(clock)] * 24))

    assert sum(receipt.is_new for receipt in receipts) == 1


def test_a_failed_delivery_that_is_sent_again_is_done_again(journal: SqlJournal, clock: SetClock) -> None:
    journal.accept(delivery(clock))
    journal.delivery_failed(*take_delivery(journal), "unreadable")

    again = journal.accept(delivery(clock))

    assert again.state == "received"
    assert take_delivery(journal)[1].guid == "a"


def test_a_done_delivery_that_is_sent_again_is_not_done_again(journal: SqlJournal, clock: SetClock) -> None:
    journal.accept(delivery(clock))
    journal.delivery_done(*take_delivery(journal), ())

    assert journal.accept(delivery(clock)).state == "done"
    assert nothing_is_due(journal)
    clock.move(TTL)
    assert journal.due_lanes() == []


def test_a_journal_that_is_down_says_so(clock: SetClock) -> None:
    nowhere = SqlJournal(create_engine("sqlite:////nowhere/at/all.db"), clock)

    with pytest.raises(JournalDown):
        nowhere.accept(delivery(clock))


def test_deliveries_of_a_lane_are_worked_on_in_the_order_of_arrival(journal: SqlJournal, clock: SetClock) -> None:
    for guid in ("a", "b", "c"):
        journal.accept(delivery(clock, guid))

    seen: list[str] = []
    for _ in range(3):
        lease, work = take_delivery(journal)
        seen.append(work.guid)
        journal.delivery_done(lease, work, ())

    assert seen == ["a", "b", "c"]


def test_done_and_its_jobs_are_written_together_or_not_at_all(journal: SqlJournal, clock: SetClock) -> None:
    journal.accept(delivery(clock))
    stale, work = take_delivery(journal)
    clock.move(TTL)
    fresh, again = take_delivery(journal, owner="two")

    with pytest.raises(StaleFence):
        journal.delivery_done(stale, work, (IssueClosed(ISSUE, MARIA),))

    assert again == work
    journal.delivery_done(fresh, again, ())
    assert nothing_is_due(journal)


def test_a_lane_has_one_holder_at_a_time(journal: SqlJournal, clock: SetClock) -> None:
    for guid in map(str, range(8)):
        journal.accept(delivery(clock, guid))

    def take(owner: int) -> object:
        return journal.take("steps", owner=str(owner), ttl=TTL)

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(take, range(8)))

    assert sum(one is not None for one in taken) == 1


def test_a_lease_that_is_renewed_is_not_taken_and_one_that_is_not_is(journal: SqlJournal, clock: SetClock) -> None:
    journal.accept(delivery(clock))
    held, work = take_delivery(journal)
    clock.move(TTL / 2)
    journal.renew(held, ttl=TTL)
    clock.move(TTL / 2)
    journal.check(held)
    assert nothing_is_due(journal)

    clock.move(TTL)
    taken, _ = take(journal, owner="two")

    assert taken.fence > held.fence
    with pytest.raises(StaleFence):
        journal.renew(held, ttl=TTL)
    with pytest.raises(StaleFence):
        journal.check(held)
    with pytest.raises(StaleFence):
        journal.delivery_failed(held, work, "")


def test_a_lane_given_back_is_free_and_its_old_fence_worthless(journal: SqlJournal, clock: SetClock) -> None:
    journal.accept(delivery(clock, "a"))
    journal.accept(delivery(clock, "b"))
    held, work = take_delivery(journal)
    journal.delivery_done(held, work, ())

    take(journal)

    with pytest.raises(StaleFence):
        journal.check(held)


def test_a_job_comes_back_as_it_was_and_counts_its_attempts(journal: SqlJournal, clock: SetClock) -> None:
    asked = AskRequester(ISSUE, 1, "Which module?")

    _, first = prepared(journal, clock, asked)
    clock.move(TTL)
    _, second = take_job(journal)

    assert decode(first.kind, first.arguments) == asked
    assert (first.attempt, second.attempt) == (1, 2)


def test_work_beside_the_lane_does_not_hold_it_up_and_its_follow_up_returns_home(
    journal: SqlJournal, engine: Engine, clock: SetClock
) -> None:
    lease, job = prepared(journal, clock, GenerateChange(ISSUE, 1))
    journal.accept(delivery(clock, "b"))
    home, meanwhile = take_delivery(journal)
    journal.delivery_done(home, meanwhile, ())
    record = JobRecord(engine, clock, lease, job)
    record.add(AskRequester(ISSUE, 1, "Which module?"))

    assert lease.lane.startswith(LANE)
    assert record.done() == {home.lane} == {LANE}
    again, follow_up = take_job(journal)
    assert (again.lane, follow_up.kind) == (LANE, "AskRequester")


def test_a_job_that_waits_for_its_next_attempt_holds_up_its_lane(journal: SqlJournal, clock: SetClock) -> None:
    held, job = prepared(journal, clock, IssueClosed(ISSUE, MARIA), AskRequester(ISSUE, 1, ""))
    journal.job_retried(held, job, not_before=clock.now() + timedelta(seconds=10), reason="GitHub answered 502")

    assert journal.due_lanes() == []
    assert nothing_is_due(journal)
    clock.move(timedelta(seconds=10))
    assert journal.due_lanes() == [LANE]
    assert take_job(journal)[1].id == job.id


def test_deliveries_are_decided_while_a_job_of_their_lane_waits(journal: SqlJournal, clock: SetClock) -> None:
    held, job = prepared(journal, clock, IssueClosed(ISSUE, MARIA))
    journal.job_retried(held, job, not_before=clock.now() + timedelta(seconds=10), reason="GitHub answered 502")
    journal.accept(delivery(clock, "b"))

    journal.delivery_done(*take_delivery(journal), (AskRequester(ISSUE, 1, ""),))

    assert nothing_is_due(journal)
    clock.move(timedelta(seconds=10))
    assert take_job(journal)[1].id == job.id


def test_a_job_given_up_leaves_its_apology_behind(journal: SqlJournal, clock: SetClock) -> None:
    held, job = prepared(journal, clock, IssueClosed(ISSUE, MARIA))

    journal.job_failed(held, job, reason="gone", then=(AskRequester(ISSUE, 1, "gone"),))

    assert take_job(journal)[1].kind == "AskRequester"


def test_a_lane_is_due_until_somebody_takes_it(journal: SqlJournal, clock: SetClock) -> None:
    journal.accept(delivery(clock))

    assert journal.due_lanes() == journal.due_lanes() == [LANE]
    take(journal)
    assert journal.due_lanes() == []
    clock.move(TTL)
    assert journal.due_lanes() == [LANE]


def test_the_lane_that_is_due_is_the_one_that_would_be_taken(journal: SqlJournal, clock: SetClock) -> None:
    for number in (5, 3, 4):
        journal.accept(delivery(clock, str(number), number=number))
        clock.move(TTL / 100)

    for _ in range(3):
        (due,) = journal.due_lanes()
        assert take(journal)[0].lane == due
    assert journal.due_lanes() == []


def test_what_comes_in_while_a_lane_is_held_is_due_when_it_is_given_back(journal: SqlJournal, clock: SetClock) -> None:
    journal.accept(delivery(clock, "a"))
    held, work = take_delivery(journal)
    journal.accept(delivery(clock, "b"))
    assert journal.due_lanes() == []

    journal.delivery_done(held, work, ())

    assert take_delivery(journal)[1].guid == "b"


def test_the_record_of_a_job_is_kept_whole_or_not_at_all(journal: SqlJournal, engine: Engine, clock: SetClock) -> None:
    stale, job = prepared(journal, clock, IssueClosed(ISSUE, MARIA))
    record = JobRecord(engine, clock, stale, job)
    record.save(a_task())
    record.add(AskRequester(ISSUE, 1, ""))
    clock.move(TTL)
    fresh, again = take_job(journal, owner="two")

    with pytest.raises(StaleFence):
        record.done()

    assert again.id == job.id
    assert JobRecord(engine, clock, fresh, again).get(ISSUE) is None
    JobRecord(engine, clock, fresh, again).done()
    assert nothing_is_due(journal)


def test_a_pull_request_shares_the_lane_of_its_issue(journal: SqlJournal, engine: Engine, clock: SetClock) -> None:
    held, job = prepared(journal, clock, HeadMoved(PullRef(REPO, 8), HeadSha("c" * 40), False))
    record = JobRecord(engine, clock, held, job)
    record.save(a_task().proposed(PROPOSAL, clock.now()))
    record.done()

    by_number = journal.accept(delivery(clock, "b", number=8, is_pull=True))
    by_branch = journal.accept(delivery(clock, "c", number=9, is_pull=True, head_branch="acs/issue-7-add-a-parser"))
    by_head = journal.accept(delivery(clock, "d", number=None, head_sha=HeadSha("c" * 40)))
    of_nobody = journal.accept(delivery(clock, "e", number=None, head_sha=HeadSha("d" * 40)))
    elsewhere = journal.accept(delivery(clock, "f", repo_id=43, number=8, is_pull=True))

    assert [by_number.lane, by_branch.lane, by_head.lane] == [LANE] * 3
    assert of_nobody.lane == "github.com/42"
    assert elsewhere.lane == "github.com/43/8"


def test_a_failed_delivery_that_is_sent_again_is_done_again_in_the_lane_it_was_in(
    journal: SqlJournal, engine: Engine, clock: SetClock
) -> None:
    journal.accept(delivery(clock, "b", number=8, is_pull=True))
    journal.delivery_failed(*take_delivery(journal), "unreadable")
    held, job = prepared(journal, clock, IssueClosed(ISSUE, MARIA))
    record = JobRecord(engine, clock, held, job)
    record.save(a_task().proposed(PROPOSAL, clock.now()))
    record.done()

    again = journal.accept(delivery(clock, "b", number=8, is_pull=True))

    assert again.lane == "github.com/42/8"
    lease, work = take_delivery(journal)
    assert (lease.lane, work.guid) == ("github.com/42/8", "b")


def test_a_request_taken_back_ends_what_began_before_and_not_what_begins_after(
    journal: SqlJournal, engine: Engine, clock: SetClock
) -> None:
    held, job = prepared(journal, clock, IssueClosed(ISSUE, MARIA))
    record = JobRecord(engine, clock, held, job)
    assert record.is_cancelled(a_task(job.delivery)) is False

    journal.accept(delivery(clock, "b", cancels=True))

    assert record.is_cancelled(a_task(job.delivery)) is True
    assert record.is_cancelled(a_task(job.delivery + 2)) is False


def test_an_effect_is_new_then_unfinished_then_confirmed(journal: SqlJournal, engine: Engine, clock: SetClock) -> None:
    journal.accept(delivery(clock))
    effects = SqlEffectLog(engine, clock, take(journal)[0])

    assert effects.intend("comment") == First()
    assert effects.intend("comment") == Unfinished()
    effects.confirm("comment", "12")
    assert effects.intend("comment") == Confirmed("12")


def test_the_audit_log_refuses_to_be_changed(journal: SqlJournal, engine: Engine, clock: SetClock) -> None:
    held, job = prepared(journal, clock, IssueClosed(ISSUE, MARIA))
    record = JobRecord(engine, clock, held, job)
    record.record("task.start", "octo/shop#7", "started", actor="maria")
    record.done()

    for change in ("UPDATE audit SET outcome = 'refused'", "DELETE FROM audit"):
        with pytest.raises(Exception, match="append-only"), engine.begin() as connection:
            connection.exec_driver_sql(change)


def test_the_schema_is_the_one_this_version_was_written_for(engine: Engine) -> None:
    assert is_migrated(engine)


def test_a_job_that_is_done_stays_done_when_the_answer_to_its_commit_was_lost(
    journal: SqlJournal, engine: Engine, clock: SetClock
) -> None:
    held, job = prepared(journal, clock, IssueClosed(ISSUE, MARIA))
    record = JobRecord(engine, clock, held, job)
    record.add(AskRequester(ISSUE, 1, ""))
    record.done()

    with pytest.raises(StaleFence):
        journal.job_retried(held, job, not_before=clock.now(), reason="the database does not answer")
    with pytest.raises(StaleFence):
        record.done()
    with pytest.raises(StaleFence):
        journal.job_failed(held, job, reason="", then=(AskRequester(ISSUE, 1, ""),))

    lease, follow_up = take_job(journal)
    assert follow_up.kind == "AskRequester"
    JobRecord(engine, clock, lease, follow_up).done()
    assert nothing_is_due(journal)


def test_what_was_given_up_is_in_the_audit_log(journal: SqlJournal, engine: Engine, clock: SetClock) -> None:
    journal.job_failed(*prepared(journal, clock, IssueClosed(ISSUE, MARIA)), reason="gone")
    journal.accept(delivery(clock, "b"))
    journal.delivery_failed(*take_delivery(journal), "unreadable")

    with engine.connect() as connection:
        lines = connection.exec_driver_sql("SELECT operation, outcome FROM audit ORDER BY id").all()
    assert [tuple(line) for line in lines] == [("job.IssueClosed", "failed"), ("delivery.issues", "failed")]


def test_work_that_takes_minutes_is_left_to_the_workers_for_it(journal: SqlJournal, clock: SetClock) -> None:
    prepare(journal, clock, GenerateChange(ISSUE, 1), RunTests(REPO, HeadSha("c" * 40), 5))

    assert [queue_of(lane) for lane in journal.due_lanes()] == ["steps", "long"]
    assert take_job(journal)[1].kind == "GenerateChange"
    assert nothing_is_due(journal)
    assert take_job(journal, queue="long")[1].kind == "RunTests"


def test_a_lane_of_one_job_is_forgotten_with_it(journal: SqlJournal, engine: Engine, clock: SetClock) -> None:
    lease, job = prepared(journal, clock, GenerateChange(ISSUE, 1))
    JobRecord(engine, clock, lease, job).done()

    with engine.connect() as connection:
        assert list(connection.execute(select(lanes.c.lane)).scalars()) == [LANE]
