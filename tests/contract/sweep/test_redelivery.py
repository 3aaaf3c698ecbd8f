"""What was given up is done again, once GitHub sends it again or a person wants it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, Row, select

from app.adapters.sql.journal import SqlJournal
from app.adapters.sql.record import JobRecord
from app.adapters.sql.redelivery import SqlRedelivery
from app.adapters.sql.retention import forget_bodies
from app.adapters.sql.tables import audit, deliveries, hook_deliveries, jobs
from app.domain.command import Asked
from app.domain.repo import Actor, HeadSha, IssueRef, RepoRef
from app.intake.commands.redelivering import redeliver_asked
from app.intake.redeliver import redeliver
from app.jobs import (
    AnswerCommand,
    AskRequester,
    GenerateChange,
    IssueReopened,
    Job,
    LabelAdded,
    RedeliverAsked,
    RunTests,
    SayFailed,
)
from app.ports.hook_deliveries import NoLongerKept
from app.ports.journal import Lane, NewDelivery, PendingDelivery, PendingJob, Subject
from app.ports.redelivery import (
    Again,
    AskedGitHub,
    BodyForgotten,
    DecidedAgain,
    NothingFailed,
    PutBack,
    Underway,
    Unknown,
)
from tests.contract.sweep.world import APP, GONE, HOST, TTL
from tests.contract.sweep.world import World as SweptWorld
from tests.fakes.clock import SetClock
from tests.fakes.record import InMemoryRecord, Memory

REPO = RepoRef(HOST, 1, 42, "octo", "shop")
ISSUE = IssueRef(REPO, 7)
LANE = Lane(f"{HOST}/42/7")
LABEL = LabelAdded(ISSUE, "acs", Actor("maria", 7, "User"), "Add a parser", "")
REOPENED = IssueReopened(ISSUE, LABEL.by, LABEL.title, LABEL.body)
SPAN = timedelta(hours=1)


@dataclass
class World:
    engine: Engine
    clock: SetClock
    journal: SqlJournal
    woken: list[Lane] = field(default_factory=list[Lane])

    def wake(self, lane: Lane) -> None:
        self.woken.append(lane)

    def deliver(self, guid: str = "a") -> str:
        """GitHub delivers; return how the receiver says it stands."""
        subject = Subject(HOST, installation_id=1, repo_id=42, number=7)
        new = NewDelivery(APP, guid, "issues", "labeled", b"{}", subject, False, self.clock.now())
        return self.journal.accept(new).state

    def do(self, *jobs: Job, fails: bool = False) -> None:
        """Decide the next delivery."""
        taken = self.journal.take("steps", owner="worker", ttl=TTL)
        assert taken
        lease, work = taken
        assert isinstance(work, PendingDelivery)
        if fails:
            self.journal.delivery_failed(lease, work, "unreadable")
        else:
            self.journal.delivery_done(lease, work, jobs)

    def give_up(self, kind: str, *then: Job, delays: int = 0) -> None:
        """Give up the next job, after some attempts."""
        for _ in range(delays):
            lease, work = self._take_job(kind)
            self.journal.job_retried(lease, work, not_before=self.clock.now() + SPAN, reason="GitHub is away")
            self.clock.move(SPAN)
        lease, work = self._take_job(kind)
        self.journal.job_failed(lease, work, reason="given up", then=then)

    def finish(self, kind: str, *then: Job) -> None:
        """Do the next job."""
        lease, work = self._take_job(kind)
        record = JobRecord(self.engine, self.clock, lease, work)
        for job in then:
            record.add(job)
        record.done()

    def _take_job(self, kind: str) -> Any:
        taken = self.journal.take("long" if kind == "RunTests" else "steps", owner="worker", ttl=TTL)
        assert taken
        assert isinstance(taken[1], PendingJob)
        assert taken[1].kind == kind
        return taken

    def again(self, guid: str = "a", *, is_forced: bool = False) -> Again | None:
        return SqlRedelivery(self.engine, self.clock, host=HOST, app_id=APP).again(guid, by="olga", is_forced=is_forced)

    def next_job(self) -> PendingJob:
        taken = self.journal.take("steps", owner="worker", ttl=TTL) or self.journal.take("long", owner="w", ttl=TTL)
        assert taken
        assert isinstance(taken[1], PendingJob)
        return taken[1]

    @property
    def has_work(self) -> bool:
        return any(self.journal.take(queue, owner="worker", ttl=TTL) for queue in ("steps", "long"))

    @property
    def states(self) -> Sequence[tuple[str, str]]:
        with self.engine.begin() as connection:
            return [(row.kind, row.state) for row in connection.execute(select(jobs).order_by(jobs.c.id))]

    @property
    def audited(self) -> Sequence[Row[Any]]:
        with self.engine.begin() as connection:
            lines = select(audit.c.actor, audit.c.outcome).where(audit.c.operation == "delivery.redeliver")
            return [tuple(row) for row in connection.execute(lines)]  # pyright: ignore[reportReturnType]


@pytest.fixture
def world(engine: Engine, clock: SetClock, journal: SqlJournal) -> World:
    return World(engine, clock, journal)


def test_a_delivery_that_failed_is_decided_again(world: World) -> None:
    world.deliver()
    world.do(fails=True)

    assert world.again() == DecidedAgain(LANE)

    world.do(AskRequester(ISSUE, 1, ""))
    assert world.states == [("AskRequester", "ready")]
    assert world.audited == [("olga", "decided again")]


def test_a_job_that_was_given_up_is_put_back_with_its_attempts_counted_anew(world: World) -> None:
    world.deliver()
    world.do(AskRequester(ISSUE, 1, "Which module?"))
    world.give_up("AskRequester", delays=3)
    world.clock.move(timedelta(days=2))

    assert world.again() == PutBack(["AskRequester"], [LANE])

    job = world.next_job()
    assert (job.kind, job.attempt, job.delays, job.bugs) == ("AskRequester", 1, 0, 0)
    assert job.created_at == world.clock.now(), "an outage is waited out from now on"
    assert world.audited == [("olga", "put back")]


def test_long_work_is_put_back_into_its_lane_beside(world: World) -> None:
    world.deliver()
    world.do(RunTests(REPO, HeadSha("c" * 40), 5))
    world.give_up("RunTests")
    assert not world.has_work

    again = world.again()

    assert isinstance(again, PutBack)
    assert again.lanes[0].startswith(f"{LANE}~long-")
    assert world.next_job().kind == "RunTests"


@pytest.mark.parametrize("is_apology_said", [True, False])
@pytest.mark.parametrize("request_", [LABEL, REOPENED], ids=["labelled", "reopened"])
def test_a_run_that_was_given_up_is_begun_anew(world: World, request_: Job, is_apology_said: bool) -> None:
    kind = type(request_).__name__
    world.deliver()
    world.do(request_)
    world.finish(kind, GenerateChange(ISSUE, 1))
    world.give_up("GenerateChange", SayFailed(ISSUE, 1, "no template"))
    if is_apology_said:
        world.finish("SayFailed")
    else:
        world.give_up("SayFailed")

    again = world.again()

    assert isinstance(again, PutBack)
    assert "GenerateChange" in again.kinds
    apology = ("SayFailed", "done" if is_apology_said else "ready")
    assert list(world.states) == [
        (kind, "done"),
        ("GenerateChange", "replaced"),
        apology,  # ends the run before
        (kind, "ready"),
    ]


def test_what_was_put_back_is_not_put_back_again(world: World) -> None:
    world.deliver()
    world.do(LABEL)
    world.finish("LabelAdded", GenerateChange(ISSUE, 1))
    world.give_up("GenerateChange")
    world.again()

    assert world.again() == Underway(LANE)


def test_what_is_underway_is_left_alone(world: World) -> None:
    world.deliver()
    assert world.again() == Underway(LANE)

    world.do(AskRequester(ISSUE, 1, ""))
    assert world.again(is_forced=True) == Underway(LANE)
    assert world.audited == []


def test_of_what_is_done_nothing_is_done_again_unless_somebody_insists(world: World) -> None:
    world.deliver()
    world.do()

    assert world.again() == NothingFailed()
    assert not world.has_work
    assert world.again(is_forced=True) == DecidedAgain(LANE)
    assert world.has_work


def test_what_is_too_old_cannot_be_decided_again(world: World) -> None:
    world.deliver()
    world.do()
    forget_bodies(world.engine, before=world.clock.now() + SPAN)

    assert world.again(is_forced=True) == BodyForgotten()
    assert not world.has_work


def test_another_apps_delivery_is_unknown(world: World) -> None:
    world.deliver()

    assert (
        SqlRedelivery(world.engine, world.clock, host=HOST, app_id=APP + 1).again("a", by="o", is_forced=True) is None
    )
    assert world.again("b") is None


def test_a_delivery_whose_job_was_given_up_is_done_again_when_github_sends_it_again(world: World) -> None:
    world.deliver()
    world.do(AskRequester(ISSUE, 1, ""))
    world.give_up("AskRequester")

    assert world.deliver() == "received"

    assert world.next_job().kind == "AskRequester"
    assert world.audited == [(HOST, "put back")]


def test_a_delivery_of_which_nothing_failed_stays_done_when_github_sends_it_again(world: World) -> None:
    world.deliver()
    world.do()

    assert world.deliver() == "done"
    assert not world.has_work


def test_only_old_bodies_of_what_is_done_are_forgotten(world: World) -> None:
    world.deliver("done")
    world.do()
    world.deliver("with an open job")
    world.do(AskRequester(ISSUE, 1, ""))
    world.deliver("failed")
    world.do(fails=True)
    world.deliver("received")
    before = world.clock.now() + SPAN
    world.clock.move(2 * SPAN)
    world.deliver("young")
    world.do()
    world.do()

    forgotten = forget_bodies(world.engine, before=before)

    with world.engine.begin() as connection:
        rows = connection.execute(select(deliveries)).all()
    assert sorted(row.guid for row in rows if not row.body) == ["done", "received"]
    assert (forgotten, len(rows)) == (2, 5)
    assert forget_bodies(world.engine, before=before) == 0


def by_hand(world: SweptWorld, guid: str, woken: World) -> Again | AskedGitHub | Unknown:
    return redeliver(
        guid,
        by="olga",
        is_forced=False,
        journal=SqlRedelivery(world.engine, world.clock, host=HOST, app_id=APP),
        ledger=world.ledger,
        github=world.github,
        wakeups=woken,
        clock=world.clock,
    )


@pytest.fixture
def swept(engine: Engine, clock: SetClock) -> SweptWorld:
    return SweptWorld(engine, clock, [])


def test_by_hand_the_lanes_of_what_is_done_again_are_woken(swept: SweptWorld, world: World) -> None:
    world.deliver()
    world.do(fails=True)

    assert by_hand(swept, "a", world) == DecidedAgain(LANE)
    assert world.woken == [LANE]


def test_by_hand_what_never_arrived_is_found_in_githubs_list_and_asked_for(swept: SweptWorld, world: World) -> None:
    swept.missed(*(f"{n:03}" for n in range(10)))

    assert isinstance(by_hand(swept, "001", world), AskedGitHub)
    assert swept.journalled == ["001"]
    assert swept.github.pages > 1


def test_by_hand_what_was_given_up_is_asked_for_and_recovered(swept: SweptWorld, world: World) -> None:
    swept.missed("a")
    swept.github.refuses["a"] = GONE
    swept.sweep()
    swept.github.pages = 0
    with pytest.raises(NoLongerKept):
        by_hand(swept, "a", world)
    swept.github.refuses.clear()

    assert isinstance(by_hand(swept, "a", world), AskedGitHub)
    assert swept.github.pages == 0, "where it is in the list is known"
    swept.missed("b")
    swept.sweep()
    assert swept.state("a") == "recovered"
    assert [row.asks for row in swept.rows(hook_deliveries)] == [1, 1]


def test_by_hand_what_nobody_knows_is_said_to_be_unknown(swept: SweptWorld, world: World) -> None:
    assert by_hand(swept, "b", world) == Unknown(None)
    swept.missed("a")

    assert by_hand(swept, "b", world) == Unknown(swept.github.attempts[0].delivered_at)


def by_command(swept: SweptWorld, guid: str, woken: World, *, repo: RepoRef = REPO) -> AnswerCommand:
    """An admin of a repository asks for it in a comment; return the answer."""
    record = InMemoryRecord(Memory())
    redeliver_asked(
        RedeliverAsked(Asked(IssueRef(repo, 7), 55, LABEL.by, f"/acs redeliver {guid}"), guid),
        redelivery=SqlRedelivery(swept.engine, swept.clock, host=HOST, app_id=APP),
        ledger=swept.ledger,
        hook_deliveries=swept.github,
        wakeups=woken,
        clock=swept.clock,
        jobs=record,
    )
    ((answer, _),) = record.done()
    assert isinstance(answer, AnswerCommand)
    return answer


def test_an_admin_has_a_delivery_done_again_that_failed(swept: SweptWorld, world: World) -> None:
    world.deliver()
    world.do(fails=True)

    answer = by_command(swept, "a", world)

    assert (answer.text, answer.is_done) == ("Delivery `a` is done again from its beginning.", True)
    assert world.audited == [("maria", "decided again")]
    assert world.woken == [LANE]


def test_an_admin_has_a_delivery_asked_for_that_never_arrived(swept: SweptWorld, world: World) -> None:
    swept.missed("a")
    swept.github.refuses["a"] = GONE
    swept.sweep()
    swept.github.refuses.clear()

    assert by_command(swept, "a", world).text == "Delivery `a` never arrived, and is asked for again."


@pytest.mark.parametrize("arrived", [True, False], ids=["that arrived", "that never arrived"])
def test_nobody_has_deliveries_of_another_repository_done_again(swept: SweptWorld, world: World, arrived: bool) -> None:
    if arrived:
        world.deliver()
        world.do(fails=True)
    else:
        swept.missed("a")
        swept.github.refuses["a"] = GONE
        swept.sweep()

    answer = by_command(swept, "a", world, repo=RepoRef(HOST, 1, 43, "evil", "shop"))

    assert "(`not_known`)" in answer.text
    assert (answer.is_done, swept.github.asked, world.audited) == (False, [], [])


def test_a_delivery_that_nobody_knows_costs_no_look_through_githubs_list(swept: SweptWorld, world: World) -> None:
    assert "(`not_known`)" in by_command(swept, "b", world).text
    assert swept.github.pages == 0
