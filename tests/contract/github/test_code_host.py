"""The ports of the code host: what the fake promises, GitHub keeps."""

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

import pytest

from app.domain.change import GeneratedFile
from app.domain.repo import Actor, BaseSha, HeadSha, IssueRef, PullRef
from app.errors import RepoError, StaleFence
from app.ports.budgets import Write
from app.ports.code_host import (
    Annotation,
    Bases,
    BranchExists,
    CheckOutput,
    CheckRunId,
    CodeHost,
    CommentId,
    Permission,
)
from tests.contract.github.worlds import ROLES, STRANGER, World, code_host
from tests.fakes.code_host import Permissions

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
ABSENT = HeadSha("0123456789abcdef0123456789abcdef01234567")
CHANGE = [GeneratedFile("src/tax.ts", "export const tax = 0.2;\n", "create")]
SOON = CheckOutput("Waiting", "The tests run soon.")


@pytest.fixture(scope="module", params=["memory", "local GitHub"])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with code_host(request.param, tmp_path_factory.mktemp("github")) as world:
        yield world


@pytest.fixture
def branch(names: Iterator[str]) -> str:
    """A branch name that no other test uses."""
    return next(names)


@pytest.fixture(scope="module")
def names() -> Iterator[str]:
    return (f"acs/issue-{number}-ünïcode" for number in count(1))


def propose(world: World, branch: str) -> HeadSha:
    commits = world.ports().commits
    head = commits.commit(world.repo, parent=world.main, files=CHANGE, message="Add the tax").sha
    commits.create_branch(world.repo, branch, head)
    return head


@pytest.mark.parametrize(("login", "role"), [*ROLES.items(), (STRANGER, "read")])
def test_a_person_may_do_what_their_role_says(world: World, login: str, role: Permission) -> None:
    assert world.ports().collaborators.permission(world.repo, world.person(login)) == role


def test_somebody_else_under_a_known_login_may_do_nothing(world: World) -> None:
    impostor = Actor("ada", 999_999, "User")

    assert world.ports().collaborators.permission(world.repo, impostor) == "none"
    assert world.ports().collaborators.permission(world.repo, Actor("nobody-of-that-name", 1_234_567, "User")) == "none"


def test_an_issue_is_seen_as_it_is_now(world: World) -> None:
    issue, issues = world.open_issue(), world.ports().issues
    world.label(issue, "acs", "bug")
    now = issues.get(issue)
    assert now is not None
    assert (now.is_open, now.labels) == (True, {"acs", "bug"})

    world.label(issue, "bug")
    world.close_issue(issue)

    now = issues.get(issue)
    assert now is not None
    assert (now.is_open, now.labels) == (False, {"bug"})
    assert issues.get(IssueRef(world.repo, 999_999)) is None


def test_a_reaction_is_there_once(world: World) -> None:
    issue, issues = world.open_issue(), world.ports().issues

    issues.react(issue, "eyes")
    issues.react(issue, "eyes")
    issues.react(issue, "rocket")

    assert world.reactions(issue) == ["eyes", "rocket"]


def test_a_comment_is_reacted_to_once(world: World) -> None:
    issue, issues = world.open_issue(), world.ports().issues
    comment = issues.comment(issue, "On it")

    issues.react_to_comment(world.repo, comment, "eyes")
    issues.react_to_comment(world.repo, comment, "eyes")
    issues.react_to_comment(world.repo, comment, "-1")

    assert world.reactions_to(comment) == ["-1", "eyes"]
    assert world.reactions(issue) == []
    with pytest.raises(RepoError, match="acme/shop has no comment 999999"):
        issues.react_to_comment(world.repo, CommentId(999_999), "eyes")


def test_a_label_is_put_on_and_taken_off(world: World) -> None:
    issue, issues = world.open_issue(), world.ports().issues
    world.label(issue, "bug")

    issues.add_label(issue, "acs")
    issues.add_label(issue, "acs")
    now = issues.get(issue)
    assert now is not None
    assert now.labels == {"acs", "bug"}

    issues.remove_label(issue, "acs")
    issues.remove_label(issue, "acs")
    issues.remove_label(IssueRef(world.repo, 999_999), "acs")
    now = issues.get(issue)
    assert now is not None
    assert now.labels == {"bug"}


def test_a_label_that_the_repository_does_not_have_is_made(world: World) -> None:
    issue, issues = world.open_issue(), world.ports().issues

    issues.add_label(issue, "acs: new")

    now = issues.get(issue)
    assert now is not None
    assert now.labels == {"acs: new"}


