"""What an operator reads about deliveries."""

from datetime import UTC, datetime, timedelta

import pytest

from app.conversation.deliveries import closing_sentence, failed_delivery, last_read, redelivered
from app.domain.delivery_figures import Counts, DeliveryFigures, FailedDelivery, Hour
from app.ports.journal import Lane
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

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
LANE = Lane("github.com/42/7")


def closing(*hours: Counts, listed_at: datetime | None = NOON) -> str:
    figures = DeliveryFigures([Hour(NOON, counts) for counts in hours], listed_at)
    return closing_sentence(figures, hours=24, now=NOON + timedelta(minutes=59))


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        pytest.param(
            [Counts(received=2, done=1, in_flight=1, listed=2), Counts(received=1, failed=1, listed=1, recovered=1)],
            "Nothing is missing in the last 24 h: 3 received = 1 done + 1 failed + 1 in flight.",
            id="all is there",
        ),
        pytest.param(
            [], "Nothing is missing in the last 24 h: 0 received = 0 done + 0 failed + 0 in flight.", id="quiet"
        ),
        pytest.param(
            [Counts(missing=1)], "1 delivery is missing, and asked for again while `acs clock` runs.", id="one missing"
        ),
        pytest.param(
            [Counts(missing=2), Counts(missing=3)],
            "5 deliveries are missing, and asked for again while `acs clock` runs.",
            id="some missing",
        ),
        pytest.param(
            [Counts(missing=2), Counts(lost=1)],
            "1 delivery is lost: `acs deliveries --failed` says which, and what to do.",
            id="one lost",
        ),
        pytest.param(
            [Counts(received=3, done=1)],
            "2 deliveries are in no state that ACS knows: report this, it is a mistake of ACS.",
            id="a mistake of ours",
        ),
    ],
)
def test_one_sentence_says_whether_anything_is_missing(counts: list[Counts], sentence: str) -> None:
    assert closing(*counts) == sentence


def test_nothing_is_promised_while_githubs_list_is_not_read() -> None:
    assert closing(Counts(received=1, done=1), listed_at=None) == (
        "GitHub's list of deliveries has not been read yet: see that `acs clock` runs."
    )
    assert closing(Counts(received=1, done=1), listed_at=NOON - timedelta(minutes=2)) == (
        "GitHub's list of deliveries was read too long ago to say what is missing: see that `acs clock` runs."
    )
    assert last_read(None) == ""
    assert last_read(NOON) == "GitHub's list was read at 2026-01-01 12:00:00 UTC."


def test_what_failed_is_named_with_its_reason_and_the_next_step() -> None:
    failed = FailedDelivery("a-1", "issues", LANE, "GenerateChange: octo/shop has no commit yet", NOON)

    assert failed_delivery(failed) == (
        "2026-01-01 12:00:00 UTC a-1 issues github.com/42/7\n"
        "  GenerateChange: octo/shop has no commit yet\n"
        "  Next: mend what the reason says, then `acs redeliver a-1`."
    )


def test_what_is_lost_can_be_asked_for_while_github_keeps_it() -> None:
    lost = FailedDelivery("a-1", "issues", "github.com/42", "asked for 5 times", NOON, is_lost=True)

    assert failed_delivery(lost).endswith(
        "  Next: `acs redeliver a-1` while GitHub keeps it (3 days), else do again what caused it."
    )


def test_words_of_strangers_do_nothing_to_the_terminal() -> None:
    failed = FailedDelivery("a-1", "issues", LANE, "branch \x1b[2J\x1b]0;owned\x07 of\nsomebody", NOON)

    assert failed_delivery(failed).splitlines()[1] == "  branch of somebody"


@pytest.mark.parametrize(
    ("outcome", "says"),
    [
        (DecidedAgain(LANE), "Delivery a-1 is done again from its beginning, in github.com/42/7."),
        (
            PutBack(["RunTests"], [Lane("github.com/42/7~long-3")]),
            "Of delivery a-1 this is done again: RunTests, in github.com/42/7~long-3.",
        ),
        (Underway(LANE), "Delivery a-1 is being worked on already, in github.com/42/7."),
        (NothingFailed(), "Delivery a-1 is done, and nothing of it failed. `--force` decides it again."),
        (BodyForgotten(), "Delivery a-1 is done, and too old to be decided again: do again what caused it."),
        (
            AskedGitHub(12),
            "Delivery a-1 never arrived. GitHub is asked to send it again (attempt 12); `acs deliveries` counts it as "
            "recovered when it is here.",
        ),
        (
            Unknown(NOON),
            "Delivery a-1 is neither in the journal nor in GitHub's list, which goes back to 2026-01-01 12:00 UTC: "
            "compare the GUID with the App's settings on GitHub, under “Advanced”, or do again what caused it.",
        ),
        (
            Unknown(None),
            "Delivery a-1 is neither in the journal nor in GitHub's list, which is empty: "
            "compare the GUID with the App's settings on GitHub, under “Advanced”, or do again what caused it.",
        ),
    ],
)
def test_it_is_said_what_came_of_doing_it_again(outcome: Again | AskedGitHub | Unknown, says: str) -> None:
    assert redelivered(outcome, "a-1") == says
