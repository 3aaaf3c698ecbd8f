"""Every payload GitHub publishes as an example, delivered to the receiver as it stands in production."""

import json
from collections.abc import Iterator

import pytest

from handlers import ROUTES
from tests.contract.webhook_examples.examples import Example, examples
from tests.contract.webhook_examples.receiver import Receiver, receiver
from tests.contract.webhook_examples.table import EXPECTED, read, row_of

HINT = f"a change that is meant: python -m tests.contract.webhook_examples.table, and read the diff of {EXPECTED.name}"


@pytest.fixture(scope="module")
def published() -> list[Example]:
    return list(examples())


@pytest.fixture(scope="module")
def receiving(published: list[Example], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    """A receiver to which each example was delivered twice: as an App is told of it, and just as it is published."""
    with receiver(tmp_path_factory.mktemp("receiver")) as receiving:
        for one in published:
            receiving.deliver(one.event, one.guid, one.told_to_an_app)
            if not one.has_installation and one.event in ROUTES:
                receiving.deliver(one.event, f"as-published-{one.guid}", one.payload)
        receiving.drain()
        yield receiving


def test_every_example_has_its_line_in_the_table(published: list[Example]) -> None:
    assert [(row.event, row.index, row.action) for row in read()] == [
        (one.event, str(one.index), one.action or "-") for one in published
    ], HINT


@pytest.mark.parametrize("event", sorted({row.event for row in read()}))
def test_the_examples_of_an_event_lead_to_the_jobs_in_the_table(
    event: str, published: list[Example], receiving: Receiver
) -> None:
    seen = [row_of(receiving, one) for one in published if one.event == event]
    assert seen == [row for row in read() if row.event == event], HINT


def test_every_example_is_accepted_and_understood() -> None:
    assert {(row.status, row.delivery) for row in read()} == {("202", "done")}


def test_every_event_that_acs_reacts_to_has_an_example_that_starts_something() -> None:
    nobody_asks = {"check_suite", "issue_comment"}  # in GitHub's examples, where bots press and nobody speaks to ACS
    assert {row.event for row in read() if row.jobs != "-"} == set(ROUTES) - nobody_asks


def test_what_is_accepted_is_in_the_journal_byte_for_byte(published: list[Example], receiving: Receiver) -> None:
    assert {one.guid: receiving.bodies[one.guid] for one in published} == {
        one.guid: json.dumps(one.told_to_an_app).encode() for one in published
    }


def test_what_no_app_is_told_is_accepted_and_asks_for_nothing(published: list[Example], receiving: Receiver) -> None:
    without = [one for one in published if not one.has_installation and one.event in ROUTES]
    assert len(without) > 30
    for one in without:
        guid = f"as-published-{one.guid}"
        assert (receiving.kept(guid).state, receiving.jobs(guid)) == ("done", []), one.guid
