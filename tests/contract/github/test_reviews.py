"""The ports of reviews and drafts: what the fake promises, GitHub keeps."""

from collections.abc import Iterator
from itertools import count

import pytest

from app.domain.change import GeneratedFile
from app.domain.repo import PullRef
from app.errors import RepoError, StaleFence
from app.ports.budgets import Write
from app.ports.code_host import ReviewCommentId
from tests.contract.github.worlds import World, code_host
from tests.fakes.code_host import LineComment, Permissions

PRICE = "src/price.ts"
LINES = ("export const price = 2;", "export const tax = 1;")
FIRST, SECOND = (LineComment(PRICE, number, text, f"Why {text}?") for number, text in enumerate(LINES, start=1))
MARKER = "<!-- acs:answer -->"


@pytest.fixture(scope="module", params=["memory", "local GitHub"])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with code_host(request.param, tmp_path_factory.mktemp("github")) as world:
        yield world


@pytest.fixture(scope="module")
def names() -> Iterator[str]:
    return (f"acs/reviewed-{number}" for number in count(1))


@pytest.fixture
def branch(names: Iterator[str]) -> str:
    return next(names)


@pytest.fixture
def pull(world: World, branch: str) -> PullRef:
    """A draft of the App's that changes two lines."""
    ports, content = world.ports(), "".join(f"{line}\n" for line in LINES)
    file = GeneratedFile(PRICE, content, "modify")
    head = ports.commits.commit(world.repo, parent=world.main, files=[file], message="Add a tax").sha
    ports.commits.create_branch(world.repo, branch, head)
    return ports.pulls.open_draft(world.repo, head_branch=branch, base_branch="main", title="Tax", body="").ref


def first_comment(world: World, pull: PullRef) -> ReviewCommentId:
    return world.ports().reviews.of(pull)[0].comments[0].id


def test_a_draft_is_left_once_and_stays_left(world: World, pull: PullRef) -> None:
    pulls = world.ports().pulls
    for _ in range(2):
        pulls.leave_draft(pull)
        assert pulls.get(pull).is_draft is False


def test_a_draft_is_left_only_by_who_may_write_contents(world: World, pull: PullRef) -> None:
    granted: Permissions = {"pull_requests": "write", "contents": "read"}
    with pytest.raises(RepoError, match=r"grant it “contents: write” and “pull_requests: write”"):
        world.ports(granted).pulls.leave_draft(pull)
    assert world.ports().pulls.get(pull).is_draft is True


def test_a_closed_pull_request_stays_a_draft(world: World, pull: PullRef, branch: str) -> None:
    world.ports().commits.delete_branch(world.repo, branch)
    with pytest.raises(RepoError, match=f"refuses pull request {pull.number}: Pull request is closed"):
        world.ports().pulls.leave_draft(pull)


def test_reviewers_are_asked_all_or_none(world: World, pull: PullRef) -> None:
    pulls = world.ports().pulls
    with pytest.raises(RepoError, match="only be requested from collaborators"):
        pulls.request_reviewers(pull, ["mia", "nobody-of-that-name"])
    assert world.awaited(pull) == []
    for _ in range(2):
        pulls.request_reviewers(pull, ["mia", "wes"])
    assert world.awaited(pull) == ["mia", "wes"]


def test_reviews_are_read_with_their_words_and_comments(world: World, pull: PullRef) -> None:
    head = world.ports().pulls.get(pull).head_sha
    world.review("mia", pull, "changes_requested", "Please explain", FIRST, SECOND)
    world.review("wes", pull, "approved", "")

    asked, approved = world.ports({"pull_requests": "read"}).reviews.of(pull)

    assert (asked.author, asked.verdict, asked.body) == (world.person("mia"), "changes_requested", "Please explain")
    assert (approved.author.login, approved.verdict, approved.body, approved.comments) == ("wes", "approved", "", ())
    assert asked.head_sha == head
    first, second = asked.comments
    assert (first.author, first.body, first.path, first.line) == (world.person("mia"), FIRST.body, PRICE, 1)
    assert (second.line, second.start_line, second.side, second.is_outdated) == (2, None, "RIGHT", False)
    assert second.diff_hunk.endswith(f"+{LINES[1]}")
    assert second.root == second.id


