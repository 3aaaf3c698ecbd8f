"""The code host in memory, as honest as `tests/contract/github/test_code_host.py` makes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha1
from itertools import count
from typing import Literal

from app.domain.change import GeneratedFile
from app.domain.repo import Actor, BaseSha, HeadSha, IssueRef, PullRef, RepoRef
from app.errors import RepoError
from app.ports.budgets import Account, Permit, Write
from app.ports.code_host import (
    Annotation,
    Bases,
    BranchExists,
    CheckOutput,
    CheckRun,
    CheckRunId,
    CodeHost,
    CommentId,
    Commit,
    Conclusion,
    IssueNow,
    Permission,
    Pull,
    Reaction,
    Review,
    ReviewComment,
    ReviewCommentId,
    ReviewId,
    ReviewThread,
)

Level = Literal["read", "write"]
Permissions = Mapping[str, Level]
Tree = Mapping[str, tuple[str, bytes]]
EVERYTHING: Permissions = {"contents": "write", "issues": "write", "pull_requests": "write", "checks": "write"}
THE_APP = "the App"
THE_BOT = Actor("acs[bot]", 0, "Bot")
LONGEST_BODY = 65_536
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass
class Comment:
    issue: int
    author: str
    body: str


@dataclass
class ProposedPull:
    title: str
    body: str
    head_branch: str
    base_branch: str
    last_head: HeadSha
    is_draft: bool = True
    is_open: bool = True
    updated_at: datetime = LONG_AGO
    is_fork: bool = False
    reviewers: list[str] = field(default_factory=list[str])


@dataclass
class RecordedReview:
    """A review as it was submitted; where its comments are now, `Reviews.of` finds anew."""

    pull: int
    review: Review
    hunks: dict[ReviewCommentId, str] = field(default_factory=dict[ReviewCommentId, str])


@dataclass
class RecordedCheck:
    run: CheckRun
    output: CheckOutput
    started_at: datetime | None = None
    completed_at: datetime | None = None
    annotations: list[Annotation] = field(default_factory=list[Annotation])


@dataclass(frozen=True)
class RecordedCommit:
    parents: tuple[str, ...]
    tree: Tree
    message: str


@dataclass(frozen=True)
class LineComment:
    """What somebody says about a line of a file, which reads `text`."""

    path: str
    line: int
    text: str
    body: str
    in_reply_to: ReviewCommentId | None = None


@dataclass
class InMemoryCodeHost:
    """One repository. Tests set it up and look at it here; the code under test holds its `ports`.

    `broken_by` is raised, first one first, by the calls that come next.
    """

    repo: RepoRef
    files: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    roles: Mapping[int, Permission] = field(default_factory=dict[int, Permission])
    broken_by: list[Exception] = field(default_factory=list[Exception])
    issues: dict[int, IssueNow] = field(default_factory=dict[int, IssueNow])
    reactions: dict[int, set[str]] = field(default_factory=dict[int, set[str]])
    comment_reactions: dict[int, list[str]] = field(default_factory=dict[int, list[str]])
    comments: dict[CommentId, Comment] = field(default_factory=dict[CommentId, Comment])
    pulls: dict[int, ProposedPull] = field(default_factory=dict[int, ProposedPull])
    collaborators: set[str] = field(default_factory=set[str])
    reviews: list[RecordedReview] = field(default_factory=list[RecordedReview])
    resolved: set[ReviewCommentId] = field(default_factory=set[ReviewCommentId])
    line_reactions: dict[ReviewCommentId, set[str]] = field(default_factory=dict[ReviewCommentId, set[str]])
    commits: dict[str, RecordedCommit] = field(default_factory=dict[str, RecordedCommit])
    branches: dict[str, str] = field(default_factory=dict[str, str])
    checks: dict[CheckRunId, RecordedCheck] = field(default_factory=dict[CheckRunId, RecordedCheck])

    def __post_init__(self) -> None:
        self._numbers = count(1)
        tree = {path: ("100644", content) for path, content in self.files.items()}
        self.branches["main"] = self.record(RecordedCommit((), tree, "Start"))

    def ports(self, permissions: Permissions = EVERYTHING, *, permit: Permit = lambda _: None) -> CodeHost:
        gate = Gate(self, permissions, permit)
        return CodeHost(
            _Collaborators(gate), _Issues(gate), _Pulls(gate), _Reviews(gate), _Commits(gate), _Checks(gate)
        )

    def open_issue(self) -> IssueRef:
        number = next(self._numbers)
        self.issues[number] = IssueNow(is_open=True, labels=frozenset(), updated_at=LONG_AGO)
        return IssueRef(self.repo, number)

    def label(self, issue: IssueRef, *names: str) -> None:
        """Give the issue these labels and no others."""
        self.issues[issue.number] = replace(self.issues[issue.number], labels=frozenset(names))

    def set_open(self, issue: IssueRef, is_open: bool) -> None:
        self.issues[issue.number] = replace(self.issues[issue.number], is_open=is_open)

    def next_number(self) -> int:
        return next(self._numbers)

    def review(
        self,
        pull: PullRef,
        by: Actor,
        verdict: Literal["approved", "changes_requested", "commented"],
        body: str = "",
        comments: Sequence[LineComment] = (),
    ) -> Review:
        """Somebody submits a review."""
        head = self.head_of(pull.number)
        said = tuple(self._said(by, one) for one in comments)
        number = ReviewId(next(self._numbers))
        review = Review(number, by, verdict, body, head, LONG_AGO, tuple(comment for comment, _ in said))
        self.reviews.append(RecordedReview(pull.number, review, {comment.id: text for comment, text in said}))
        return review

    def _said(self, by: Actor, one: LineComment) -> tuple[ReviewComment, str]:
        number = ReviewCommentId(next(self._numbers))
        comment = ReviewComment(
            number, by, one.body, one.path, "RIGHT", one.line, None, False, f"@@\n+{one.text}", one.in_reply_to
        )
        return comment, one.text

    def head_of(self, pull: int) -> HeadSha:
        proposed = self.pulls[pull]
        return HeadSha(self.branches.get(proposed.head_branch, proposed.last_head))

    def line_at_head(self, pull: int, path: str, text: str) -> int | None:
        """Which line of the file says so now."""
        _, content = self.commits[self.head_of(pull)].tree.get(path, ("", b""))
        lines = content.decode().splitlines()
        return lines.index(text) + 1 if text in lines else None

    def record(self, commit: RecordedCommit) -> HeadSha:
        sha = HeadSha(sha1(repr((commit, len(self.commits))).encode(), usedforsecurity=False).hexdigest())
        self.commits[sha] = commit
        return sha


@dataclass(frozen=True)
class Gate:
    """What every call passes: faults, the permissions of the job, and the permit for a write."""

    host: InMemoryCodeHost
    permissions: Permissions
    permit: Permit

    def read(self, area: str, repo: RepoRef) -> InMemoryCodeHost:
        return self._enter(area, repo, "read", ("read", "write"))

    def write(
        self, area: str, repo: RepoRef, *, comments_on: IssueRef | None = None, can_wait: bool = False
    ) -> InMemoryCodeHost:
        is_content = area != "contents"
        self.permit(Write(Account.of(repo), creates_content=is_content, can_wait=can_wait, comments_on=comments_on))
        return self._enter(area, repo, "write", ("write",))

    def write_both(self, area: str, other: str, repo: RepoRef) -> InMemoryCodeHost:
        if any(self.permissions.get(one) != "write" for one in (area, other)):
            raise RepoError(f"The App may not touch {repo.full_name}: grant it “{area}: write” and “{other}: write”")
        return self.write(other, repo)

    def _enter(self, area: str, repo: RepoRef, needed: Level, enough: Sequence[Level]) -> InMemoryCodeHost:
        if self.host.broken_by:
            raise self.host.broken_by.pop(0)
        if repo.repo_id != self.host.repo.repo_id:
            raise RepoError(f"{repo.full_name} does not exist any more or the App may not see it")
        if area != "metadata" and self.permissions.get(area) not in enough:
            raise RepoError(f"The App may not touch {repo.full_name}: grant it “{area}: {needed}”")
        return self.host


@dataclass(frozen=True)
class _Collaborators:
    gate: Gate

    def permission(self, repo: RepoRef, person: Actor) -> Permission:
        return self.gate.read("metadata", repo).roles.get(person.user_id, "none")


@dataclass(frozen=True)
class _Issues:
    gate: Gate

    def get(self, issue: IssueRef) -> IssueNow | None:
        return self.gate.read("issues", issue.repo).issues.get(issue.number)

    def react_to_comment(self, repo: RepoRef, comment: CommentId, reaction: Reaction) -> None:
        host = self.gate.write("issues", repo, can_wait=True)
        if comment not in host.comments:
            raise RepoError(f"{repo.full_name} has no comment {comment}")
        given = host.comment_reactions.setdefault(comment, [])
        given += [] if reaction in given else [reaction]

    def add_label(self, issue: IssueRef, label: str) -> None:
        host = self._of(self.gate.write("issues", issue.repo), issue)
        self._relabel(host, issue, host.issues[issue.number].labels | {label})

    def remove_label(self, issue: IssueRef, label: str) -> None:
        host = self.gate.write("issues", issue.repo)
        if issue.number in host.issues:
            self._relabel(host, issue, host.issues[issue.number].labels - {label})

    def _relabel(self, host: InMemoryCodeHost, issue: IssueRef, labels: frozenset[str]) -> None:
        host.issues[issue.number] = replace(host.issues[issue.number], labels=labels)

    def react(self, issue: IssueRef, reaction: Reaction) -> None:
        self._of(self.gate.write("issues", issue.repo), issue).reactions.setdefault(issue.number, set()).add(reaction)

    def find_comment(self, issue: IssueRef, marker: str) -> CommentId | None:
        host = self._of(self.gate.read("issues", issue.repo), issue)
        own = ((id_, one) for id_, one in host.comments.items() if one.author == THE_APP and one.issue == issue.number)
        return next((id_ for id_, one in own if marker in one.body), None)

    def comment(self, issue: IssueRef, body: str) -> CommentId:
        host = self._of(self.gate.write("issues", issue.repo, comments_on=issue), issue)
        comment = CommentId(host.next_number())
        host.comments[comment] = Comment(issue.number, THE_APP, body[:LONGEST_BODY])
        return comment

    def edit_comment(self, repo: RepoRef, comment: CommentId, body: str) -> bool:
        comments = self.gate.write("issues", repo, can_wait=True).comments
        if comment not in comments:
            return False
        comments[comment].body = body[:LONGEST_BODY]
        return True

    def _of(self, host: InMemoryCodeHost, issue: IssueRef) -> InMemoryCodeHost:
        if issue.number not in host.issues.keys() | host.pulls.keys():
            raise RepoError(f"{issue.repo.full_name} has no issue {issue.number}")
        return host


@dataclass(frozen=True)
class _Pulls:
    gate: Gate

    def get(self, pull: PullRef) -> Pull:
        host = self.gate.read("pull_requests", pull.repo)
        return _pull(host, _number_in(host, pull))

    def bases(self, pull: Pull) -> Bases:
        host = self.gate.read("contents", pull.ref.repo)
        if pull.base_branch not in host.branches or pull.head_sha not in host.commits:
            raise RepoError(f"{pull.ref.repo.full_name} has no comparison {pull.base_branch}...{pull.head_sha}")
        base = host.branches[pull.base_branch]
        of_base = {base, *_ancestors(host, base)}
        begins = next(sha for sha in (pull.head_sha, *_ancestors(host, pull.head_sha)) if sha in of_base)
        return Bases(BaseSha(base), BaseSha(begins))

    def find(self, repo: RepoRef, head_branch: str) -> Pull | None:
        host = self.gate.read("pull_requests", repo)
        numbers = [number for number, pull in host.pulls.items() if pull.head_branch == head_branch]
        return _pull(host, max(numbers)) if numbers else None

    def open_draft(self, repo: RepoRef, *, head_branch: str, base_branch: str, title: str, body: str) -> Pull:
        host = self.gate.write("pull_requests", repo)
        refusal = _refusal(host, head_branch, base_branch)
        if refusal:
            raise RepoError(f"{repo.full_name} takes no pull request from {head_branch}: {refusal}")
        number = host.next_number()
        head = HeadSha(host.branches[head_branch])
        host.pulls[number] = ProposedPull(title, body[:LONGEST_BODY], head_branch, base_branch, head)
        return _pull(host, number)

    def leave_draft(self, pull: PullRef) -> None:
        if not self.get(pull).is_draft:
            return
        host = self.gate.write_both("contents", "pull_requests", pull.repo)
        if not host.pulls[pull.number].is_open:
            raise RepoError(f"{pull.repo.full_name}: GitHub refuses pull request {pull.number}: Pull request is closed")
        host.pulls[pull.number].is_draft = False

    def request_reviewers(self, pull: PullRef, logins: Sequence[str]) -> None:
        host = self.gate.write("pull_requests", pull.repo)
        reviewers = host.pulls[_number_in(host, pull)].reviewers
        if not host.collaborators.issuperset(logins):
            raise RepoError(f"{pull.repo.full_name}: Reviews may only be requested from collaborators.")
        reviewers += [one for one in logins if one not in reviewers]


@dataclass(frozen=True)
class _Reviews:
    gate: Gate

    def of(self, pull: PullRef) -> tuple[Review, ...]:
        host = self.gate.read("pull_requests", pull.repo)
        number = _number_in(host, pull)
        return tuple(_reviewed(host, one) for one in host.reviews if one.pull == number)

    def threads(self, pull: PullRef) -> tuple[ReviewThread, ...]:
        comments = [comment for review in self.of(pull) for comment in review.comments]
        resolved = self.gate.host.resolved
        return tuple(
            ReviewThread(
                tuple(one.id for one in comments if one.root == first.id), first.id in resolved, first.is_outdated
            )
            for first in comments
            if first.in_reply_to is None
        )

    def find_reply(self, pull: PullRef, to: ReviewCommentId, marker: str) -> ReviewCommentId | None:
        comments = [comment for review in self.of(pull) for comment in review.comments]
        own = (one for one in comments if one.author == THE_BOT and one.in_reply_to == to)
        return next((one.id for one in own if marker in one.body), None)

    def reply(self, pull: PullRef, to: ReviewCommentId, body: str) -> ReviewCommentId:
        host = self.gate.write("pull_requests", pull.repo)
        first = _comment_on(host, pull, to)
        if first.in_reply_to is not None:
            raise _no_comment(pull, to)
        text = first.diff_hunk.rpartition("\n+")[2]
        answer = LineComment(first.path, first.line or 0, text, body[:LONGEST_BODY], in_reply_to=to)
        return host.review(pull, THE_BOT, "commented", comments=[answer]).comments[0].id

    def react(self, pull: PullRef, to: ReviewCommentId, reaction: Reaction) -> None:
        host = self.gate.write("pull_requests", pull.repo)
        host.line_reactions.setdefault(_comment_on(host, pull, to).id, set()).add(reaction)


def _reviewed(host: InMemoryCodeHost, recorded: RecordedReview) -> Review:
    comments = [_now(host, recorded, one) for one in recorded.review.comments]
    return replace(recorded.review, comments=tuple(comments))


def _now(host: InMemoryCodeHost, recorded: RecordedReview, comment: ReviewComment) -> ReviewComment:
    line = host.line_at_head(recorded.pull, comment.path, recorded.hunks[comment.id])
    return replace(comment, line=line, is_outdated=line is None)


def _comment_on(host: InMemoryCodeHost, pull: PullRef, comment: ReviewCommentId) -> ReviewComment:
    said = (one for recorded in host.reviews if recorded.pull == pull.number for one in recorded.review.comments)
    found = next((one for one in said if one.id == comment), None)
    if found is None:
        raise _no_comment(pull, comment)
    return found


def _no_comment(pull: PullRef, comment: ReviewCommentId) -> RepoError:
    return RepoError(f"{pull.repo.full_name} has no comment {comment} on pull request {pull.number}")


def _ancestors(host: InMemoryCodeHost, sha: str) -> list[str]:
    """The nearest ones first."""
    found: list[str] = []
    waiting = list(host.commits[sha].parents)
    while waiting:
        found.append(waiting.pop(0))
        waiting += host.commits[found[-1]].parents
    return found


def _refusal(host: InMemoryCodeHost, head_branch: str, base_branch: str) -> str:
    if head_branch not in host.branches or base_branch not in host.branches:
        return "no such branch"
    if host.branches[head_branch] == host.branches[base_branch]:
        return f"No commits between {base_branch} and {head_branch}"
    if any(pull.head_branch == head_branch and pull.is_open for pull in host.pulls.values()):
        return f"A pull request already exists for {host.repo.owner}:{head_branch}."
    return ""


def _number_in(host: InMemoryCodeHost, pull: PullRef) -> int:
    if pull.number not in host.pulls:
        raise RepoError(f"{pull.repo.full_name} has no pull request {pull.number}")
    return pull.number


def _pull(host: InMemoryCodeHost, number: int) -> Pull:
    pull = host.pulls[number]
    return Pull(
        ref=PullRef(host.repo, number),
        head_sha=HeadSha(host.branches.get(pull.head_branch, pull.last_head)),
        head_branch=pull.head_branch,
        base_branch=pull.base_branch,
        is_draft=pull.is_draft,
        is_open=pull.is_open,
        is_fork=pull.is_fork,
        url=f"https://{host.repo.host}/{host.repo.full_name}/pull/{number}",
        updated_at=pull.updated_at,
    )


@dataclass(frozen=True)
class _Commits:
    gate: Gate

    def branch_head(self, repo: RepoRef, branch: str) -> Commit | None:
        sha = self.gate.read("contents", repo).branches.get(branch)
        return _signed(sha) if sha else None

    def commit(
        self, repo: RepoRef, *, parent: BaseSha | HeadSha, files: Sequence[GeneratedFile], message: str
    ) -> Commit:
        host = self.gate.write("contents", repo)
        if parent not in host.commits:
            raise RepoError(f"{repo.full_name} has no commit {parent}")
        tree = dict(host.commits[parent].tree)
        for file in files:
            if file.operation == "delete":
                del tree[file.path]
            else:
                tree[file.path] = (file.mode, file.content_bytes)
        return _signed(host.record(RecordedCommit((parent,), tree, message)))

    def create_branch(self, repo: RepoRef, branch: str, head: HeadSha) -> None:
        host = self.gate.write("contents", repo)
        if branch in host.branches:
            raise BranchExists(f"{repo.full_name} has a branch {branch} already")
        if head not in host.commits:
            raise RepoError(f"{repo.full_name} has no commit {head}")
        host.branches[branch] = head

    def delete_branch(self, repo: RepoRef, branch: str) -> None:
        host = self.gate.write("contents", repo)
        last_head = host.branches.pop(branch, None)
        for pull in host.pulls.values():
            if last_head and pull.is_open and pull.head_branch == branch:
                pull.is_open, pull.last_head = False, HeadSha(last_head)


def _signed(sha: str) -> Commit:
    return Commit(HeadSha(sha), is_verified=True, verification_reason="valid")


@dataclass(frozen=True)
class _Checks:
    gate: Gate

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
        host = self.gate.write("checks", repo)
        if head_sha not in host.commits:
            raise RepoError(f"{repo.full_name} has no commit {head_sha}")
        number = CheckRunId(host.next_number())
        url = f"https://{host.repo.host}/{host.repo.full_name}/runs/{number}"
        status = "completed" if conclusion else "queued"
        run = CheckRun(number, name, head_sha, external_id, status=status, conclusion=conclusion, url=url)
        host.checks[number] = RecordedCheck(run, output)
        return run

    def find(self, repo: RepoRef, *, name: str, head_sha: HeadSha, external_id: str) -> CheckRun | None:
        wanted = (name, head_sha, external_id)
        runs = [check.run for check in self.gate.read("checks", repo).checks.values()]
        return next((run for run in reversed(runs) if (run.name, run.head_sha, run.external_id) == wanted), None)

    def get(self, repo: RepoRef, check_run: CheckRunId) -> CheckRun | None:
        check = self.gate.read("checks", repo).checks.get(check_run)
        return check.run if check else None

    def start(self, repo: RepoRef, check_run: CheckRunId, *, at: datetime, output: CheckOutput) -> None:
        check = self._say(repo, check_run, output)
        check.run, check.started_at = replace(check.run, status="in_progress", conclusion=None), at

    def conclude(
        self, repo: RepoRef, check_run: CheckRunId, *, conclusion: Conclusion, at: datetime, output: CheckOutput
    ) -> None:
        check = self._say(repo, check_run, output)
        check.annotations += output.annotations[len(check.annotations) :]
        check.run, check.completed_at = replace(check.run, status="completed", conclusion=conclusion), at

    def _say(self, repo: RepoRef, check_run: CheckRunId, output: CheckOutput) -> RecordedCheck:
        checks = self.gate.write("checks", repo).checks
        if check_run not in checks:
            raise RepoError(f"{repo.full_name} has no check run {check_run}")
        checks[check_run].output = output
        return checks[check_run]
