"""The code host (GitHub) in narrow slices; each use case names the ones it needs.

Every method may raise `RepoError` (the repository, issue or permission is not there, and will not be on a retry) and
`TransientError` (outage, an answer that makes no sense; `Limited` where the installation is to be left alone). Every
method that writes raises `StaleFence` before writing when the lane is no longer ours, and `Limited` when there is no
room for it now. Which writes are made once, and which may be repeated, stands in `app/governance/effects.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NewType, Protocol

from app.domain.change import GeneratedFile
from app.domain.repo import Actor, BaseSha, HeadSha, IssueRef, PullRef, RepoRef
from app.errors import RepoError

CommentId = NewType("CommentId", int)
ReviewId = NewType("ReviewId", int)
ReviewCommentId = NewType("ReviewCommentId", int)
CheckRunId = NewType("CheckRunId", int)
Permission = Literal["none", "read", "triage", "write", "maintain", "admin"]
CheckStatus = Literal["queued", "in_progress", "completed"]
Conclusion = Literal["success", "failure", "neutral", "action_required", "skipped", "cancelled", "timed_out"]


class Collaborators(Protocol):
    def permission(self, repo: RepoRef, person: Actor) -> Permission:
        """What the person may do; a custom role counts as the standard role it is built on.

        A stranger may `read` a public repository. `none` also when the login is somebody else's by now.
        """
        ...


@dataclass(frozen=True, slots=True)
class IssueNow:
    """What an issue is at the moment, as far as somebody's request goes."""

    is_open: bool
    labels: frozenset[str]
    updated_at: datetime


Reaction = Literal["eyes", "rocket", "confused", "-1"]


class Issues(Protocol):
    def get(self, issue: IssueRef) -> IssueNow | None:
        """The issue as it is now; `None` when it was deleted, or moved to another repository."""
        ...

    def react(self, issue: IssueRef, reaction: Reaction) -> None:
        """Add a reaction to the issue; adding it again changes nothing."""
        ...

    def react_to_comment(self, repo: RepoRef, comment: CommentId, reaction: Reaction) -> None:
        """Add a reaction to a comment; adding it again changes nothing."""
        ...

    def add_label(self, issue: IssueRef, label: str) -> None:
        """Put the label on the issue; nothing happens where it is on."""
        ...

    def remove_label(self, issue: IssueRef, label: str) -> None:
        """Take the label off the issue; nothing happens where it is off."""
        ...

    def find_comment(self, issue: IssueRef, marker: str) -> CommentId | None:
        """The App's own comment on the issue that contains the marker."""
        ...

    def comment(self, issue: IssueRef, body: str) -> CommentId:
        """Comment on the issue. Of a body longer than 65,536 characters the end is cut: markers belong at the start."""
        ...

    def edit_comment(self, repo: RepoRef, comment: CommentId, body: str) -> bool:
        """Give the comment a new body; false when somebody deleted it."""
        ...


@dataclass(frozen=True, slots=True)
class Pull:
    ref: PullRef
    head_sha: HeadSha
    head_branch: str
    base_branch: str
    is_draft: bool
    is_open: bool
    is_fork: bool
    url: str
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Bases:
    """Where a pull request would go, the head of its base branch now, and where its own commits begin."""

    base_sha: BaseSha
    merge_base_sha: BaseSha


class Pulls(Protocol):
    def get(self, pull: PullRef) -> Pull: ...

    def bases(self, pull: Pull) -> Bases:
        """The two commits that the pull request's head is compared with."""
        ...

    def find(self, repo: RepoRef, head_branch: str) -> Pull | None:
        """The newest pull request, open or closed, from a branch of this repository."""
        ...

    def open_draft(self, repo: RepoRef, *, head_branch: str, base_branch: str, title: str, body: str) -> Pull: ...

    def leave_draft(self, pull: PullRef) -> None:
        """Say that the pull request is ready for review; nothing happens when it is no draft (any more).

        GitHub wants `contents: write` of an App for this, besides `pull_requests: write`.

        Raises:
            RepoError: it is closed.
        """
        ...

    def request_reviewers(self, pull: PullRef, logins: Sequence[str]) -> None:
        """Ask people for a review; who is asked already is not asked again, who has answered is.

        Raises:
            RepoError: one of them is no collaborator, or wrote the pull request; then nobody is asked.
        """
        ...


@dataclass(frozen=True, slots=True)
class ReviewComment:
    """What somebody said about lines of a change; `diff_hunk` shows those lines as they were then.

    `line` is where the last of them is now, on its `side` of the diff: `None` once they are outdated, and of a comment
    on a whole file. `author` is nobody that can be found once the account is gone.
    """

    id: ReviewCommentId
    author: Actor
    body: str
    path: str
    side: Literal["LEFT", "RIGHT"]
    line: int | None
    start_line: int | None
    is_outdated: bool
    diff_hunk: str
    in_reply_to: ReviewCommentId | None

    @property
    def root(self) -> ReviewCommentId:
        """The first comment of its thread, which answers go to."""
        return self.in_reply_to or self.id


