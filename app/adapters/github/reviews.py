"""Reviews of pull requests, and answers to them. https://docs.github.com/en/rest/pulls/reviews"""

from collections.abc import Mapping
from typing import Literal, TypeVar

from pydantic import AwareDatetime

from app.adapters.github import questions
from app.adapters.github.answers import GitHubModel
from app.adapters.github.client import PER_PAGE, Call, Client
from app.adapters.github.graphql import Operation
from app.adapters.github.issues import LONGEST_BODY
from app.adapters.github.pulls import READ, WRITE
from app.adapters.github.text import cut
from app.domain.repo import Actor, HeadSha, PullRef
from app.errors import RepoError
from app.ports.code_host import Reaction, Review, ReviewComment, ReviewCommentId, ReviewId, ReviewThread

M = TypeVar("M")
Verdict = Literal["approved", "changes_requested", "commented", "dismissed"]
State = Literal["PENDING", "COMMENTED", "APPROVED", "CHANGES_REQUESTED", "DISMISSED"]
VERDICTS: Mapping[State, Verdict] = {
    "APPROVED": "approved",
    "CHANGES_REQUESTED": "changes_requested",
    "COMMENTED": "commented",
    "DISMISSED": "dismissed",
}
MOST_PAGES = 20
GONE = Actor("ghost", 0, "User")  # as GitHub's pages call whoever deleted their account


class _Account(GitHubModel):
    id: int
    login: str
    type: Literal["User", "Bot", "Organization", "Mannequin"] = "User"


class _Comment(GitHubModel):
    id: int
    node_id: str
    pull_request_review_id: int | None
    user: _Account | None
    body: str = ""
    path: str
    side: Literal["LEFT", "RIGHT"] = "RIGHT"
    position: int | None = None
    line: int | None = None
    start_line: int | None = None
    subject_type: Literal["line", "file"] = "line"
    diff_hunk: str = ""
    in_reply_to_id: int | None = None

    def as_comment(self) -> ReviewComment:
        is_file = self.subject_type == "file"
        return ReviewComment(
            id=ReviewCommentId(self.id),
            author=_actor(self.user),
            body=self.body,
            path=self.path,
            side=self.side,
            line=None if is_file else self.line,
            start_line=None if is_file else self.start_line,
            is_outdated=self.position is None and self.line is None,
            diff_hunk=self.diff_hunk,
            in_reply_to=None if self.in_reply_to_id is None else ReviewCommentId(self.in_reply_to_id),
        )


class _Review(GitHubModel):
    id: int
    user: _Account | None
    state: State
    body: str | None
    commit_id: str | None
    submitted_at: AwareDatetime | None = None


class _Made(GitHubModel):
    id: int


class _Numbered(GitHubModel):
    fullDatabaseId: int  # noqa: N815  # as GraphQL has it: a number too large for its own integers, in a string


class _Numbers(GitHubModel):
    nodes: tuple[_Numbered, ...]


class _Thread(GitHubModel):
    isResolved: bool  # noqa: N815
    isOutdated: bool  # noqa: N815
    comments: _Numbers


class _PageInfo(GitHubModel):
    hasNextPage: bool  # noqa: N815
    endCursor: str | None  # noqa: N815


class _Threads(GitHubModel):
    nodes: tuple[_Thread, ...]
    pageInfo: _PageInfo  # noqa: N815


class _ThreadsOfPull(GitHubModel):
    reviewThreads: _Threads  # noqa: N815


class _Pulls(GitHubModel):
    pullRequest: _ThreadsOfPull  # noqa: N815


class _Repository(GitHubModel):
    repository: _Pulls


class _Authorship(GitHubModel):
    viewerDidAuthor: bool = False  # noqa: N815


class _Node(GitHubModel):
    node: _Authorship