def test_comments_on_lines_that_changed_are_outdated(world: World, pull: PullRef, branch: str) -> None:
    world.review("mia", pull, "commented", "", FIRST, SECOND)

    world.push(branch, {PRICE: f"// prices\nexport const price = 3;\n{LINES[1]}\n"})

    reviews = world.ports().reviews
    first, second = reviews.of(pull)[0].comments
    assert (first.line, first.is_outdated) == (None, True)
    assert (second.line, second.is_outdated) == (3, False)
    assert [thread.is_outdated for thread in reviews.threads(pull)] == [True, False]


def test_an_answer_is_in_the_thread_and_found_by_its_marker(world: World, pull: PullRef) -> None:
    world.review("mia", pull, "commented", "", FIRST, SECOND)
    reviews, to = world.ports().reviews, first_comment(world, pull)
    assert reviews.find_reply(pull, to, MARKER) is None

    answer = reviews.reply(pull, to, f"{MARKER}\nBecause")

    assert reviews.find_reply(pull, to, MARKER) == answer
    said = {comment.id: comment for review in reviews.of(pull) for comment in review.comments}
    assert (said[answer].in_reply_to, said[answer].root, said[answer].author.kind) == (to, to, "Bot")
    other = reviews.of(pull)[0].comments[1].id
    assert [thread.comments for thread in reviews.threads(pull)] == [(to, answer), (other,)]


def test_somebody_elses_comment_with_the_marker_is_not_the_apps_answer(world: World, pull: PullRef) -> None:
    world.review("mia", pull, "commented", "", LineComment(PRICE, 1, LINES[0], f"{MARKER} mine"))
    to = first_comment(world, pull)
    assert world.ports().reviews.find_reply(pull, to, MARKER) is None


def test_people_resolve_threads(world: World, pull: PullRef) -> None:
    world.review("mia", pull, "commented", "", FIRST, SECOND)
    world.resolve("mia", pull, first_comment(world, pull))
    assert [thread.is_resolved for thread in world.ports().reviews.threads(pull)] == [True, False]


def test_a_reaction_to_a_comment_on_a_line_is_there_once(world: World, pull: PullRef) -> None:
    world.review("mia", pull, "commented", "", FIRST)
    comment = first_comment(world, pull)
    for _ in range(2):
        world.ports().reviews.react(pull, comment, "eyes")
    assert world.line_reactions(comment) == ["eyes"]


def test_only_the_first_comment_of_a_thread_is_answered(world: World, pull: PullRef) -> None:
    world.review("mia", pull, "commented", "", FIRST)
    reviews = world.ports().reviews
    answer = reviews.reply(pull, first_comment(world, pull), "Because")
    for comment in (answer, ReviewCommentId(999_999)):
        with pytest.raises(RepoError, match=f"acme/shop has no comment {comment} on pull request {pull.number}"):
            reviews.reply(pull, comment, "And")


def test_a_very_long_answer_keeps_its_beginning(world: World, pull: PullRef) -> None:
    world.review("mia", pull, "commented", "", FIRST)
    reviews, to = world.ports().reviews, first_comment(world, pull)
    reviews.reply(pull, to, f"{MARKER}\n{'ä' * 70_000}")
    assert reviews.find_reply(pull, to, MARKER) is not None


def test_reviews_of_what_is_not_there_are_named(world: World) -> None:
    reviews, nowhere = world.ports().reviews, PullRef(world.repo, 999_999)
    for look in (reviews.of, reviews.threads):
        with pytest.raises(RepoError, match="acme/shop has no pull request 999999"):
            look(nowhere)


def test_answers_need_a_fence_and_a_permission(world: World, pull: PullRef) -> None:
    def stale(_: Write) -> None:
        raise StaleFence

    world.review("mia", pull, "commented", "", FIRST)
    to = first_comment(world, pull)
    with pytest.raises(StaleFence):
        world.ports(permit=stale).reviews.reply(pull, to, "too late")
    with pytest.raises(StaleFence):
        world.ports(permit=stale).pulls.leave_draft(pull)
    with pytest.raises(RepoError, match="grant it “pull_requests: write”"):
        world.ports({"pull_requests": "read"}).reviews.reply(pull, to, "not mine to say")

    assert len(world.ports().reviews.of(pull)) == 1
    assert world.ports().pulls.get(pull).is_draft is True
