"""The local GitHub is right only where GitHub is: every endpoint it serves, held against GitHub's own description.

https://github.com/github/rest-api-description
"""

import pytest

from tests.contract.openapi.conftest import Round
from tests.contract.openapi.description import Description
from tests.contract.openapi.endpoints import Endpoint, endpoints

UNDESCRIBED = {
    "GET /repositories/<int:repo_id>": "GitHub redirects there when a repository was renamed, and describes it nowhere",
    "GET /repos/<owner>/<name>/contents/": "the top folder; the description takes no empty path",
    "GET /repos/<owner>/<name>/git/matching-refs/": "all refs; the description takes no empty ref",
}
METADATA_IS_ENOUGH = {
    "GET /repos/<owner>/<name>",
    "GET /repos/<owner>/<name>/collaborators/<login>/permission",
}
FOR_THE_APP_ITSELF = {"GET /repos/<owner>/<name>/installation"}
FOR_EVERYBODY = {"GET /meta", "GET /rate_limit", "GET /users/<login>", "GET /user/<int:account_id>"}
DESCRIBED = [one for one in endpoints() if str(one) not in UNDESCRIBED]
IN_REPOSITORIES = [one for one in DESCRIBED if one.rule.startswith("/repos/")]


def named(endpoint: Endpoint) -> str:
    return str(endpoint)


def test_the_exceptions_are_endpoints_that_exist() -> None:
    assert {*UNDESCRIBED, *METADATA_IS_ENOUGH, *FOR_THE_APP_ITSELF, *FOR_EVERYBODY} <= {*map(str, endpoints())}


@pytest.mark.parametrize("endpoint", DESCRIBED, ids=named)
def test_an_endpoint_asks_and_answers_as_github_describes(
    endpoint: Endpoint, everything: Round, description: Description
) -> None:
    exchanges = everything.exchanges.get(endpoint, ())
    assert any(not one.is_refusal for one in exchanges), f"{endpoint} was never asked for anything it gives"
    assert [departure for one in exchanges for departure in description.departures(one)] == []


@pytest.mark.parametrize("endpoint", IN_REPOSITORIES, ids=named)
def test_a_token_with_other_permissions_is_refused(endpoint: Endpoint, everything: Round) -> None:
    refused = everything.replays.without_permission[endpoint]
    if str(endpoint) in METADATA_IS_ENOUGH:
        assert refused.status == 200
    elif str(endpoint) in FOR_THE_APP_ITSELF:
        assert refused.status == 401
    else:
        assert refused.status in ({403, 404} if endpoint.method == "DELETE" else {403}), refused.answered


@pytest.mark.parametrize("endpoint", IN_REPOSITORIES, ids=named)
def test_a_private_repository_does_not_exist_for_strangers(endpoint: Endpoint, everything: Round) -> None:
    assert everything.replays.of_strangers[endpoint].status == (401 if str(endpoint) in FOR_THE_APP_ITSELF else 404)


@pytest.mark.parametrize("endpoint", [one for one in DESCRIBED if one.method != "GET"], ids=named)
def test_nothing_is_changed_without_a_token(endpoint: Endpoint, everything: Round) -> None:
    refused = everything.replays.without_token[endpoint]
    assert refused.status in ({401, 404} if endpoint.method == "DELETE" else {401}), refused.answered


def test_what_a_request_needs_is_missed(everything: Round, description: Description) -> None:
    answers = everything.replays.without_fields
    needy = {endpoint: one for endpoint, one in answers.items() if description.needs_fields(one)}
    assert len(needy) > 12
    assert {str(endpoint): one.status for endpoint, one in needy.items() if one.status != 422} == {}


def test_a_body_that_is_no_object_is_refused(everything: Round) -> None:
    answers = everything.replays.without_object
    assert len(answers) > 20
    assert {str(endpoint): one.status for endpoint, one in answers.items() if one.status != 400} == {}