class GitHubReviews:
    """Takes `pull_requests: write`; reading takes `pull_requests: read`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def of(self, pull: PullRef) -> tuple[Review, ...]:
        comments: dict[int | None, list[ReviewComment]] = {}
        for comment in self._comments(pull):
            comments.setdefault(comment.pull_request_review_id, []).append(comment.as_comment())
        reviews = self._all(pull, "reviews", _Review)
        return tuple(
            Review(
                id=ReviewId(one.id),
                author=_actor(one.user),
                verdict=VERDICTS[one.state],
                body=one.body or "",
                head_sha=HeadSha(one.commit_id or ""),
                submitted_at=one.submitted_at,
                comments=tuple(comments.get(one.id, ())),
            )
            for one in reviews
            if one.state != "PENDING" and one.submitted_at is not None
        )

    def threads(self, pull: PullRef) -> tuple[ReviewThread, ...]:
        """https://docs.github.com/en/graphql/reference/objects#pullrequestreviewthread"""
        found: list[_Thread] = []
        after: str | None = None
        for _ in range(MOST_PAGES):
            page = self._threads(pull, after)
            found += page.nodes
            after = page.pageInfo.endCursor
            if not page.pageInfo.hasNextPage:
                return tuple(_thread(one) for one in found)
        raise _too_many(pull, "threads")

    def find_reply(self, pull: PullRef, to: ReviewCommentId, marker: str) -> ReviewCommentId | None:
        """The App's own answer with the marker; GitHub is asked whose it is, because its REST API does not say."""
        for comment in self._comments(pull):
            may_be = comment.in_reply_to_id == to and comment.user is not None and comment.user.type == "Bot"
            if may_be and marker in comment.body and self._is_own(pull, comment):
                return ReviewCommentId(comment.id)
        return None

    def reply(self, pull: PullRef, to: ReviewCommentId, body: str) -> ReviewCommentId:
        """Answer in the thread.

        It is not counted among what the breaker of the conversation stops: people's comments bring forth no more
        answers than there are of them.
        """
        path = ("pulls", pull.number, "comments", to, "replies")
        call = Call("POST", pull.repo, path, _name(pull, to), WRITE, body={"body": cut(body, LONGEST_BODY)})
        return ReviewCommentId(self._client.ask(call, _Made).id)

    def react(self, pull: PullRef, to: ReviewCommentId, reaction: Reaction) -> None:
        path = ("pulls", "comments", to, "reactions")
        self._client.do(Call("POST", pull.repo, path, _name(pull, to), WRITE, body={"content": reaction}))

    def _comments(self, pull: PullRef) -> list[_Comment]:
        return self._all(pull, "comments", _Comment)

    def _all(self, pull: PullRef, what: str, model: type[M]) -> list[M]:
        found: list[M] = []
        for page in range(1, MOST_PAGES + 1):
            params = {"per_page": PER_PAGE, "page": page}
            call = Call("GET", pull.repo, ("pulls", pull.number, what), f"pull request {pull.number}", READ, params)
            new = self._client.ask(call, list[model])
            found += new
            if len(new) < PER_PAGE:
                return found
        raise _too_many(pull, what)

    def _threads(self, pull: PullRef, after: str | None) -> _Threads:
        repo, thing = pull.repo, f"pull request {pull.number}"
        asked = Operation(
            questions.REVIEW_THREADS,
            {
                "owner": repo.owner,
                "name": repo.name,
                "number": pull.number,
                "threads": PER_PAGE,
                "comments": PER_PAGE,
                "after": after,
            },
        )
        found = self._client.query(asked, _Repository, repo=repo, thing=thing, permission=READ)
        return found.repository.pullRequest.reviewThreads

    def _is_own(self, pull: PullRef, comment: _Comment) -> bool:
        asked = Operation(questions.OWN_REVIEW_COMMENT, {"comment": comment.node_id})
        thing = _name(pull, ReviewCommentId(comment.id))
        return self._client.query(asked, _Node, repo=pull.repo, thing=thing, permission=READ).node.viewerDidAuthor


def _thread(found: _Thread) -> ReviewThread:
    comments = tuple(ReviewCommentId(one.fullDatabaseId) for one in found.comments.nodes)
    return ReviewThread(comments, found.isResolved, found.isOutdated)


def _actor(account: _Account | None) -> Actor:
    return GONE if account is None else Actor(account.login, account.id, account.type)


def _name(pull: PullRef, comment: ReviewCommentId) -> str:
    return f"comment {comment} on pull request {pull.number}"


def _too_many(pull: PullRef, what: str) -> RepoError:
    return RepoError(
        f"{pull} has more than {MOST_PAGES * PER_PAGE:,} {what}, too many to answer: continue in a new pull request"
    )