def test_a_comment_is_found_by_its_marker_and_edited_in_place(world: World) -> None:
    issue, issues = world.open_issue(), world.ports().issues
    comment = issues.comment(issue, "<!-- acs:task=1 -->\nworking")
    issues.comment(issue, "<!-- acs:task=2 -->\nsomething else")

    assert issues.find_comment(issue, "<!-- acs:task=1 -->") == comment
    issues.edit_comment(world.repo, comment, "<!-- acs:task=1 -->\ndone ✓")

    assert world.comments(issue) == ["<!-- acs:task=1 -->\ndone ✓", "<!-- acs:task=2 -->\nsomething else"]


def test_a_marker_in_somebody_elses_comment_is_not_the_apps(world: World) -> None:
    issue, issues = world.open_issue(), world.ports().issues
    world.say("rea", issue, "<!-- acs:task=1 --> I am the App")

    assert issues.find_comment(issue, "<!-- acs:task=1 -->") is None
    assert issues.find_comment(world.open_issue(), "<!-- acs:task=1 -->") is None


def test_a_comment_is_found_among_hundreds(world: World) -> None:
    issue, issues = world.open_issue(), world.ports().issues
    for number in range(101):
        world.say("wes", issue, f"me too {number}")
    comment = issues.comment(issue, "<!-- acs:task=1 -->")

    assert issues.find_comment(issue, "<!-- acs:task=1 -->") == comment


def test_a_comment_that_is_too_long_keeps_its_beginning(world: World) -> None:
    issue = world.open_issue()

    world.ports().issues.comment(issue, "<!-- acs:task=1 -->\n" + "ä" * 70_000)

    (body,) = world.comments(issue)
    assert len(body) <= 65_536
    assert body.startswith("<!-- acs:task=1 -->\n")


def test_what_is_not_there_cannot_be_commented_on(world: World) -> None:
    issues, nowhere = world.ports().issues, IssueRef(world.repo, 999_999)
    with pytest.raises(RepoError, match="acme/shop has no issue 999999"):
        issues.comment(nowhere, "hello?")
    with pytest.raises(RepoError, match="acme/shop has no issue 999999"):
        issues.react(nowhere, "eyes")
    with pytest.raises(RepoError, match="acme/shop has no issue 999999"):
        issues.find_comment(nowhere, "hello?")


def test_a_comment_that_somebody_deleted_is_said_to_be_gone(world: World) -> None:
    assert world.ports().issues.edit_comment(world.repo, CommentId(999_999), "hello?") is False


def test_a_commit_creates_changes_and_deletes_on_top_of_its_parent(world: World) -> None:
    before = world.tree(world.main)
    picture = bytes(range(256))
    files = [
        GeneratedFile("src/price.ts", "export const price = 2; // €\n", "modify"),
        GeneratedFile("src/old.ts", "", "delete"),
        GeneratedFile("bin/run", "#!/bin/sh\n", "create", mode="100755"),
        GeneratedFile("logo.png", b64encode(picture).decode(), "create", encoding="base64"),
        GeneratedFile("large.txt", "x" * 300_000, "create"),
        GeneratedFile("empty", "", "create"),
    ]

    commit = world.ports().commits.commit(world.repo, parent=world.main, files=files, message="Change\n\nall of it")

    assert world.tree(commit.sha) == {
        "README.md": before["README.md"],
        "src/price.ts": ("100644", "export const price = 2; // €\n".encode()),
        "bin/run": ("100755", b"#!/bin/sh\n"),
        "logo.png": ("100644", picture),
        "large.txt": ("100644", b"x" * 300_000),
        "empty": ("100644", b""),
    }
    assert (commit.is_verified, commit.verification_reason) == (True, "valid")


def test_a_commit_needs_a_parent_that_is_there(world: World) -> None:
    with pytest.raises(RepoError, match=f"acme/shop has no commit {ABSENT}"):
        world.ports().commits.commit(world.repo, parent=ABSENT, files=CHANGE, message="Change")


def test_a_branch_is_created_once_and_deleted_as_often_as_one_likes(world: World, branch: str) -> None:
    commits = world.ports().commits
    assert commits.branch_head(world.repo, branch) is None

    head = propose(world, branch)
    found = commits.branch_head(world.repo, branch)
    assert found is not None
    assert (found.sha, found.is_verified) == (head, True)
    with pytest.raises(BranchExists, match=f"acme/shop has a branch {branch} already"):
        commits.create_branch(world.repo, branch, head)

    commits.delete_branch(world.repo, branch)
    commits.delete_branch(world.repo, branch)
    assert commits.branch_head(world.repo, branch) is None


def test_a_branch_cannot_point_at_nothing(world: World, branch: str) -> None:
    with pytest.raises(RepoError):
        world.ports().commits.create_branch(world.repo, branch, ABSENT)
    assert world.ports().commits.branch_head(world.repo, branch) is None


