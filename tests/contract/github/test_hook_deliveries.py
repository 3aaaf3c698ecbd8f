"""The list of deliveries and asking again: in front of the local GitHub, and of one that is not well."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from app.adapters.github.hook_deliveries import GitHubHookDeliveries
from app.errors import RepoError, TransientError
from app.ports.hook_deliveries import AskedInVain, Attempt, Cursor, NoLongerKept
from tests.contract.github.conftest import Bench
from tests.contract.github.loopback import Reply, hang_up, refuse, reply
from tests.contract.github.worlds import LocalWorld, start_local_world

LIST = "GET /app/hook/deliveries"
ASK = "POST /app/hook/deliveries/7/attempts"
ITEM = {
    "id": 7,
    "guid": "0b989ba4-242f-11e5-81e1-c7b6966d2516",
    "delivered_at": "2026-01-01T12:00:00Z",
    "redelivery": False,
    "duration": 0.27,
    "status": "OK",
    "status_code": 200,
    "event": "issues",
    "action": "opened",
    "installation_id": 123,
    "repository_id": 456,
    "throttled_at": None,
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalWorld]:
    world = start_local_world(tmp_path_factory.mktemp("github"))
    yield world
    world.close()


@pytest.fixture
def hook(bench: Bench) -> GitHubHookDeliveries:
    return bench.github.hook_deliveries()


def of(bench: Bench, **changed: object) -> Attempt:
    bench.server.on(LIST, reply(200, [{**ITEM, **changed}]))
    (attempt,) = bench.github.hook_deliveries().page(None).attempts
    return attempt


def attempts(world: LocalWorld) -> list[Attempt]:
    hook, found = world.adapter.hook_deliveries(), list[Attempt]()
    page = hook.page(None)
    found.extend(page.attempts)
    while page.older:
        page = hook.page(page.older)
        found.extend(page.attempts)
    return found


def attempts_once_there_are(world: LocalWorld, count: int) -> list[Attempt]:
    deadline = time.monotonic() + 30
    while len(found := attempts(world)) < count:
        assert time.monotonic() < deadline, f"{len(found)} of {count} attempts"
    return found


def test_what_nobody_answered_is_listed_and_sent_again_under_its_guid(world: LocalWorld) -> None:
    before = len(attempts(world))
    world.open_issue()
    first = attempts_once_there_are(world, before + 1)[0]
    assert (first.event, first.action, first.is_redelivery, first.is_success) == ("issues", "opened", False, False)
    assert (first.repository_id, first.installation_id) == (world.repo.repo_id, world.repo.installation_id)
    assert abs(first.delivered_at - datetime.now(UTC)) < timedelta(minutes=1)

    world.adapter.hook_deliveries().ask_again(first.id)

    again = attempts_once_there_are(world, before + 2)[0]
    assert (again.guid, again.is_redelivery, again.is_success) == (first.guid, True, False)
    assert again.id > first.id


def test_the_list_is_read_page_by_page_newest_first(world: LocalWorld) -> None:
    before = len(attempts(world))
    for _ in range(105):
        world.open_issue()
    found = attempts_once_there_are(world, before + 105)

    first_page = world.adapter.hook_deliveries().page(None)

    assert len(first_page.attempts) == 100
    assert [one.id for one in found] == sorted({one.id for one in found}, reverse=True)


def test_what_github_does_not_have_is_no_longer_kept(world: LocalWorld) -> None:
    with pytest.raises(NoLongerKept, match="GitHub does not keep delivery 999999 any more: do again what caused it"):
        world.adapter.hook_deliveries().ask_again(999_999)


@pytest.mark.parametrize(
    ("changed", "is_success"),
    [
        pytest.param({}, True, id="OK"),
        pytest.param({"status_code": 502, "status": "failed to connect to host"}, False, id="nobody there"),
        pytest.param({"status_code": 0, "throttled_at": "2026-01-01T12:00:01Z"}, False, id="throttled"),
        pytest.param({"status_code": None, "status": "pending"}, False, id="on its way"),
        pytest.param({"status_code": 799, "status": "?"}, False, id="a status nobody knows"),
    ],
)
def test_only_2xx_is_a_success(bench: Bench, changed: dict[str, object], is_success: bool) -> None:
    assert of(bench, **changed).is_success is is_success


def test_an_event_about_no_repository_has_none(bench: Bench) -> None:
    found = of(bench, action=None, repository_id=None, installation_id=None)

    assert (found.action, found.repository_id, found.installation_id) == ("", None, None)


@pytest.mark.parametrize(
    ("link", "older"),
    [
        pytest.param(
            '<https://api.github.com/app/hook/deliveries?per_page=100&cursor=v1_8>; rel="next"', "v1_8", id="one"
        ),
        pytest.param('<https://x/?cursor=1>; rel="prev", <https://x/?cursor=2>; rel="next"', "2", id="after another"),
        pytest.param('<https://evil.example/steal?cursor=a%26b>; rel="next"', "a&b", id="only the cursor is taken"),
        pytest.param('<https://x/?page=2>; rel="next"', None, id="without a cursor"),
        pytest.param('<https://x/?cursor=1>; rel="prev"', None, id="no next"),
        pytest.param("nonsense", None, id="nonsense"),
    ],
)
def test_the_next_page_is_found_by_its_cursor(bench: Bench, link: str, older: str | None) -> None:
    bench.server.on(LIST, reply(200, [], link=link))

    assert bench.github.hook_deliveries().page(Cursor("here")).older == older


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(refuse(500, "Server Error"), id="500"),
        pytest.param(refuse(429, "Too many"), id="a rate limit"),
        pytest.param(reply(200, "<html>Sign in</html>"), id="HTML"),
        pytest.param(reply(200, [{**ITEM, "guid": "x" * 65}]), id="a GUID that is none"),
        pytest.param(reply(200, [{**ITEM, "id": -1}]), id="an id that is none"),
        pytest.param(reply(200, [{**ITEM, "delivered_at": "2026-01-01T12:00:00"}]), id="a time of no zone"),
        pytest.param(hang_up, id="a dropped connection"),
    ],
)
def test_a_list_that_cannot_be_read_now_is_read_later(bench: Bench, hook: GitHubHookDeliveries, answer: Reply) -> None:
    bench.server.on(LIST, answer)

    with pytest.raises(TransientError):
        hook.page(None)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        pytest.param(refuse(401, "A JSON web token could not be decoded"), "does not accept the App's key", id="key"),
        pytest.param(refuse(403, "This app has been suspended"), "see whether the App is suspended", id="suspended"),
        pytest.param(refuse(404, "Integration not found"), "see whether the App is suspended", id="gone"),
    ],
)
def test_a_list_that_is_closed_to_the_app_says_what_to_mend(
    bench: Bench, hook: GitHubHookDeliveries, answer: Reply, says: str
) -> None:
    bench.server.on(LIST, answer)

    with pytest.raises(RepoError, match=says):
        hook.page(None)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        pytest.param(refuse(404, "Not Found"), NoLongerKept, id="404"),
        pytest.param(refuse(410, "Gone"), NoLongerKept, id="410"),
        pytest.param(refuse(422, "Validation failed, or the endpoint has been spammed"), AskedInVain, id="422"),
        pytest.param(refuse(400, "Bad Request"), AskedInVain, id="400"),
        pytest.param(refuse(403, "You have exceeded a secondary rate limit"), TransientError, id="a rate limit"),
        pytest.param(refuse(503, "Unavailable"), TransientError, id="503"),
        pytest.param(reply(200, "<html>"), TransientError, id="a proxy's page"),
    ],
)
def test_an_ask_that_is_refused_says_how(
    bench: Bench, hook: GitHubHookDeliveries, answer: Reply, error: type[Exception]
) -> None:
    bench.server.on(ASK, answer)

    with pytest.raises(error):
        hook.ask_again(7)
    assert bench.server.asked(ASK) == 1


def test_asking_again_takes_an_empty_promise(bench: Bench, hook: GitHubHookDeliveries) -> None:
    bench.server.on(ASK, reply(202, {}))

    hook.ask_again(7)

    (scheme, _, _) = bench.server.authorizations(ASK)[0].partition(" ")
    assert scheme == "Bearer"
