"""What the sweep decides: what is missing, what may be asked for next, how far the watermark moves."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.intake.missing import DOUBT, MOST_ASKS, NOBODY_THERE, judged, next_to_ask, noted, watermark_after
from app.ports.hook_deliveries import Attempt
from app.ports.journal import DeliveryState
from app.ports.sweep import Expected, ExpectedState

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
PATIENCE = 2 * SECOND
LISTED = NOON - timedelta(minutes=1)
BEFORE = LISTED - timedelta(minutes=5)  # asked for before the list was read last


def attempt(number: int = 1, *, code: int = 502, guid: str = "a", again: bool = False) -> Attempt:
    return Attempt(number, guid, NOON + number * SECOND, again, code, "issues", "labeled", 1, 42)


def delivery(number: int = 1, /, **changed: object) -> Expected:
    first = replace(noted(None, attempt(number)), guid=f"g{number}")
    return replace(first, **changed)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("code", [200, 202, 299])
def test_an_answer_of_2xx_tells_github_that_it_arrived(code: int) -> None:
    assert noted(None, attempt(code=code)).is_success


@pytest.mark.parametrize("code", [0, 100, 302, 400, 504, 999])
def test_no_other_answer_does(code: int) -> None:
    assert not noted(None, attempt(code=code)).is_success


def test_one_success_of_several_attempts_is_enough() -> None:
    first = noted(None, attempt(1, code=502))

    second = noted(first, attempt(2, code=202, again=True))
    third = noted(second, attempt(3, code=500, again=True))

    assert third.is_success
    assert (third.delivered_at, third.newest_id) == (first.delivered_at, 3)


def test_an_attempt_that_is_listed_again_changes_nothing() -> None:
    known = noted(replace(noted(None, attempt(1)), asks=3), attempt(2, again=True))

    assert noted(known, attempt(2, again=True)) == known
    assert noted(known, attempt(1)) == known


def test_an_older_attempt_that_is_listed_later_says_when_it_was_delivered_first() -> None:
    known = noted(None, attempt(9, again=True))

    assert noted(known, attempt(3)).delivered_at == NOON + 3 * SECOND
    assert (noted(known, attempt(3)).first_id, noted(known, attempt(3)).newest_id) == (3, 9)


@pytest.mark.parametrize("code", sorted(NOBODY_THERE))
def test_an_ask_that_met_nobody_does_not_count(code: int) -> None:
    known = replace(noted(None, attempt(1)), asks=1)

    assert noted(known, attempt(2, code=code, again=True)).unreached == 1


@pytest.mark.parametrize("code", [400, 413, 500, 501, 418, 999, 302])
def test_an_ask_that_was_answered_counts(code: int) -> None:
    known = replace(noted(None, attempt(1)), asks=1)

    assert noted(known, attempt(2, code=code, again=True)).unreached == 0


def test_what_others_asked_for_in_vain_does_not_make_ours_free() -> None:
    known = noted(None, attempt(1))

    assert noted(known, attempt(2, again=True)).unreached == 0


USED_UP = {"asks": MOST_ASKS}
NEVER_ARRIVED = f"asked for {MOST_ASKS} times, and it never arrived"
NOT_KEPT = "GitHub was told that it arrived, but the journal lacks it"


@pytest.mark.parametrize(
    ("facts", "kept", "state", "reason"),
    [
        pytest.param({}, None, "missing", "", id="nobody answered and it is not here"),
        pytest.param({}, "done", "arrived", "", id="it is here though GitHub gave up waiting"),
        pytest.param({}, "received", "arrived", "", id="it is being worked on"),
        pytest.param({}, "failed", "missing", "", id="it failed, and GitHub saw no success"),
        pytest.param({"is_success": True}, "failed", "arrived", "", id="it failed after it arrived"),
        pytest.param({"is_success": True}, "done", "arrived", "", id="it arrived"),
        pytest.param({"asks": 1}, None, "missing", "", id="asked for once"),
        pytest.param({"asks": 1}, "done", "recovered", "", id="came after it was asked for"),
        pytest.param({"asks": 2, "is_success": True}, "received", "recovered", "", id="came, and is being worked on"),
        pytest.param({"asks": MOST_ASKS - 1}, None, "missing", "", id="one ask left"),
        pytest.param(USED_UP, None, "lost", NEVER_ARRIVED, id="no ask left"),
        pytest.param({**USED_UP, "unreached": 1}, None, "missing", "", id="an ask that met nobody is made again"),
        pytest.param({"asks": 99, "unreached": 95}, None, "missing", "", id="a long outage"),
        pytest.param(USED_UP, "failed", "recovered", "", id="it fails each time: the journal counts it"),
        pytest.param({"is_success": True}, None, "lost", NOT_KEPT, id="GitHub was told, and the journal has nothing"),
        pytest.param({"state": "arrived", "is_success": True}, None, "arrived", "", id="believed before"),
        pytest.param({"state": "lost", "reason": "gone"}, None, "lost", "gone", id="given up stays given up"),
        pytest.param({"state": "lost", "asks": 5}, "done", "recovered", "", id="given up, and came by hand"),
    ],
)
def test_each_delivery_is_judged_by_what_github_saw_and_what_the_journal_has(
    facts: dict[str, object], kept: DeliveryState | None, state: ExpectedState, reason: str
) -> None:
    after = judged(delivery(**facts), kept, is_first_reading=False)

    assert (after.state, after.reason) == (state, reason)


@pytest.mark.parametrize(
    ("is_success", "state"),
    [
        pytest.param(True, "arrived", id="what another ACS answered for"),
        pytest.param(False, "missing", id="what nobody answered for"),
    ],
)
def test_a_first_reading_believes_github(is_success: bool, state: ExpectedState) -> None:
    assert judged(delivery(is_success=is_success), None, is_first_reading=True).state == state


def chosen(
    *missing: Expected, now: datetime = NOON, heard_at: datetime | None = None, most: int = 100
) -> Sequence[str]:
    found = next_to_ask(missing, now=now, listed_at=LISTED, heard_at=heard_at, patience=PATIENCE, most=most)
    return [one.guid for one in found]


JUST_ASKED = NOON - SECOND
IN_VAIN = NOON - 3 * SECOND


def test_one_of_each_repository_is_asked_for_the_oldest_first() -> None:
    assert chosen(delivery(1), delivery(2), delivery(3, repository_id=43), delivery(4, repository_id=43)) == [
        "g1",
        "g3",
    ]


def test_deliveries_without_a_repository_wait_for_those_of_their_installation() -> None:
    first, second = delivery(1, repository_id=None), delivery(2, repository_id=None)
    elsewhere = delivery(3, repository_id=None, installation_id=2)

    assert chosen(first, second, elsewhere, delivery(4)) == ["g1", "g3", "g4"]


@pytest.mark.parametrize(
    ("asked_at", "next_ones"),
    [
        pytest.param(JUST_ASKED, [], id="the one before may still come"),
        pytest.param(NOON - PATIENCE, ["g2"], id="patience is over"),
        pytest.param(BEFORE, ["g1"], id="the list was read since: the first again"),
        pytest.param(LISTED, ["g2"], id="asked for while the list was read: not yet again"),
    ],
)
def test_the_next_of_a_repository_waits_for_the_one_before(asked_at: datetime, next_ones: Sequence[str]) -> None:
    assert chosen(delivery(1, asks=1, asked_at=asked_at), delivery(2)) == next_ones


def test_a_repository_that_waits_does_not_hold_up_another() -> None:
    assert chosen(delivery(1, asked_at=JUST_ASKED), delivery(2), delivery(3, repository_id=43)) == ["g3"]


def test_what_is_used_up_is_not_asked_for_and_holds_up_nobody() -> None:
    assert chosen(delivery(1, asks=MOST_ASKS, asked_at=BEFORE), delivery(2)) == ["g2"]


@pytest.mark.parametrize(("most", "number"), [(2, 2), (0, 0), (-3, 0), (9, 3)])
def test_no_more_is_asked_for_than_the_pace_allows(most: int, number: int) -> None:
    assert len(chosen(*(delivery(n, repository_id=n) for n in (1, 2, 3)), most=most)) == number


def in_vain(count: int, at: datetime = IN_VAIN) -> Sequence[Expected]:
    return [delivery(n, asks=1, asked_at=at) for n in range(1, count + 1)]


def test_asking_stops_when_nobody_answers_until_the_list_is_read_again() -> None:
    waiting = delivery(9)

    assert chosen(*in_vain(DOUBT - 1), waiting) == ["g9"]
    assert chosen(*in_vain(DOUBT), waiting) == []


def test_while_nobody_answers_one_is_tried_after_each_reading_the_oldest() -> None:
    before = in_vain(DOUBT, BEFORE)

    assert chosen(*before, delivery(9)) == ["g1"]
    assert chosen(*before, delivery(9), most=0) == []
    assert chosen(replace(before[0], asked_at=IN_VAIN), *before[1:], delivery(9)) == []


def test_while_nobody_answers_the_repositories_take_turns() -> None:
    elsewhere = delivery(9, repository_id=43)

    assert chosen(*in_vain(DOUBT, BEFORE), elsewhere) == ["g9"]


def test_asking_goes_on_as_soon_as_anything_arrives() -> None:
    assert chosen(*in_vain(DOUBT), delivery(9), heard_at=NOON - 2 * SECOND) == ["g9"]
    assert chosen(*in_vain(DOUBT), delivery(9), heard_at=IN_VAIN - SECOND) == []


def test_the_watermark_stays_before_the_oldest_that_is_missing() -> None:
    newest = NOON + timedelta(hours=1)

    assert watermark_after(newest, ()) == newest
    assert watermark_after(newest, [delivery(5), delivery(2), delivery(7)]) == NOON + 2 * SECOND
    assert watermark_after(NOON, [delivery(5)]) == NOON
