"""The App's installations and what is open in their repositories, read from the local GitHub."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.adapters.github.installations import GitHubInstallations
from app.domain.change import GeneratedFile
from app.domain.repo import IssueRef, PullRef
from app.errors import RepoError, TransientError
from app.ports.installations import ETag, Installation, Listed, OpenIssue, OpenPull, Unchanged
from app.wiring import RESYNC
from tests.contract.github.conftest import EVERYTHING, SHOP, Bench
from tests.contract.github.loopback import MINT, refuse, reply
from tests.contract.github.worlds import LocalWorld, start_local_world

REPOSITORY = "/repos/acme/shop"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalWorld]:
    world = start_local_world(tmp_path_factory.mktemp("github"))
    yield world
    world.close()


@pytest.fixture
def own_world(tmp_path: Path) -> Iterator[LocalWorld]:
    world = start_local_world(tmp_path)
    yield world
    world.close()


def installations(world: LocalWorld) -> GitHubInstallations:
    return world.adapter.installations("127.0.0.1", RESYNC)


def listed(found: Listed[OpenIssue] | Unchanged) -> list[OpenIssue]:
    assert isinstance(found, Listed)
    return list(found.items)


def propose(world: LocalWorld, branch: str) -> OpenPull:
    ports = world.ports()
    head = ports.commits.commit(
        world.repo, parent=world.main, files=[GeneratedFile(f"{branch}.md", "", "create")], message="Add"
    ).sha
    ports.commits.create_branch(world.repo, branch, head)
    pull = ports.pulls.open_draft(world.repo, head_branch=branch, base_branch="main", title="Tax", body="")
    assert pull.updated_at is not None
    return OpenPull(pull.ref, head, branch, is_fork=False, updated_at=pull.updated_at)


def test_an_installation_and_its_repositories_are_known_by_their_numbers(world: LocalWorld) -> None:
    (installation,) = installations(world).all()

    assert installation == Installation(world.repo.installation_id, "acme", is_suspended=False)
    assert installations(world).repositories(installation) == [world.repo]


def test_a_suspended_installation_says_so_and_shows_nothing(own_world: LocalWorld) -> None:
    own_world.suspend()

    (installation,) = installations(own_world).all()

    assert installation.is_suspended
    with pytest.raises(RepoError, match="whether the installation is suspended"):
        installations(own_world).repositories(installation)


def test_an_app_without_installations_has_none(own_world: LocalWorld) -> None:
    own_world.uninstall()

    assert installations(own_world).all() == []


def test_open_issues_with_the_label_are_listed_and_nothing_else(own_world: LocalWorld) -> None:
    labelled, other, closed = (own_world.open_issue() for _ in range(3))
    own_world.label(labelled, "acs")
    own_world.label(other, "bug")
    own_world.label(closed, "acs")
    own_world.close_issue(closed)
    pull = propose(own_world, "topic")
    own_world.label(IssueRef(own_world.repo, pull.ref.number), "acs")

    (found,) = listed(installations(own_world).labelled_issues(own_world.repo, "acs", unless=None))

    assert (found.ref, found.title, found.body) == (labelled, "Something", "")


def test_a_list_that_did_not_change_is_not_sent_again(own_world: LocalWorld) -> None:
    reading = installations(own_world)
    issue = own_world.open_issue()
    own_world.label(issue, "acs")
    first = reading.labelled_issues(own_world.repo, "acs", unless=None)
    assert isinstance(first, Listed)

    assert reading.labelled_issues(own_world.repo, "acs", unless=first.etag) == Unchanged()
    own_world.close_issue(issue)

    assert listed(reading.labelled_issues(own_world.repo, "acs", unless=first.etag)) == []


def test_open_pull_requests_are_listed_with_their_heads(own_world: LocalWorld) -> None:
    reading = installations(own_world)
    first, second = propose(own_world, "one"), propose(own_world, "two")
    own_world.ports().commits.delete_branch(own_world.repo, "one")
    assert first.ref.number < second.ref.number

    found = reading.open_pulls(own_world.repo, unless=None)

    assert isinstance(found, Listed)
    assert found.items == (second,)
    assert reading.open_pulls(own_world.repo, unless=found.etag) == Unchanged()


def test_a_long_list_is_read_to_its_end_and_has_no_etag(own_world: LocalWorld) -> None:
    for _ in range(101):
        own_world.label(own_world.open_issue(), "acs")

    found = installations(own_world).labelled_issues(own_world.repo, "acs", unless=None)

    assert isinstance(found, Listed)
    assert (len(found.items), found.etag) == (101, None)
    assert [issue.ref.number for issue in found.items] == sorted(issue.ref.number for issue in found.items)


def test_who_put_the_label_on_last_is_known(world: LocalWorld) -> None:
    issue, reading = world.open_issue(), installations(world)
    assert reading.last_request(issue, "acs") is None

    world.label(issue, "bug", by="tom")
    assert reading.last_request(issue, "acs") is None

    world.label(issue, "acs", by="wes")
    world.label(issue, by="mia")
    world.label(issue, "acs", by="mia")
    world.label(issue, "acs", "bug", by="tom")

    request = reading.last_request(issue, "acs")
    assert request is not None
    assert request.by == world.person("mia")


def test_who_reopened_the_issue_after_that_is_known(world: LocalWorld) -> None:
    issue, reading = world.open_issue(), installations(world)
    world.label(issue, "acs", by="wes")
    labelled = reading.last_request(issue, "acs")
    world.close_issue(issue)
    world.reopen_issue(issue, by="mia")

    reopened = reading.last_request(issue, "acs")

    assert labelled is not None
    assert reopened is not None
    assert (labelled.by.login, reopened.by.login) == ("wes", "mia")
    assert reopened.id != labelled.id


def test_an_outage_is_no_empty_list(own_world: LocalWorld) -> None:
    reading = installations(own_world)
    own_world.suffer({"kind": "status", "status": 502}, path="/app/installations.*")  # pyright: ignore[reportArgumentType]

    with pytest.raises(TransientError):
        reading.all()


def event(id_: int, name: str = "labeled", *, actor: object = None) -> dict[str, object]:
    actor = actor or {"id": 7, "login": "maria", "type": "User"}
    return {"id": id_, "event": name, "actor": actor, "label": {"name": "acs"}}


def at_bench(bench: Bench) -> GitHubInstallations:
    return bench.github.installations("github.local", EVERYTHING)


def test_an_event_of_somebody_who_is_gone_asks_for_nothing(bench: Bench) -> None:
    gone = {**event(1), "actor": None}
    bench.server.on(f"GET {REPOSITORY}/issues/1/events", reply(200, [gone]))

    assert at_bench(bench).last_request(IssueRef(SHOP, 1), "acs") is None


def test_who_asked_last_is_not_guessed_where_there_are_more_events_than_are_read(bench: Bench) -> None:
    bench.server.on(f"GET {REPOSITORY}/issues/1/events", reply(200, [event(1)] * 100))

    assert at_bench(bench).last_request(IssueRef(SHOP, 1), "acs") is None


def test_a_repository_without_issues_has_none_that_are_open(bench: Bench) -> None:
    bench.server.on(f"GET {REPOSITORY}", reply(200, {}))
    bench.server.on(f"GET {REPOSITORY}/issues", refuse(410, "Issues has been disabled in this repository."))

    assert at_bench(bench).labelled_issues(SHOP, "acs", unless=None) == Listed((), None)


def test_the_head_of_a_fork_does_not_name_a_branch_of_ours(bench: Bench) -> None:
    fork = {"ref": "acs/issue-1", "sha": "c" * 40, "repo": {"id": 666}}
    pulls = [
        {"number": 8, "head": fork, "updated_at": "2026-01-02T03:04:05Z"},
        {"number": 9, "head": {**fork, "repo": None}, "updated_at": "2026-01-02T03:04:05Z"},
    ]
    bench.server.on(f"GET {REPOSITORY}/pulls", reply(200, pulls, etag='W/"1"'))

    found = at_bench(bench).open_pulls(SHOP, unless=None)

    assert isinstance(found, Listed)
    assert [(pull.ref, pull.head_branch, pull.is_fork) for pull in found.items] == [
        (PullRef(SHOP, 8), None, True),
        (PullRef(SHOP, 9), None, True),
    ]
    assert found.etag == 'W/"1"'


def test_a_304_that_nobody_asked_for_is_no_answer(bench: Bench) -> None:
    bench.server.on(f"GET {REPOSITORY}/pulls", reply(304))

    with pytest.raises(TransientError):
        at_bench(bench).open_pulls(SHOP, unless=None)
    assert at_bench(bench).open_pulls(SHOP, unless=ETag('W/"1"')) == Unchanged()
    assert bench.server.requests[-1][1]["If-None-Match"] == 'W/"1"'


def test_the_names_of_repositories_are_read_with_a_token_that_can_do_nothing_else(bench: Bench) -> None:
    archived = {"id": 43, "name": "attic", "owner": {"id": 1, "login": "acme"}, "archived": True}
    shop = {"id": 42, "name": "shop", "owner": {"id": 1, "login": "acme"}}
    bench.server.on("GET /installation/repositories", reply(200, {"repositories": [shop, archived]}))

    found = at_bench(bench).repositories(Installation(7, "acme", is_suspended=False))

    assert found == [replace(SHOP, host="github.local")]
    asked = [body for request, _, body in bench.server.requests if request == f"POST {MINT}"]
    assert asked == [{"permissions": {"metadata": "read"}}]


def test_an_enterprise_has_no_login(bench: Bench) -> None:
    found = [{"id": 7, "account": {"id": 1, "slug": "acme-inc"}, "suspended_at": None}]
    bench.server.on("GET /app/installations", reply(200, found))

    assert at_bench(bench).all() == [Installation(7, "", is_suspended=False)]


def test_a_rate_limit_is_waited_out(bench: Bench) -> None:
    bench.server.on("GET /app/installations", refuse(403, "API rate limit exceeded", retry_after="30"))

    with pytest.raises(TransientError, match="rate limit is used up for 30 s"):
        at_bench(bench).all()
