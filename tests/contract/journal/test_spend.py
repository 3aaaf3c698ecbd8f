"""What models may cost and have cost: in memory, and for all processes in SQL."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from app.adapters.sql.engine import open_engine
from app.adapters.sql.spend import SqlSpend
from app.domain.repo import IssueRef, RepoRef
from app.domain.usage import Budgets, MicroUsd
from app.ports.spend import OverBudget, ReservationId, Reserved, SpendLedger, Spent
from tests.fakes.clock import SetClock
from tests.fakes.spend import InMemorySpend

ISSUE = IssueRef(RepoRef("github.com", 7, 42, "octo", "shop"), 3)
NEXT_ISSUE = replace(ISSUE, number=4)
NEXT_REPOSITORY = IssueRef(RepoRef("github.com", 7, 43, "octo", "web"), 3)
OTHER_ORGANISATION = IssueRef(RepoRef("github.com", 8, 44, "acme", "web"), 3)
BUDGETS = Budgets(task=MicroUsd(100), repository_day=MicroUsd(150), organisation_month=MicroUsd(220))
SOON = timedelta(minutes=10)
DAY = timedelta(days=1)


@pytest.fixture
def other_engine(engine: Engine) -> Iterator[Engine]:
    another = open_engine(engine.url.render_as_string(hide_password=False))
    yield another
    another.dispose()


@pytest.fixture(params=["in memory", "in SQL"])
def ledgers(
    request: pytest.FixtureRequest, engine: Engine, other_engine: Engine, clock: SetClock
) -> tuple[SpendLedger, SpendLedger]:
    """The ledger as two processes know it."""
    if request.param == "in SQL":
        return SqlSpend(engine, clock, BUDGETS), SqlSpend(other_engine, clock, BUDGETS)
    shared = InMemorySpend(clock, BUDGETS)
    return shared, shared


@pytest.fixture
def ledger(ledgers: tuple[SpendLedger, SpendLedger]) -> SpendLedger:
    return ledgers[0]


def take(ledger: SpendLedger, issue: IssueRef, amount: int) -> ReservationId:
    reserved = ledger.reserve(issue, MicroUsd(amount), expires_after=SOON)
    assert isinstance(reserved, Reserved)
    return reserved.reservation


def spend(ledger: SpendLedger, issue: IssueRef, amount: int) -> None:
    ledger.settle(take(ledger, issue, amount), MicroUsd(amount))


def is_refused(ledger: SpendLedger, issue: IssueRef, amount: int) -> OverBudget:
    over = ledger.reserve(issue, MicroUsd(amount), expires_after=SOON)
    assert isinstance(over, OverBudget)
    return over


def test_the_last_of_a_budget_can_be_taken_once(ledgers: tuple[SpendLedger, SpendLedger]) -> None:
    mine, theirs = ledgers
    take(mine, ISSUE, 60)

    assert is_refused(theirs, ISSUE, 41) == OverBudget("task", MicroUsd(100), MicroUsd(60), MicroUsd(41))
    take(theirs, ISSUE, 40)
    assert is_refused(mine, ISSUE, 1).spent == 100


def test_a_repository_has_a_budget_for_the_day(ledger: SpendLedger, clock: SetClock) -> None:
    spend(ledger, ISSUE, 100)

    over = OverBudget("repository-day", MicroUsd(150), MicroUsd(100), MicroUsd(51))
    assert is_refused(ledger, NEXT_ISSUE, 51) == over
    clock.move(DAY)
    take(ledger, NEXT_ISSUE, 51)


def test_the_day_ends_at_midnight_in_utc(ledger: SpendLedger, clock: SetClock) -> None:
    clock.move(datetime(2026, 1, 1, 23, 59, 59, 999_000, tzinfo=UTC) - clock.now())
    spend(ledger, ISSUE, 100)
    assert ledger.spent(ISSUE).repository_day == 100

    clock.move(timedelta(milliseconds=1))

    assert ledger.spent(ISSUE).repository_day == 0


def test_an_organisation_has_a_budget_for_the_month(ledger: SpendLedger, clock: SetClock) -> None:
    spend(ledger, ISSUE, 100)
    clock.move(DAY)
    spend(ledger, NEXT_REPOSITORY, 100)

    over = OverBudget("organisation-month", MicroUsd(220), MicroUsd(200), MicroUsd(21))
    assert is_refused(ledger, NEXT_ISSUE, 21) == over
    take(ledger, OTHER_ORGANISATION, 100)
    clock.move(datetime(2026, 2, 1, tzinfo=UTC) - clock.now())
    take(ledger, NEXT_ISSUE, 100)


def test_a_task_keeps_what_it_cost_for_ever(ledger: SpendLedger, clock: SetClock) -> None:
    spend(ledger, ISSUE, 100)
    clock.move(400 * DAY)

    assert is_refused(ledger, ISSUE, 1).budget == "task"


def test_what_a_call_cost_takes_the_place_of_what_was_reserved(ledger: SpendLedger) -> None:
    cheap, dear = take(ledger, ISSUE, 50), take(ledger, ISSUE, 50)

    ledger.settle(cheap, MicroUsd(10))
    ledger.settle(dear, MicroUsd(60))

    assert ledger.spent(ISSUE) == Spent(MicroUsd(70), MicroUsd(70), MicroUsd(70))


def test_a_call_that_nobody_answered_costs_nothing(ledger: SpendLedger) -> None:
    ledger.settle(take(ledger, ISSUE, 100), MicroUsd(0))

    assert ledger.spent(ISSUE).task == 0
    take(ledger, ISSUE, 100)


def test_the_reservation_of_a_process_that_died_ends(ledger: SpendLedger, clock: SetClock) -> None:
    take(ledger, ISSUE, 100)
    clock.move(SOON)

    assert ledger.spent(ISSUE).task == 0
    take(ledger, ISSUE, 100)


def test_a_call_that_took_longer_than_its_reservation_is_counted_all_the_same(
    ledger: SpendLedger, clock: SetClock
) -> None:
    reservation = take(ledger, ISSUE, 100)
    clock.move(SOON)

    ledger.settle(reservation, MicroUsd(80))

    assert ledger.spent(ISSUE).task == 80


def test_what_many_want_at_once_is_not_overspent(engine: Engine, other_engine: Engine, clock: SetClock) -> None:
    ledgers = [SqlSpend(one, clock, BUDGETS) for one in (engine, other_engine) * 6]

    def reserve(ledger: SpendLedger) -> bool:
        return isinstance(ledger.reserve(ISSUE, MicroUsd(30), expires_after=SOON), Reserved)

    with ThreadPoolExecutor(len(ledgers)) as pool:
        assert sum(pool.map(reserve, ledgers)) == 3
    assert ledgers[0].spent(ISSUE).task == 90
