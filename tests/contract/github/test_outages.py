"""The adapters in front of a local GitHub that breaks, limits, forgets and refuses."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.adapters.git.checkouts import GitCheckouts
from app.demo.github.faults import Dropped, Effect, Garbage, SecondaryLimit, Status
from app.errors import RepoError, TransientError
from tests.contract.github.worlds import FILES, STRANGER, LocalWorld, start_local_world

MARKER = "<!-- acs:task=1 -->"
READS = ".*/comments"


@pytest.fixture(scope="module")
def steady(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalWorld]:
    world = start_local_world(tmp_path_factory.mktemp("github"))
    yield world
    world.close()


@pytest.fixture
def world(steady: LocalWorld) -> Iterator[LocalWorld]:
    yield steady
    steady.recover()


@pytest.fixture
def own_world(tmp_path: Path) -> Iterator[LocalWorld]:
    """One that a test may ruin."""
    world = start_local_world(tmp_path)
    yield world
    world.close()


def checkouts(world: LocalWorld, cache: Path) -> GitCheckouts:
    return GitCheckouts(cache, clone_url=world.clone_url, token=world.token_to_read, sleep=lambda _: None)


def use_up(request: Callable[[], None]) -> None:
    for _ in range(21):
        request()


@pytest.mark.parametrize(
    ("effect", "retry_after"),
    [
        pytest.param(Status(kind="status", status=500), None, id="500"),
        pytest.param(Status(kind="status", status=502), None, id="502"),
        pytest.param(Status(kind="status", status=429, retry_after=7), timedelta(seconds=7), id="primary rate limit"),
        pytest.param(
            SecondaryLimit(kind="secondary_rate_limit", retry_after=9), timedelta(seconds=9), id="secondary rate limit"
        ),
        pytest.param(Garbage(kind="garbage"), None, id="garbage"),
        pytest.param(Dropped(kind="dropped"), None, id="dropped connection"),
    ],
)
def test_a_comment_during_an_outage_is_made_later_once(
    world: LocalWorld, effect: Effect, retry_after: timedelta | None
) -> None:
    issue, issues = world.open_issue(), world.ports().issues
    world.suffer(effect, method="POST", path=READS)

    with pytest.raises(TransientError) as failed:
        issues.comment(issue, MARKER)
    assert failed.value.retry_after == retry_after
    world.recover()

    assert issues.find_comment(issue, MARKER) is None
    issues.comment(issue, MARKER)
    assert world.comments(issue) == [MARKER]


def test_a_comment_whose_answer_was_lost_is_found_again(world: LocalWorld) -> None:
    issue, issues = world.open_issue(), world.ports().issues
    world.suffer(Dropped(kind="dropped", when="after"), method="POST", path=READS)

    with pytest.raises(TransientError):
        issues.comment(issue, MARKER)
    world.recover()

    assert issues.find_comment(issue, MARKER) is not None
    assert world.comments(issue) == [MARKER]


def test_a_write_that_something_else_than_github_answered_did_not_happen(world: LocalWorld) -> None:
    issue, issues = world.open_issue(), world.ports().issues
    world.suffer(Garbage(kind="garbage"), method="POST", path=".*/reactions")

    with pytest.raises(TransientError, match="makes no sense"):
        issues.react(issue, "eyes")


def test_one_lost_answer_to_a_read_is_not_noticed(world: LocalWorld) -> None:
    issue, issues = world.open_issue(), world.ports().issues
    world.suffer(Dropped(kind="dropped"), count=1, method="GET", path=READS)

    assert issues.find_comment(issue, MARKER) is None


def test_reading_again_what_did_not_change_costs_no_request(world: LocalWorld) -> None:
    issue, issues = world.open_issue(), world.ports().issues
    issues.comment(issue, MARKER)
    issues.find_comment(issue, MARKER)
    before = world.requests_used(world.repo)

    assert all(issues.find_comment(issue, MARKER) for _ in range(5))

    assert world.requests_used(world.repo) == before


def test_a_used_up_rate_limit_is_waited_out(tmp_path: Path) -> None:
    world = start_local_world(tmp_path, requests_per_hour=20)
    try:
        issue, ports = world.open_issue(), world.ports()
        with pytest.raises(TransientError) as limited:
            use_up(lambda: ports.issues.react(issue, "eyes"))
    finally:
        world.close()

    wait = limited.value.retry_after or timedelta()
    assert timedelta(minutes=55) < wait <= timedelta(hours=1)


def test_a_suspended_installation_is_named_whatever_is_asked(own_world: LocalWorld, tmp_path: Path) -> None:
    issue, issues = own_world.open_issue(), own_world.ports().issues
    issues.react(issue, "eyes")
    own_world.suspend()

    suspended = "Installation .* of the App on acme is suspended"
    with pytest.raises(RepoError, match=suspended):
        issues.react(issue, "rocket")
    with pytest.raises(RepoError, match=suspended):
        own_world.ports({"checks": "write"}).issues.react(issue, "rocket")
    with pytest.raises(RepoError, match=suspended):
        checkouts(own_world, tmp_path / "cache").default_branch(own_world.repo)

    own_world.unsuspend()
    issues.react(issue, "rocket")
    assert own_world.reactions(issue) == ["eyes", "rocket"]


def test_a_vanished_repository_and_a_removed_installation_are_named(own_world: LocalWorld, tmp_path: Path) -> None:
    cache, repo = tmp_path / "cache", own_world.repo
    vanished = "acme/shop does not exist any more or the App may not see it"
    issue, issues = own_world.open_issue(), own_world.ports().issues
    issues.react(issue, "eyes")
    checkouts(own_world, cache).default_branch(repo)
    own_world.delete_repository()

    with pytest.raises(RepoError, match=f"acme/shop has no issue {issue.number}, or the App may not see it"):
        issues.react(issue, "eyes")
    with pytest.raises(RepoError, match=vanished):
        own_world.ports({"issues": "write"}).issues.react(issue, "eyes")
    with pytest.raises(RepoError, match=vanished):
        checkouts(own_world, cache).default_branch(repo)

    own_world.uninstall()
    with pytest.raises(RepoError, match=f"Installation {repo.installation_id} of the App on acme does not exist any"):
        own_world.ports({"checks": "write"}).issues.react(issue, "eyes")


def test_a_repository_outside_the_installation_cannot_be_reached(world: LocalWorld, tmp_path: Path) -> None:
    foreign = replace(world.repo, repo_id=world.repo.repo_id + 1_000, name="secret")

    with pytest.raises(RepoError, match="acme/secret does not exist any more or the App may not see it"):
        checkouts(world, tmp_path).default_branch(foreign)


def test_code_is_read_from_the_local_github_by_git(world: LocalWorld, tmp_path: Path) -> None:
    reader = checkouts(world, tmp_path)

    branch = reader.default_branch(world.repo)
    checkout = reader.at(world.repo, branch.sha)

    assert (branch.name, branch.sha) == ("main", world.main)
    assert {path: checkout.read(path) for path in checkout.paths()} == FILES


def test_private_code_is_not_read_with_a_token_for_something_else(tmp_path: Path) -> None:
    world = start_local_world(tmp_path / "github", private=True)
    try:
        reader = GitCheckouts(
            tmp_path / "cache",
            clone_url=world.clone_url,
            token=lambda repo: world.adapter.token(repo, {"issues": "write"}),
            sleep=lambda _: None,
        )
        with pytest.raises(RepoError, match="grant it “contents: read”"):
            reader.default_branch(world.repo)
        assert world.ports().collaborators.permission(world.repo, world.person(STRANGER)) == "none"
    finally:
        world.close()
