"""The figures that show whether anything was lost."""

from datetime import timedelta

from app.adapters.sql.delivery_figures import SqlDeliveryFigures
from app.domain.delivery_figures import Counts, FailedDelivery
from app.domain.repo import IssueRef, RepoRef
from app.jobs import AskRequester
from app.ports.journal import PendingJob
from tests.contract.sweep.world import APP, GITHUB_IS_AHEAD, GONE, HOST, TTL, World

HOUR = timedelta(hours=1)
ASK = AskRequester(IssueRef(RepoRef(HOST, 1, 42, "octo", "shop"), 7), 1, "Which module?")


def figures(world: World) -> SqlDeliveryFigures:
    return SqlDeliveryFigures(world.engine, host=HOST, app_id=APP)


def test_what_was_received_is_done_failed_or_in_flight(world: World) -> None:
    start = world.clock.now()
    world.github.happen("done")
    world.work()
    world.github.happen("failed")
    world.work(fails=True)
    world.github.happen("a job was given up")
    world.work(ASK)
    give_up(world)
    world.github.happen("a job is open")
    world.work(ASK)
    world.github.happen("received")

    found = figures(world).figures(start)

    assert found.total == Counts(received=5, done=1, failed=2, in_flight=2)
    assert (found.total.unaccounted, found.is_lossless, found.listed_at) == (0, True, None)


def give_up(world: World) -> None:
    taken = world.journal.take("steps", owner="worker", ttl=TTL)
    assert taken
    assert isinstance(taken[1], PendingJob)
    world.journal.job_failed(taken[0], taken[1], reason="no template")


def test_beside_them_stands_what_github_says_of_the_same_time(world: World) -> None:
    start = world.clock.now()
    world.github.happen("a")
    world.missed("b", "c", "d")
    world.answers["c"] = 500
    world.github.refuses["d"] = GONE
    world.sweep()
    world.work()
    world.work()

    found = figures(world).figures(start)

    assert found.total == Counts(received=2, done=2, listed=4, missing=1, asked=2, recovered=1, lost=1)
    assert not found.is_lossless
    assert found.listed_at is not None


def test_each_hour_has_its_own_figures(world: World) -> None:
    world.clock.move(-GITHUB_IS_AHEAD)
    start = world.clock.now()
    world.github.happen("before")
    world.clock.move(2 * HOUR)
    world.github.happen("now")
    world.github.happen("now too")
    world.clock.move(timedelta(seconds=1))
    world.sweep()

    hours = figures(world).figures(start).hours

    assert [(hour.starts_at.hour, hour.counts.received, hour.counts.listed) for hour in hours] == [
        (11, 1, 0),
        (12, 0, 1),
        (13, 2, 0),
        (14, 0, 2),
    ]
    assert figures(world).figures(start + HOUR).total.received == 2
    assert figures(world).figures(start + 2 * HOUR).total.received == 2, "the whole hour"


def test_another_apps_deliveries_are_not_counted(world: World) -> None:
    world.github.happen("a")
    start = world.clock.now()

    assert SqlDeliveryFigures(world.engine, host=HOST, app_id=8).figures(start).hours == []
    assert SqlDeliveryFigures(world.engine, host="ghe.example", app_id=APP).figures(start).hours == []


def test_what_failed_is_listed_with_what_to_know_about_it(world: World) -> None:
    start = world.clock.now()
    world.github.happen("fine")
    world.work()
    world.github.happen("unreadable")
    world.work(fails=True)
    world.github.happen("given up")
    world.work(ASK)
    give_up(world)
    world.missed("lost")
    world.github.refuses["lost"] = GONE
    world.sweep()

    found = {one.guid: one for one in figures(world).failed(start)}

    assert list(found) == ["unreadable", "given up", "lost"]
    lane, at = f"{HOST}/42/7", found["unreadable"].at
    assert found["unreadable"] == FailedDelivery("unreadable", "issues", lane, "issues: missing or wrong: label", at)
    assert (found["given up"].lane, found["given up"].reason) == (lane, "AskRequester: no template")
    assert (found["lost"].lane, found["lost"].reason, found["lost"].is_lost) == (f"{HOST}/42", str(GONE), True)