@dataclass(frozen=True, slots=True)
class Review:
    """A review that was submitted. A comment made alone, and each answer, comes in a review without words."""

    id: ReviewId
    author: Actor
    verdict: Literal["approved", "changes_requested", "commented", "dismissed"]
    body: str
    head_sha: HeadSha
    submitted_at: datetime
    comments: tuple[ReviewComment, ...]


@dataclass(frozen=True, slots=True)
class ReviewThread:
    """The first hundred comments on some lines, oldest first; whether it is resolved is for people to say."""

    comments: tuple[ReviewCommentId, ...]
    is_resolved: bool
    is_outdated: bool


class Reviews(Protocol):
    """What people say of a pull request, and answers to it."""

    def of(self, pull: PullRef) -> tuple[Review, ...]:
        """The reviews, in the order in which they were begun, each with its comments.

        Raises:
            RepoError: there are more than ACS looks through.
        """
        ...

    def threads(self, pull: PullRef) -> tuple[ReviewThread, ...]:
        """The threads, oldest first.

        Raises:
            RepoError: there are more than ACS looks through.
        """
        ...

    def find_reply(self, pull: PullRef, to: ReviewCommentId, marker: str) -> ReviewCommentId | None:
        """The App's own answer in the thread of that first comment that contains the marker."""
        ...

    def reply(self, pull: PullRef, to: ReviewCommentId, body: str) -> ReviewCommentId:
        """Answer in the thread of that first comment. Of a body longer than 65,536 characters the end is cut.

        Raises:
            RepoError: the comment is gone, or is an answer itself: give its `root`.
        """
        ...

    def react(self, pull: PullRef, to: ReviewCommentId, reaction: Reaction) -> None:
        """Add a reaction to a comment on lines; adding it again changes nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Commit:
    sha: HeadSha
    is_verified: bool
    verification_reason: str


class BranchExists(RepoError):
    """There is a branch of that name already; whether it is ours, its head commit tells."""


class Commits(Protocol):
    """Writing through the Git Data API, without author fields, so that the host signs the commit."""

    def branch_head(self, repo: RepoRef, branch: str) -> Commit | None:
        """The branch's head commit, or `None` where there is no such branch."""
        ...

    def commit(
        self, repo: RepoRef, *, parent: BaseSha | HeadSha, files: Sequence[GeneratedFile], message: str
    ) -> Commit:
        """One tree and one commit on `parent`; no branch points at it yet."""
        ...

    def create_branch(self, repo: RepoRef, branch: str, head: HeadSha) -> None:
        """Point a new branch at the commit.

        Raises:
            BranchExists: there is a branch of that name already.
        """
        ...

    def delete_branch(self, repo: RepoRef, branch: str) -> None:
        """Delete the branch; nothing happens when it is not there."""
        ...


@dataclass(frozen=True, slots=True)
class Annotation:
    """One remark on lines of a file. https://docs.github.com/en/rest/checks/runs#update-a-check-run"""

    path: str
    start_line: int
    end_line: int
    level: Literal["notice", "warning", "failure"]
    title: str
    message: str


@dataclass(frozen=True, slots=True)
class CheckOutput:
    """What a person reads on a check run; `summary` and `text` are Markdown of at most 65,535 characters each."""

    title: str
    summary: str
    text: str = ""
    annotations: tuple[Annotation, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckRun:
    id: CheckRunId
    name: str
    head_sha: HeadSha
    external_id: str
    status: CheckStatus
    conclusion: Conclusion | None
    url: str


class Checks(Protocol):
    def create(
        self,
        repo: RepoRef,
        *,
        name: str,
        head_sha: HeadSha,
        external_id: str,
        output: CheckOutput,
        conclusion: Conclusion | None = None,
    ) -> CheckRun:
        """A queued check run, or with a conclusion one that is completed already."""
        ...

    def get(self, repo: RepoRef, check_run: CheckRunId) -> CheckRun | None: ...

    def find(self, repo: RepoRef, *, name: str, head_sha: HeadSha, external_id: str) -> CheckRun | None: ...

    def start(self, repo: RepoRef, check_run: CheckRunId, *, at: datetime, output: CheckOutput) -> None: ...

    def conclude(
        self, repo: RepoRef, check_run: CheckRunId, *, conclusion: Conclusion, at: datetime, output: CheckOutput
    ) -> None:
        """Complete the check run with its annotations, in order; only a conclusion has any.

        Run again, it goes on where it broke off: annotations that are on the check run already are not repeated.
        """
        ...


@dataclass(frozen=True, slots=True)
class CodeHost:
    """All slices together, as one job with one set of permissions holds them."""

    collaborators: Collaborators
    issues: Issues
    pulls: Pulls
    reviews: Reviews
    commits: Commits
    checks: Checks
