"""What the local GitHub tells by webhook, held against GitHub's description and against its published examples.

https://docs.github.com/en/webhooks/webhook-events-and-payloads
"""

from collections.abc import Iterator

from tests.contract.local_github.world import Document, Heard
from tests.contract.openapi.conftest import Round
from tests.contract.openapi.description import Description
from tests.contract.webhook_examples.examples import Example, examples

# Whatever the event, these are there or not, by where it happened and to whom it is told.
BY_PLACE = {"installation", "organization", "enterprise"}
# The examples have them as text or as numbers, as old as they are; the description allows both.
TIMES = {"$.installation.created_at", "$.installation.updated_at"}
TOLD = {
    *(f"issues.{action}" for action in ("opened", "edited", "closed", "reopened")),
    *(f"issues.{action}" for action in ("labeled", "unlabeled", "assigned", "unassigned")),
    *(f"issue_comment.{action}" for action in ("created", "edited", "deleted")),
    *(f"pull_request.{action}" for action in ("opened", "edited", "closed", "reopened", "synchronize")),
    *(f"pull_request.{action}" for action in ("labeled", "unlabeled", "assigned", "unassigned")),
    *(f"pull_request.{action}" for action in ("ready_for_review", "converted_to_draft")),
    *(f"pull_request.{action}" for action in ("review_requested", "review_request_removed")),
    *(f"pull_request_review.{action}" for action in ("submitted", "edited", "dismissed")),
    *(f"pull_request_review_comment.{action}" for action in ("created", "edited", "deleted")),
    *(f"pull_request_review_thread.{action}" for action in ("resolved", "unresolved")),
    *(f"check_run.{action}" for action in ("created", "completed", "rerequested", "requested_action")),
    *(f"check_suite.{action}" for action in ("requested", "completed", "rerequested")),
    *(f"installation.{action}" for action in ("suspend", "unsuspend", "deleted")),
    *("push", "create", "delete", "repository.deleted", "installation_repositories.removed"),
}


def test_everything_the_local_github_tells_was_told(everything: Round) -> None:
    assert {heard.name for heard in everything.heard} == TOLD


def test_what_is_told_is_as_github_describes(everything: Round, description: Description) -> None:
    assert [one for heard in everything.heard for one in description.departures_of_delivery(heard)] == []


def test_what_is_told_has_the_parts_of_githubs_examples(everything: Round) -> None:
    for heard in everything.heard:
        shown = [{*one.payload} - BY_PLACE for one in same_event(heard)]
        assert isinstance(heard.payload, dict)
        told = {*heard.payload} - BY_PLACE
        always = shown[0].intersection(*shown)
        assert told >= always, heard.name
        if exact := same_action(heard):
            assert told <= {key for one in exact for key in one.payload}, heard.name


def test_what_is_told_has_the_types_of_githubs_examples(everything: Round) -> None:
    compared = 0
    for heard in everything.heard:
        shown: dict[str, set[str]] = {}
        for place, kind in (pair for one in same_action(heard) for pair in types_in(one.payload)):
            shown.setdefault(place, {"null"}).add(kind)
        for place, kind in types_in(heard.payload):
            if place in shown and shown[place] != {"null"} and place not in TIMES:
                compared += 1
                assert kind in {*shown[place], "null"}, f"{heard.name}: {place}"
    assert compared > 5_000


def same_event(heard: Heard) -> list[Example]:
    return [one for one in examples() if one.event == heard.event]


def same_action(heard: Heard) -> list[Example]:
    _, _, action = heard.name.partition(".")
    return [one for one in same_event(heard) if one.action == action]


def types_in(document: Document, place: str = "$") -> Iterator[tuple[str, str]]:
    """Each place in the document and the JSON type that stands there; the items of a list share one place."""
    match document:
        case dict():
            yield place, "object"
            for key, value in document.items():
                yield from types_in(value, f"{place}.{key}")
        case list():
            yield place, "array"
            for value in document:
                yield from types_in(value, f"{place}[]")
        case None:
            yield place, "null"
        case bool():
            yield place, "boolean"
        case int() | float():
            yield place, "number"
        case str():
            yield place, "string"