def test_a_draft_is_proposed_and_found(world: World, branch: str) -> None:
    head, pulls = propose(world, branch), world.ports().pulls
    assert pulls.find(world.repo, branch) is None

    opened = pulls.open_draft(world.repo, head_branch=branch, base_branch="main", title="Tax", body="Closes #1")

    assert (opened.head_sha, opened.head_branch, opened.base_branch) == (head, branch, "main")
    assert (opened.is_draft, opened.is_open, opened.is_fork) == (True, True, False)
    assert pulls.find(world.repo, branch) == pulls.get(opened.ref) == opened
    assert world.body(opened.ref) == "Closes #1"


def test_a_pull_request_knows_where_its_commits_begin_and_where_its_base_is_now(world: World, branch: str) -> None:
    ports, main = world.ports(), world.main
    head = propose(world, branch)
    commits = ports.commits
    moved = commits.commit(world.repo, parent=main, files=CHANGE, message="Go on").sha
    commits.create_branch(world.repo, f"{branch}-base", moved)
    pull = ports.pulls.open_draft(world.repo, head_branch=branch, base_branch="main", title="Tax", body="")

    assert ports.pulls.bases(pull) == Bases(main, main)
    assert ports.pulls.bases(replace(pull, base_branch=f"{branch}-base")) == Bases(BaseSha(moved), main)
    assert pull.head_sha == head
    with pytest.raises(RepoError, match="comparison"):
        ports.pulls.bases(replace(pull, base_branch=f"{branch}-absent"))


def test_a_pull_request_is_an_issue_to_comment_on(world: World, branch: str) -> None:
    propose(world, branch)
    ports = world.ports()
    pull = ports.pulls.open_draft(world.repo, head_branch=branch, base_branch="main", title="Tax", body="")
    as_issue = IssueRef(world.repo, pull.ref.number)

    comment = ports.issues.comment(as_issue, "<!-- acs -->")

    assert ports.issues.find_comment(as_issue, "<!-- acs -->") == comment


def test_a_pull_request_that_cannot_be_opened_says_why(world: World, branch: str) -> None:
    pulls = world.ports().pulls
    propose(world, branch)
    pulls.open_draft(world.repo, head_branch=branch, base_branch="main", title="Tax", body="")
    with pytest.raises(RepoError, match="A pull request already exists"):
        pulls.open_draft(world.repo, head_branch=branch, base_branch="main", title="Tax", body="")
    with pytest.raises(RepoError, match=f"{branch}-absent"):
        pulls.open_draft(world.repo, head_branch=f"{branch}-absent", base_branch="main", title="Tax", body="")

    world.ports().commits.create_branch(world.repo, f"{branch}-same", HeadSha(world.main))
    with pytest.raises(RepoError, match="No commits between"):
        pulls.open_draft(world.repo, head_branch=f"{branch}-same", base_branch="main", title="Tax", body="")


def test_a_pull_request_is_closed_when_its_branch_goes(world: World, branch: str) -> None:
    head, ports = propose(world, branch), world.ports()
    pull = ports.pulls.open_draft(world.repo, head_branch=branch, base_branch="main", title="Tax", body="")

    ports.commits.delete_branch(world.repo, branch)

    left = ports.pulls.get(pull.ref)
    assert (left.is_open, left.head_sha) == (False, head)
    assert ports.pulls.find(world.repo, branch) == left


def test_a_pull_request_that_is_not_there_is_named(world: World) -> None:
    with pytest.raises(RepoError, match="acme/shop has no pull request 999999"):
        world.ports().pulls.get(PullRef(world.repo, 999_999))


def test_a_check_run_is_queued_started_and_concluded(world: World, branch: str) -> None:
    head, checks = propose(world, branch), world.ports().checks

    queued = checks.create(world.repo, name="ACS / tests", head_sha=head, external_id="acs:1:tests", output=SOON)
    assert (queued.status, queued.conclusion, queued.head_sha) == ("queued", None, head)
    checks.start(world.repo, queued.id, at=NOW, output=CheckOutput("Running", "The tests run."))
    assert _found(world, head, "acs:1:tests") == ("in_progress", None)
    checks.conclude(
        world.repo, queued.id, conclusion="success", at=NOW, output=CheckOutput("Passed", "15 tests", "`t`")
    )

    assert _found(world, head, "acs:1:tests") == ("completed", "success")


def test_a_check_run_can_be_completed_from_the_start(world: World, branch: str) -> None:
    head, checks = propose(world, branch), world.ports().checks

    done = checks.create(
        world.repo, name="ACS / tests", head_sha=head, external_id="acs:1", output=SOON, conclusion="action_required"
    )

    assert (done.status, done.conclusion) == ("completed", "action_required")
    assert checks.get(world.repo, done.id) == done
    assert checks.get(world.repo, CheckRunId(999_999)) is None


