"""The measure itself: each way to depart from GitHub's description is noticed."""

import json
from dataclasses import replace

import pytest

from tests.contract.local_github.world import Document, Heard
from tests.contract.openapi.description import Description
from tests.contract.openapi.exchange import Exchange

LABEL: Document = {
    "id": 1,
    "node_id": "LA_1",
    "url": "https://api.github.com/repos/acme/shop/labels/acs",
    "name": "acs",
    "description": None,
    "color": "5319e7",
    "default": False,
}
MADE = Exchange(
    method="POST",
    path="/repos/acme/shop/labels",
    query={},
    request_headers={"content-type": "application/json"},
    request_body=b'{"name": "acs"}',
    status=201,
    answer_headers={
        "content-type": "application/json; charset=utf-8",
        "location": "https://api.github.com/repos/acme/shop/labels/acs",
    },
    answer_body=json.dumps(LABEL).encode(),
)
READ = replace(MADE, method="GET", request_headers={}, request_body=b"", path="/repos/acme/shop/labels/acs", status=200)


def label(**changes: Document) -> bytes:
    assert isinstance(LABEL, dict)
    return json.dumps({**LABEL, **changes}).encode()


def test_an_exchange_as_github_describes_it_does_not_depart(description: Description) -> None:
    assert description.departures(MADE) == []
    assert description.departures(READ) == []


@pytest.mark.parametrize(
    ("exchange", "departure"),
    [
        pytest.param(replace(MADE, path="/repos/acme/shop/tags"), "no such endpoint", id="an endpoint it has not"),
        pytest.param(replace(MADE, method="PUT"), "no such endpoint", id="a method it has not"),
        pytest.param(replace(READ, query={"pages": "2"}), "query parameter pages is not", id="a query parameter"),
        pytest.param(replace(MADE, request_body=b""), "the body is missing", id="no body"),
        pytest.param(replace(READ, request_body=b"{}"), "a body is not described", id="a body where none is taken"),
        pytest.param(replace(MADE, request_headers={}), "the body is None, not JSON", id="a body of no type"),
        pytest.param(
            replace(MADE, request_body=b'{"name": 7}'), "asked: $.name: 7 is not of type 'string'", id="a wrong type"
        ),
        pytest.param(replace(MADE, request_body=b"{}"), "asked: $: 'name' is a required", id="a missing field"),
        pytest.param(
            replace(MADE, request_body=b'{"name": "acs", "colour": "0"}'),
            "asked: $.colour is not described",
            id="a field it does not know",
        ),
        pytest.param(replace(MADE, status=202), "status 202 is not described", id="another success"),
        pytest.param(replace(MADE, status=418), "status 418 is not described", id="a strange refusal"),
        pytest.param(replace(MADE, answer_body=b""), "answered: the body is missing", id="no answer"),
        pytest.param(
            replace(MADE, answer_headers={"content-type": "text/html"}), "the body is text/html, not", id="no JSON"
        ),
        pytest.param(
            replace(MADE, answer_headers={"content-type": "application/json"}), "Location is missing", id="no place"
        ),
        pytest.param(replace(MADE, answer_body=label(id="1")), "answered: $.id: '1' is not", id="an answer's type"),
        pytest.param(replace(MADE, answer_body=label(color=None)), "answered: $.color: None", id="an unexpected null"),
        pytest.param(replace(MADE, answer_body=label(size=1)), "$.size is not described", id="an answer's extra field"),
    ],
)
def test_a_departure_is_noticed(description: Description, exchange: Exchange, departure: str) -> None:
    found = description.departures(exchange)
    assert any(departure in one for one in found), found


def test_a_refused_request_may_be_wrong_but_its_refusal_may_not(description: Description) -> None:
    refusal = b'{"message": "Validation Failed", "documentation_url": "https://docs.github.com/rest", "status": "422"}'
    refused = replace(MADE, request_body=b'{"name": 7}', status=422, answer_body=refusal)
    assert description.departures(refused) == []
    assert description.departures(replace(refused, answer_body=b'{"message": 7}'))
    assert description.departures_of_request(refused)


def test_a_payload_of_an_event_github_does_not_have_is_noticed(description: Description) -> None:
    heard = Heard({"x-github-event": "issues"}, b"", {"action": "painted"})
    assert description.departures_of_delivery(heard) == ["issues.painted: GitHub describes no such webhook"]
    short = Heard({"x-github-event": "issues"}, b"", {"action": "labeled"})
    assert any("'issue' is a required property" in one for one in description.departures_of_delivery(short))
    assert any("the header X-GitHub-Delivery is missing" in one for one in description.departures_of_delivery(short))
