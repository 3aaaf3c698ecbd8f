"""What installations and conversations may get, counted for all processes, on SQLite and on PostgreSQL."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from structlog.testing import capture_logs

from app.adapters.sql.budgets import SqlPermits
from app.adapters.sql.engine import open_engine
from app.adapters.sql.journal import SqlJournal
from app.adapters.sql.pauses import SqlPauses
from app.adapters.sql.tables import audit, writes
from app.domain.repo import IssueRef, RepoRef
from app.errors import Limited, StaleFence
from app.governance.limits import HOUR, MINUTE, Limit, WriteLimits
from app.ports.budgets import Account, Pauses, Permit, Write
from app.ports.journal import NewDelivery, Subject
from tests.fakes.budgets import InMemoryPauses
from tests.fakes.clock import SetClock

TTL = timedelta(hours=9)
REPO = RepoRef("github.com", 7, 42, "octo", "shop")
ISSUE = IssueRef(REPO, 3)
SHOP = Account("github.com", 7)
STORE = Account("github.com", 8)
THEIR_OWN_GITHUB = Account("github.example", 7)
LIMITS = WriteLimits(content=(Limit(5, MINUTE), Limit(8, HOUR)), points=Limit(60, MINUTE), comments=Limit(3, MINUTE))
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Process:
    """One worker process: connections of its own to the database that all share."""

    engine: Engine
    clock: SetClock

    @property
    def pauses(self) -> SqlPauses:
        return SqlPauses(self.engine, self.clock)

    def job(self, lane: str, limits: WriteLimits = LIMITS) -> Permit:
        """What a job in that lane of its own holds."""
        journal, subject = SqlJournal(self.engine, self.clock), Subject("github.com", 7, 42, int(lane))
        journal.accept(NewDelivery(9, lane, "issues", "labeled", b"{}", subject, False, self.clock.now()))
        taken = journal.take("steps", owner=lane, ttl=TTL)
        assert taken is not None
        lease, _ = taken
        return SqlPermits(self.engine, self.clock, lease, limits, correlation_id="c0ffee")

    @property
    def audited(self) -> Sequence[tuple[str, str, str]]:
        with self.engine.begin() as connection:
            return [(line.operation, line.subject, line.outcome) for line in connection.execute(select(audit))]


@pytest.fixture
def one(engine: Engine, clock: SetClock) -> Process:
    return Process(engine, clock)


@pytest.fixture
def other(engine: Engine, clock: SetClock) -> Iterator[Process]:
    another = open_engine(engine.url.render_as_string(hide_password=False))
    yield Process(another, clock)
    another.dispose()


def wait_of(permit: Permit, write: Write) -> timedelta:
    with pytest.raises(Limited) as limited:
        permit(write)
    return limited.value.wait


def test_two_processes_share_one_budget(one: Process, other: Process, clock: SetClock) -> None:
    mine, theirs = one.job("1"), other.job("2")
    for permit in (mine, theirs, mine, theirs, mine):
        permit(Write(SHOP))
        clock.move(SECOND)

    assert wait_of(theirs, Write(SHOP)) == wait_of(mine, Write(SHOP)) == MINUTE - 5 * SECOND
    clock.move(MINUTE - 5 * SECOND)

    theirs(Write(SHOP))
    assert wait_of(mine, Write(SHOP)) == SECOND


def test_a_budget_that_many_want_at_once_is_not_overspent(one: Process, other: Process) -> None:
    permits = [process.job(f"{place}") for place, process in enumerate((one, other) * 6)]

    def spend(permit: Permit) -> bool:
        try:
            permit(Write(SHOP))
        except Limited:
            return False
        return True

    with ThreadPoolExecutor(len(permits)) as pool:
        assert sum(pool.map(spend, permits)) == 5


def test_the_hour_has_a_budget_too(one: Process, clock: SetClock) -> None:
    permit, began = one.job("1"), clock.now()
    for _ in range(8):
        permit(Write(SHOP))
        clock.move(MINUTE / 4)

    assert wait_of(permit, Write(SHOP)) == began + HOUR - clock.now()


def test_what_is_refused_is_not_counted(one: Process, clock: SetClock) -> None:
    permit = one.job("1")
    for _ in range(5):
        permit(Write(SHOP))
    for _ in range(20):
        wait_of(permit, Write(SHOP))

    clock.move(MINUTE)

    permit(Write(SHOP))


def test_each_installation_of_each_host_has_a_budget_of_its_own(one: Process) -> None:
    permit = one.job("1")
    for _ in range(5):
        permit(Write(SHOP))
    wait_of(permit, Write(SHOP))

    permit(Write(STORE))
    permit(Write(THEIR_OWN_GITHUB))


def test_git_objects_and_reads_count_as_points_only(one: Process) -> None:
    permit, tree = one.job("1"), Write(SHOP, creates_content=False)
    for _ in range(6):
        permit(tree)
    permit(replace(tree, reads=20))

    assert wait_of(permit, replace(tree, reads=1)) == MINUTE
    permit(tree)


def test_the_last_of_a_budget_is_not_for_what_can_wait(one: Process) -> None:
    permit = one.job("1")
    for _ in range(4):
        permit(Write(SHOP))

    wait_of(permit, Write(SHOP, can_wait=True))
    permit(Write(SHOP))


def test_who_has_lost_the_lane_gets_no_permit_and_uses_nothing(one: Process, clock: SetClock) -> None:
    stale = one.job("1")
    clock.move(TTL)
    permit = one.job("1")

    for _ in range(5):
        with pytest.raises(StaleFence):
            stale(Write(SHOP))
    for _ in range(5):
        permit(Write(SHOP))


def test_what_no_limit_looks_at_any_more_is_forgotten(one: Process, clock: SetClock) -> None:
    permit = one.job("1")
    for _ in range(5):
        permit(Write(SHOP))
    clock.move(HOUR)

    permit(Write(SHOP))

    with one.engine.begin() as connection:
        assert len(list(connection.execute(select(writes)))) == 1


@pytest.fixture(params=["in memory", "in SQL"])
def both(request: pytest.FixtureRequest, one: Process, other: Process, clock: SetClock) -> tuple[Pauses, Pauses]:
    """The pauses as two processes know them."""
    if request.param == "in SQL":
        return one.pauses, other.pauses
    shared = InMemoryPauses(clock)
    return shared, shared


def left_alone_for(pauses: Pauses, account: Account) -> timedelta:
    with pytest.raises(Limited, match=r"^installation 7 on github.com is left alone: GitHub said so$") as limited:
        pauses.check(account)
    return limited.value.wait


def test_a_pause_that_one_process_begins_is_kept_by_the_other(both: tuple[Pauses, Pauses], clock: SetClock) -> None:
    mine, theirs = both
    theirs.check(SHOP)

    mine.begin(SHOP, until=clock.now() + MINUTE, why="GitHub said so")

    assert left_alone_for(theirs, SHOP) == left_alone_for(mine, SHOP) == MINUTE
    theirs.check(STORE)
    theirs.check(THEIR_OWN_GITHUB)
    clock.move(MINUTE)
    theirs.check(SHOP)


def test_a_shorter_pause_does_not_end_a_longer_one(both: tuple[Pauses, Pauses], clock: SetClock) -> None:
    mine, theirs = both
    mine.begin(SHOP, until=clock.now() + HOUR, why="GitHub said so")

    theirs.begin(SHOP, until=clock.now() + MINUTE, why="a little")

    assert left_alone_for(mine, SHOP) == HOUR


def test_a_write_finds_the_pause_that_another_process_began(one: Process, other: Process, clock: SetClock) -> None:
    permit = one.job("1")
    permit(Write(SHOP))

    other.pauses.begin(SHOP, until=clock.now() + MINUTE, why="GitHub said so")

    assert wait_of(permit, Write(SHOP, creates_content=False)) == MINUTE
    permit(Write(STORE))


def test_a_pause_does_not_take_what_was_counted_away(one: Process, clock: SetClock) -> None:
    permit = one.job("1")
    for _ in range(5):
        permit(Write(SHOP))
    one.pauses.begin(SHOP, until=clock.now() + SECOND, why="GitHub said so")

    clock.move(SECOND)

    assert wait_of(permit, Write(SHOP)) == MINUTE - SECOND


def comment_on(issue: IssueRef) -> Write:
    return Write(Account.of(issue.repo), comments_on=issue)


def test_a_conversation_gets_so_many_comments_and_the_next_one_waits(
    one: Process, other: Process, clock: SetClock
) -> None:
    mine, theirs = one.job("1", FLOOD), other.job("2", FLOOD)
    for permit in (mine, theirs, mine):
        permit(comment_on(ISSUE))
        clock.move(SECOND)

    assert wait_of(theirs, comment_on(ISSUE)) == MINUTE - 3 * SECOND
    theirs(Write(SHOP, can_wait=True))
    theirs(comment_on(IssueRef(REPO, 4)))
    theirs(comment_on(IssueRef(replace(REPO, repo_id=43), 3)))
    clock.move(MINUTE - 3 * SECOND)
    theirs(comment_on(ISSUE))


FLOOD = replace(LIMITS, content=(Limit(100, MINUTE),), points=Limit(1_000, MINUTE))


def test_a_comment_that_is_held_back_is_told_once(one: Process, other: Process, clock: SetClock) -> None:
    mine, theirs = one.job("1", FLOOD), other.job("2", FLOOD)
    for _ in range(3):
        mine(comment_on(ISSUE))

    with capture_logs() as logs:
        for permit in (mine, theirs, mine, theirs):
            wait_of(permit, comment_on(ISSUE))

    held_back = ("comment.create", "octo/shop#3", "held back")
    assert one.audited == [held_back]
    assert [line["event"] for line in logs] == ["comment held back"]
    clock.move(MINUTE)
    for _ in range(3):
        theirs(comment_on(ISSUE))
    wait_of(mine, comment_on(ISSUE))
    assert one.audited == [held_back] * 2


def test_a_loop_that_answers_itself_for_an_hour_writes_at_the_pace_of_the_breaker(
    one: Process, clock: SetClock
) -> None:
    permit, written = one.job("1", FLOOD), 0
    for _ in range(720):
        try:
            permit(comment_on(ISSUE))
        except Limited:
            clock.move(5 * SECOND)
        else:
            written += 1

    assert written <= 3 * 61
