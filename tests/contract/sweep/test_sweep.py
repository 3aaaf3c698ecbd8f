"""The sweep, with the journal and the ledger in SQLite and in PostgreSQL."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.adapters.sql.tables import hook_deliveries
from app.errors import RepoError, StaleFence, TransientError
from app.intake.missing import MOST_ASKS
from app.ports.hook_deliveries import Cursor, Page
from tests.contract.sweep.world import AWAY, EVERY, GONE, PATIENCE, REFUSED, SECOND, TTL, World


def test_what_nobody_answered_is_asked_for_and_comes(world: World) -> None:
    world.github.happen("a")
    world.missed("b", "c")
    world.github.happen("d")

    world.sweep()

    assert sorted(world.journalled) == ["a", "b", "c", "d"]
    assert [world.state(guid) for guid in "abcd"] == ["arrived", "recovered", "recovered", "arrived"]
    assert world.github.asked == ["b", "c"]
    assert world.said("delivery missing") == ["b", "c"]
    assert world.said("delivery recovered") == ["b", "c"]


def test_deliveries_come_again_in_the_order_in_which_they_were_made(world: World) -> None:
    guids = [f"{n:03}" for n in range(40)]
    world.missed(*guids)

    world.sweep()

    assert world.journalled == guids


def test_a_second_clock_does_nothing_while_one_sweeps(world: World) -> None:
    world.missed("a")
    assert world.ledger.lease(owner="two", ttl=TTL)

    world.a_clock()()

    assert (world.github.pages, world.github.asked) == (0, [])


def test_who_lost_the_lease_in_the_middle_writes_nothing_more(world: World) -> None:
    world.missed("a", "b", "c", "d")
    first = world.github.page

    def overtaken(cursor: object) -> object:
        world.later(TTL)
        assert world.ledger.lease(owner="two", ttl=TTL)
        return first(None)

    vars(world.github).update(page=overtaken)

    with pytest.raises(StaleFence):
        world.a_clock()()
    assert world.rows(hook_deliveries) == []


def test_a_clock_killed_while_it_asks_goes_on_where_it_was(world: World) -> None:
    guids = [f"{n:03}" for n in range(30)]
    world.missed(*guids)
    world.github.broken_by = [*[None] * 20, KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        world.a_clock()()
    half = len(world.journalled)

    world.later(TTL)
    world.sweep()

    assert 0 < half < 30
    assert world.journalled == guids
    assert world.github.asked == guids


def test_a_clock_killed_while_it_reads_goes_on_from_the_page_it_kept(world: World) -> None:
    world.missed(*(f"{n:03}" for n in range(30)))
    world.github.broken_by = [*[None] * 7, KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        world.a_clock()()
    assert (world.github.pages, world.github.asked) == (7, [])

    world.later(TTL)
    world.a_clock()()

    assert world.github.pages == 10
    assert len(world.journalled) == 30


@pytest.mark.parametrize("reading", ["first", "second"])
def test_nothing_is_asked_for_before_the_oldest_is_known(world: World, reading: str) -> None:
    if reading == "second":
        world.github.happen("a")
        world.sweep()
    world.missed(*(f"{n:03}" for n in range(200)))  # 67 pages, of which 50 are read at once

    world.a_clock()()
    assert world.github.asked == []

    world.a_clock()()
    assert world.github.asked[0] == "000"


def test_github_being_away_costs_nothing_but_time(world: World) -> None:
    world.missed("a", "b")
    world.github.broken_by = [AWAY, None, AWAY]
    clock = world.a_clock()

    with pytest.raises(TransientError):
        clock()
    clock()
    assert world.github.pages == 0, "it is not asked again at once"
    world.later(timedelta(seconds=30))
    with pytest.raises(TransientError):
        clock()
    world.later(timedelta(seconds=30))
    clock()

    assert world.journalled == ["a", "b"]
    assert [row.asks for row in world.rows(hook_deliveries)] == [1, 1]


def test_a_rate_limit_is_waited_out_for_as_long_as_github_says(world: World) -> None:
    world.missed("a")
    world.github.broken_by = [TransientError("limited", retry_after=timedelta(minutes=20))]
    with pytest.raises(TransientError):
        world.a_clock()()

    world.later(timedelta(minutes=19))
    world.a_clock()()
    assert world.github.pages == 0
    world.later(timedelta(minutes=1))
    world.a_clock()()
    assert world.journalled == ["a"]


def test_an_app_that_github_does_not_let_in_says_so_and_tries_again_later(world: World) -> None:
    world.missed("a")
    world.github.broken_by = [RepoError("see whether the App is suspended")]

    world.sweep(2)

    assert [line["reason"] for line in world.logs if line["event"] == "sweep refused"] == [
        "see whether the App is suspended"
    ]
    assert world.journalled == ["a"]


def test_a_place_in_the_list_that_github_forgot_is_looked_for_again(world: World) -> None:
    world.missed(*(f"{n:03}" for n in range(9)))
    world.github.broken_by = [None, KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        world.a_clock()()
    place = world.ledger.progress().cursor
    assert place is not None
    world.github.forgotten = {place}
    world.github.happen("010")  # the pages end elsewhere now

    world.later(TTL)
    world.sweep(2)

    assert len(world.journalled) == 10


def test_a_delivery_that_is_refused_each_time_is_given_up_visibly_after_five_asks(world: World) -> None:
    world.missed("a", "b")
    world.answers["a"] = 500

    world.sweep(MOST_ASKS + 3)

    assert world.github.asked.count("a") == MOST_ASKS
    assert (world.state("a"), world.state("b")) == ("lost", "recovered")
    assert world.said("delivery lost") == ["a"]
    assert world.audited == [("a", "lost")]


def test_what_github_no_longer_keeps_is_lost_at_once(world: World) -> None:
    world.missed("a", "b")
    world.github.refuses["a"] = GONE

    world.sweep()

    assert (world.state("a"), world.state("b")) == ("lost", "recovered")
    assert world.audited == [("a", "lost")]


def test_what_github_refuses_to_send_is_asked_for_five_times(world: World) -> None:
    world.missed("a", "b")
    world.github.refuses["a"] = REFUSED

    world.sweep(MOST_ASKS + 2)

    assert (world.state("a"), world.state("b")) == ("lost", "recovered")


def test_what_was_asked_for_in_vain_is_lost_also_when_github_has_forgotten_it_since(world: World) -> None:
    world.missed("a")
    world.answers["a"] = 500
    world.sweep(MOST_ASKS)
    world.github.attempts.clear()

    world.sweep(2)

    assert world.state("a") == "lost"


def test_what_comes_a_while_after_it_was_asked_for_is_recovered_without_another_reading(world: World) -> None:
    world.missed("a")
    world.github.is_late = True
    world.sweep(within=4 * SECOND)
    assert world.state("a") == "missing"

    world.github.happen("a", again=True)
    world.sweep(within=SECOND)

    assert (world.state("a"), world.github.pages) == ("recovered", 1)


def test_what_was_lost_and_is_sent_by_hand_is_recovered(world: World) -> None:
    world.missed("a")
    world.github.refuses["a"] = GONE
    world.sweep()

    world.github.happen("a", again=True)
    world.missed("b")
    world.sweep()

    assert world.state("a") == "recovered"


def test_an_outage_of_hours_loses_nothing_and_asks_little(world: World) -> None:
    guids = [f"{n:03}" for n in range(20)]
    world.missed(*guids)
    world.is_away = True
    world.sweep(30)
    assert world.journalled == []
    asked_in_vain = len(world.github.asked)

    world.is_away = False
    world.sweep(2)

    assert world.journalled == guids
    assert asked_in_vain <= 30 + 2


def test_a_delivery_that_never_arrives_holds_up_the_next_for_a_short_patience_only(world: World) -> None:
    world.missed("a", "b")
    world.answers["a"] = 500

    world.sweep(within=PATIENCE + 2 * SECOND)

    assert world.journalled == ["b"]


def test_the_pace_is_kept_also_by_a_clock_that_was_just_started(world: World) -> None:
    world.missed(*(f"{n:03}" for n in range(20)))

    for _ in range(3):
        world.a_clock(most_per_minute=6)()
    assert len(world.github.asked) == 6

    world.later(timedelta(minutes=1))
    world.a_clock(most_per_minute=6)()
    assert len(world.github.asked) == 12


def test_events_that_nobody_reacts_to_are_left_alone(world: World) -> None:
    world.is_away = True
    world.github.happen("a", event="ping")
    world.is_away = False

    world.sweep()

    assert (world.rows(hook_deliveries), world.github.asked) == ([], [])


def test_what_failed_in_acs_is_asked_for_when_github_saw_no_success(world: World) -> None:
    world.github.happen("a")
    world.work(fails=True)
    world.missed("a")  # its answer came too late for GitHub, say
    world.github.attempts = world.github.attempts[1:]

    world.sweep()

    assert world.github.asked == ["a"]
    assert world.state("a") == "recovered"


def test_a_first_reading_leaves_alone_what_another_acs_answered_for(world: World) -> None:
    world.answers["a"] = 202
    world.github.happen("a")

    world.sweep()

    assert (world.state("a"), world.github.asked) == ("arrived", [])


def test_what_github_was_told_about_and_the_journal_lacks_is_said_to_be_lost(world: World) -> None:
    world.github.happen("a")
    world.sweep()
    world.answers["b"] = 202  # a journal from an old backup, say
    world.github.happen("b")

    world.sweep()

    assert (world.state("b"), world.github.asked) == ("lost", [])


def test_the_list_is_read_back_to_the_watermark_and_a_little_further(world: World) -> None:
    for number in range(60):
        world.github.happen(f"{number:03}")
        world.later(timedelta(minutes=1))
    world.sweep(within=SECOND)
    assert world.github.pages == 20
    world.later()

    world.github.happen("new")
    world.sweep(within=SECOND)

    assert world.github.pages == 20 + 4, "ten minutes before the watermark, three to a page"


def test_the_watermark_does_not_pass_what_is_missing(world: World) -> None:
    world.missed("a")
    world.answers["a"] = 500
    (first,) = world.github.attempts
    world.later(timedelta(hours=1))
    world.github.happen("b")

    world.sweep()

    assert world.ledger.progress().watermark == first.delivered_at
    world.answers.clear()
    world.sweep(2)
    assert world.ledger.progress().watermark == world.github.attempts[-1].delivered_at


def test_what_is_older_than_three_days_is_left_alone(world: World) -> None:
    world.missed("old")
    world.later(timedelta(days=3, hours=1))
    world.missed("young")

    world.sweep()

    assert world.journalled == ["young"]


def test_an_empty_list_is_read_again_later(world: World) -> None:
    world.sweep()
    world.missed("a")
    world.sweep()

    assert world.journalled == ["a"]


def test_nothing_is_read_before_its_time(world: World) -> None:
    world.github.happen("a")
    world.sweep(within=EVERY - SECOND)

    assert world.github.pages == 1


def test_the_lease_is_kept_for_as_long_as_reading_and_asking_take(world: World) -> None:
    world.missed(*(f"{n:03}" for n in range(9)), repository=None)
    world.github.slowness = TTL * 2 / 3
    others: list[object] = []
    world.github.meanwhile = lambda: others.append(world.ledger.lease(owner="two", ttl=TTL))

    world.a_clock()()

    assert len(others) > 3
    assert set(others) == {None}


def test_a_list_that_leads_in_a_circle_is_left(world: World) -> None:
    world.missed(*(f"{n:03}" for n in range(9)))
    page = world.github.page

    def circle(cursor: Cursor | None) -> Page:
        return replace(page(cursor), older=cursor or Cursor("7"))

    vars(world.github).update(page=circle)

    world.a_clock()()

    assert world.github.pages == 2