def test_a_check_run_is_found_by_all_that_names_it(world: World, branch: str) -> None:
    head, checks = propose(world, branch), world.ports().checks
    first = checks.create(world.repo, name="ACS / tests", head_sha=head, external_id="acs:1", output=SOON)
    other = checks.create(world.repo, name="ACS / lint", head_sha=head, external_id="acs:1", output=SOON)

    def find(name: str, head_sha: HeadSha, external_id: str) -> CheckRunId | None:
        found = checks.find(world.repo, name=name, head_sha=head_sha, external_id=external_id)
        return found.id if found else None

    assert find("ACS / tests", head, "acs:1") == first.id
    assert find("ACS / lint", head, "acs:1") == other.id
    assert find("ACS / tests", head, "acs:2") is None
    assert find("ACS / tests", HeadSha(world.main), "acs:1") is None


def test_all_annotations_of_a_conclusion_are_there_in_order(world: World, branch: str) -> None:
    head, checks = propose(world, branch), world.ports().checks
    run = checks.create(world.repo, name="ACS / tests", head_sha=head, external_id="acs:1", output=SOON)
    annotations = tuple(
        Annotation("src/tax.ts", line, line + 1, "failure", f"Test {line}", f"expected {line}\nbut not")
        for line in range(1, 121)
    )

    checks.conclude(
        world.repo, run.id, conclusion="failure", at=NOW, output=CheckOutput("Failed", "120 tests", "", annotations)
    )

    assert tuple(world.annotations(run.id)) == annotations
    assert _found(world, head, "acs:1") == ("completed", "failure")


def test_a_conclusion_said_again_repeats_no_annotation(world: World, branch: str) -> None:
    head, checks = propose(world, branch), world.ports().checks
    run = checks.create(world.repo, name="ACS / tests", head_sha=head, external_id="acs:1", output=SOON)
    annotations = tuple(Annotation("src/tax.ts", n, n, "failure", f"Test {n}", "no") for n in range(1, 61))
    output = CheckOutput("Failed", "60 tests", "", annotations)

    for _ in range(2):
        checks.conclude(world.repo, run.id, conclusion="failure", at=NOW, output=output)

    assert tuple(world.annotations(run.id)) == annotations


def test_a_check_needs_a_commit_and_a_run_that_are_there(world: World) -> None:
    checks = world.ports().checks
    with pytest.raises(RepoError):
        checks.create(world.repo, name="ACS / tests", head_sha=ABSENT, external_id="acs:1", output=SOON)
    with pytest.raises(RepoError, match="acme/shop has no check run 999999"):
        checks.start(world.repo, CheckRunId(999_999), at=NOW, output=SOON)


ACTS: Mapping[str, Callable[[World, CodeHost], object]] = {
    "contents: write": lambda world, host: host.commits.create_branch(world.repo, "x", HeadSha(world.main)),
    "issues: write": lambda world, host: host.issues.comment(world.open_issue(), "hello"),
    "pull_requests: write": lambda world, host: host.pulls.open_draft(
        world.repo, head_branch="x", base_branch="main", title="Tax", body=""
    ),
    "checks: write": lambda world, host: host.checks.create(
        world.repo, name="ACS / tests", head_sha=HeadSha(world.main), external_id="acs:1", output=SOON
    ),
}


@pytest.mark.parametrize(
    ("granted", "missing"),
    [
        ({"issues": "write"}, "contents: write"),
        ({"contents": "read"}, "contents: write"),
        ({"contents": "write"}, "issues: write"),
        ({"contents": "write"}, "pull_requests: write"),
        ({"contents": "write", "checks": "read"}, "checks: write"),
    ],
)
def test_a_job_can_do_nothing_beyond_its_permissions(world: World, granted: Permissions, missing: str) -> None:
    with pytest.raises(RepoError, match=f"grant it “{missing}”"):
        ACTS[missing](world, world.ports(granted))


def test_a_stale_fence_writes_nothing(world: World) -> None:
    def stale(_: Write) -> None:
        raise StaleFence

    issue = world.open_issue()
    with pytest.raises(StaleFence):
        world.ports(permit=stale).issues.comment(issue, "too late")
    with pytest.raises(StaleFence):
        world.ports(permit=stale).issues.react(issue, "eyes")

    assert (world.comments(issue), world.reactions(issue)) == ([], [])


def _found(world: World, head: HeadSha, external_id: str) -> tuple[str, str | None] | None:
    found = world.ports().checks.find(world.repo, name="ACS / tests", head_sha=head, external_id=external_id)
    return (found.status, found.conclusion) if found else None
