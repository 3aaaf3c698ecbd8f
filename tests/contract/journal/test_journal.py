"""What the journal promises, on SQLite and on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, create_engine

from app.adapters.sql.effect_log import SqlEffectLog
from app.adapters.sql.journal import SqlJournal
from app.adapters.sql.lanes import is_long
from app.adapters.sql.record import JobRecord
from app.adapters.sql.schema import is_migrated
from app.domain.repo import Actor, BaseSha, HeadSha, IssueRef, PullRef, RepoRef
from app.domain.task import Base, Proposal, Run, Task
from app.errors import StaleFence
from app.jobs import AskRequester, GenerateChange, HeadMoved, IssueClosed, RunTests, decode
from app.ports.effects import Confirmed, First, Unfinished
from app.ports.journal import JournalDown, Lane, Lease, NewDelivery, PendingDelivery, PendingJob, Subject
from tests.fakes.clock import SetClock

TTL = timedelta(seconds=30)
MARIA = Actor("maria", 7, "User")
REPO = RepoRef("github.com", 1, 42, "octo", "shop")
ISSUE = IssueRef(REPO, 7)
LANE = Lane("github.com/42/7")


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


def lease(journal: SqlJournal, lane: Lane = LANE, owner: str = "one") -> Lease:
    held = journal.lease(lane, owner=owner, ttl=TTL)
    assert held is not None
    return held


def next_delivery(journal: SqlJournal, held: Lease) -> PendingDelivery:
    work = journal.next(held)
    assert isinstance(work, PendingDelivery)
    return work


def next_job(journal: SqlJournal, held: Lease) -> PendingJob:
    work = journal.next(held)
    assert isinstance(work, PendingJob)
    return work


def a_task(delivery_id: int = 1) -> Task:
    run = Run(1, "Add a parser", "", "acs/issue-7-add-a-parser", MARIA, SetClock().now(), delivery_id)
    return Task(ISSUE, run, "working")


def test_a_delivery_is_kept_once_however_often_it_arrives(journal: SqlJournal, clock: SetClock) -> None:
    first = journal.accept(delivery(clock))
    second = journal.accept(delivery(clock))

    assert (first.is_new, second.is_new) == (True, False)
    assert second.correlation_id == first.correlation_id
    held = lease(journal)
    journal.delivery_done(held, next_delivery(journal, held), ())
    assert journal.next(held) is None


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
    held = lease(journal)
    journal.delivery_failed(held, next_delivery(journal, held), "unreadable")

    again = journal.accept(delivery(clock))

    assert again.state == "received"
    assert next_delivery(journal, held).guid == "a"


def test_a_done_delivery_that_is_sent_again_is_not_done_again(journal: SqlJournal, clock: SetClock) -> None:
    journal.accept(delivery(clock))
    held = lease(journal)
    journal.delivery_done(held, next_delivery(journal, held), ())

    assert journal.accept(delivery(clock)).state == "done"
    assert journal.next(held) is None


def test_a_journal_that_is_down_says_so(clock: SetClock) -> None:
    nowhere = SqlJournal(create_engine("sqlite:////nowhere/at/all.db"), clock)

    with pytest.raises(JournalDown):
        nowhere.accept(delivery(clock))


def test_deliveries_of_a_lane_are_worked_on_in_the_order_of_arrival(journal: SqlJournal, clock: SetClock) -> None:
    for guid in ("a", "b", "c"):
        journal.accept(delivery(clock, guid))
    held = lease(journal)

    seen: list[str] = []
    while isinstance(work := journal.next(held), PendingDelivery):
        seen.append(work.guid)
        journal.delivery_done(held, work, ())

    assert seen == ["a", "b", "c"]


def test_done_and_its_jobs_are_written_together_or_not_at_all(journal: SqlJournal, clock: SetClock) -> None:
    journal.accept(delivery(clock))
    stale = lease(journal)
    work = next_delivery(journal, stale)
    clock.move(TTL)
    fresh = lease(journal, owner="two")

    with pytest.raises(StaleFence):
        journal.delivery_done(stale, work, (IssueClosed(ISSUE, MARIA),))

    assert next_delivery(journal, fresh).guid == "a"


def test_a_lane_has_one_holder_at_a_time(journal: SqlJournal, clock: SetClock) -> None:
    def take(number: int) -> Lease | None:
        return journal.lease(LANE, owner=f"worker {number}", ttl=TTL)

    with ThreadPoolExecutor(8) as pool:
        leases = list(pool.map(take, range(8)))
    assert sum(held is not None for held in leases) == 1


def test_a_lease_that_is_renewed_is_not_taken_and_one_that_is_not_is(journal: SqlJournal, clock: SetClock) -> None:
    held = lease(journal)
    clock.move(TTL / 2)
    journal.renew(held, ttl=TTL)
    clock.move(TTL / 2)
    assert journal.lease(LANE, owner="two", ttl=TTL) is None

    clock.move(TTL)
    taken = lease(journal, owner="two")

    assert taken.fence > held.fence
    with pytest.raises(StaleFence):
        journal.renew(held, ttl=TTL)
    with pytest.raises(StaleFence):
        journal.check(held)
    with pytest.raises(StaleFence):
        journal.next(held)


def test_a_released_lane_is_free_and_its_old_fence_worthless(journal: SqlJournal) -> None:
    held = lease(journal)
    journal.release(held)

    lease(journal, owner="two")
    with pytest.raises(StaleFence):
        journal.check(held)


def prepared(journal: SqlJournal, clock: SetClock, *jobs: object) -> Lease:
    journal.accept(delivery(clock))
    held = lease(journal)
    journal.delivery_done(held, next_delivery(journal, held), jobs)  # pyright: ignore[reportArgumentType]
    return held


def test_a_job_comes_back_as_it_was_and_counts_its_attempts(journal: SqlJournal, clock: SetClock) -> None:
    asked = AskRequester(ISSUE, 1, "Which module?")
    held = prepared(journal, clock, asked)

    first, second = next_job(journal, held), next_job(journal, held)

    assert decode(first.kind, first.arguments) == asked
    assert (first.attempt, second.attempt) == (1, 2)


def test_long_work_runs_in_a_lane_beside_and_its_follow_up_returns_home(
    journal: SqlJournal, engine: Engine, clock: SetClock
) -> None:
    held = prepared(journal, clock, GenerateChange(ISSUE, 1))
    assert journal.next(held) is None

    (beside,) = journal.due_lanes(woken_before=clock.now(), most=10)
    beside_lease = lease(journal, beside)
    job = next_job(journal, beside_lease)
    record = JobRecord(engine, clock, beside_lease, job)
    record.add(AskRequester(ISSUE, 1, "Which module?"))

    assert beside.startswith(LANE)
    assert record.done() == {LANE}
    assert next_job(journal, held).kind == "AskRequester"


def test_a_job_that_waits_for_its_next_attempt_holds_up_its_lane(journal: SqlJournal, clock: SetClock) -> None:
    held = prepared(journal, clock, IssueClosed(ISSUE, MARIA), AskRequester(ISSUE, 1, ""))
    job = next_job(journal, held)
    journal.job_retried(held, job, not_before=clock.now() + timedelta(seconds=10), reason="GitHub answered 502")
    journal.release(held)

    assert journal.has_due_work(LANE) is False
    assert journal.due_lanes(woken_before=clock.now(), most=10) == []
    clock.move(timedelta(seconds=10))
    assert journal.due_lanes(woken_before=clock.now(), most=10) == [LANE]
    assert next_job(journal, lease(journal)).id == job.id


def test_a_job_given_up_leaves_its_apology_behind(journal: SqlJournal, clock: SetClock) -> None:
    held = prepared(journal, clock, IssueClosed(ISSUE, MARIA))

    journal.job_failed(held, next_job(journal, held), reason="gone", then=(AskRequester(ISSUE, 1, "gone"),))

    assert next_job(journal, held).kind == "AskRequester"


def test_due_lanes_are_woken_once_until_the_wake_up_counts_as_lost(journal: SqlJournal, clock: SetClock) -> None:
    journal.accept(delivery(clock))

    assert journal.due_lanes(woken_before=clock.now() - TTL, most=10) == [LANE]
    assert journal.due_lanes(woken_before=clock.now() - TTL, most=10) == []
    clock.move(TTL)
    assert journal.due_lanes(woken_before=clock.now() - TTL, most=10) == [LANE]


def test_a_lane_somebody_holds_is_not_due(journal: SqlJournal, clock: SetClock) -> None:
    journal.accept(delivery(clock))
    lease(journal)

    assert journal.due_lanes(woken_before=clock.now(), most=10) == []


def test_the_record_of_a_job_is_kept_whole_or_not_at_all(journal: SqlJournal, engine: Engine, clock: SetClock) -> None:
    stale = prepared(journal, clock, IssueClosed(ISSUE, MARIA))
    job = next_job(journal, stale)
    record = JobRecord(engine, clock, stale, job)
    record.save(a_task())
    record.add(AskRequester(ISSUE, 1, ""))
    clock.move(TTL)
    fresh = lease(journal, owner="two")

    with pytest.raises(StaleFence):
        record.done()

    assert JobRecord(engine, clock, fresh, job).get(ISSUE) is None
    assert next_job(journal, fresh).kind == "IssueClosed"


def test_a_pull_request_shares_the_lane_of_its_issue(journal: SqlJournal, engine: Engine, clock: SetClock) -> None:
    held = prepared(journal, clock, HeadMoved(PullRef(REPO, 8), HeadSha("c" * 40), False))
    record = JobRecord(engine, clock, held, next_job(journal, held))
    proposal = Proposal(8, "", "acs/issue-7-add-a-parser", Base("main", BaseSha("b" * 40)), HeadSha("c" * 40), True)
    record.save(a_task().proposed(proposal, clock.now()))
    record.done()

    by_number = journal.accept(delivery(clock, "b", number=8, is_pull=True))
    by_branch = journal.accept(delivery(clock, "c", number=9, is_pull=True, head_branch="acs/issue-7-add-a-parser"))
    by_head = journal.accept(delivery(clock, "d", number=None, head_sha=HeadSha("c" * 40)))
    of_nobody = journal.accept(delivery(clock, "e", number=None, head_sha=HeadSha("d" * 40)))
    elsewhere = journal.accept(delivery(clock, "f", repo_id=43, number=8, is_pull=True))

    assert [by_number.lane, by_branch.lane, by_head.lane] == [LANE] * 3
    assert of_nobody.lane == "github.com/42"
    assert elsewhere.lane == "github.com/43/8"


def test_a_request_taken_back_ends_what_began_before_and_not_what_begins_after(
    journal: SqlJournal, engine: Engine, clock: SetClock
) -> None:
    held = prepared(journal, clock, IssueClosed(ISSUE, MARIA))
    job = next_job(journal, held)
    record = JobRecord(engine, clock, held, job)
    assert record.is_cancelled(a_task(job.delivery)) is False

    journal.accept(delivery(clock, "b", cancels=True))

    assert record.is_cancelled(a_task(job.delivery)) is True
    assert record.is_cancelled(a_task(job.delivery + 2)) is False


def test_an_effect_is_new_then_unfinished_then_confirmed(journal: SqlJournal, engine: Engine, clock: SetClock) -> None:
    effects = SqlEffectLog(engine, clock, lease(journal))

    assert effects.intend("comment") == First()
    assert effects.intend("comment") == Unfinished()
    effects.confirm("comment", "12")
    assert effects.intend("comment") == Confirmed("12")


def test_the_audit_log_refuses_to_be_changed(journal: SqlJournal, engine: Engine, clock: SetClock) -> None:
    held = prepared(journal, clock, IssueClosed(ISSUE, MARIA))
    record = JobRecord(engine, clock, held, next_job(journal, held))
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
    held = prepared(journal, clock, IssueClosed(ISSUE, MARIA))
    job = next_job(journal, held)
    record = JobRecord(engine, clock, held, job)
    record.add(AskRequester(ISSUE, 1, ""))
    record.done()

    journal.job_retried(held, job, not_before=clock.now(), reason="the database does not answer")
    again = JobRecord(engine, clock, held, job)
    again.add(AskRequester(ISSUE, 1, ""))

    assert again.done() == frozenset()
    assert journal.job_failed(held, job, reason="", then=(AskRequester(ISSUE, 1, ""),)) == frozenset()
    assert next_job(journal, held).kind == "AskRequester"
    assert len(journal.due_lanes(woken_before=clock.now(), most=10)) == 0


def test_what_was_given_up_is_in_the_audit_log(journal: SqlJournal, engine: Engine, clock: SetClock) -> None:
    held = prepared(journal, clock, IssueClosed(ISSUE, MARIA))
    journal.job_failed(held, next_job(journal, held), reason="gone")
    journal.accept(delivery(clock, "b"))
    journal.delivery_failed(held, next_delivery(journal, held), "unreadable")

    with engine.connect() as connection:
        lines = connection.exec_driver_sql("SELECT operation, outcome FROM audit ORDER BY id").all()
    assert [tuple(line) for line in lines] == [("job.IssueClosed", "failed"), ("delivery.issues", "failed")]


def test_work_that_takes_minutes_is_told_from_work_beside_the_lane_that_does_not(
    journal: SqlJournal, clock: SetClock
) -> None:
    sha = HeadSha("c" * 40)
    held = prepared(journal, clock, GenerateChange(ISSUE, 1), RunTests(REPO, sha, 5))

    lanes = journal.due_lanes(woken_before=clock.now(), most=10)

    assert held.lane not in lanes
    assert sorted(is_long(lane) for lane in lanes) == [False, True]
