"""What ACS reads from GitHub's deliveries: a handful of fields each, everything else is ignored.

Small tolerant models of our own: https://docs.github.com/en/webhooks/webhook-events-and-payloads
"""

from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from app.domain.repo import Actor, HeadSha, IssueRef, PullRef, RepoRef


class _Read(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Account(_Read):
    id: int
    login: str
    type: Literal["User", "Bot", "Organization", "Mannequin"] = "User"

    @property
    def actor(self) -> Actor:
        return Actor(login=self.login, user_id=self.id, kind=self.type)


class Owner(_Read):
    login: str


class Repository(_Read):
    id: int
    name: str
    owner: Owner


class Installation(_Read):
    id: int


class Label(_Read):
    name: str


class Issue(_Read):
    number: int
    title: str = ""
    body: str | None = None
    updated_at: AwareDatetime | None = None


class _Event(_Read):
    """The envelope that every event about a repository has; `host` is where the delivery came from."""

    host: str
    action: str
    repository: Repository
    installation: Installation
    sender: Account

    @property
    def repo(self) -> RepoRef:
        return RepoRef(
            host=self.host,
            installation_id=self.installation.id,
            repo_id=self.repository.id,
            owner=self.repository.owner.login,
            name=self.repository.name,
        )


class IssuesEvent(_Event):
    issue: Issue
    label: Label | None = None

    @property
    def issue_ref(self) -> IssueRef:
        return IssueRef(self.repo, self.issue.number)


class App(_Read):
    id: int


class PullRequestMark(_Read):
    """That an issue is the conversation of a pull request."""


class CommentedIssue(Issue):
    pull_request: PullRequestMark | None = None


class Comment(_Read):
    """`user` is who wrote it, or nobody where that account is gone."""

    id: int
    body: str = ""
    user: Account | None
    performed_via_github_app: App | None = None


class IssueCommentEvent(_Event):
    issue: CommentedIssue
    comment: Comment

    @property
    def issue_ref(self) -> IssueRef:
        return IssueRef(self.repo, self.issue.number)


class BranchRepository(_Read):
    id: int


class Branch(_Read):
    ref: str
    sha: str
    repo: BranchRepository | None  # gone when the fork was deleted


class PullRequest(_Read):
    number: int
    head: Branch
    updated_at: AwareDatetime | None = None


class PullRequestEvent(_Event):
    pull_request: PullRequest

    @property
    def pull_ref(self) -> PullRef:
        return PullRef(self.repo, self.pull_request.number)

    @property
    def head_sha(self) -> HeadSha:
        return HeadSha(self.pull_request.head.sha)

    @property
    def is_fork(self) -> bool:
        head = self.pull_request.head.repo
        return head is None or head.id != self.repository.id


class Review(_Read):
    id: int
    user: Account | None  # gone when the account was deleted
    state: Literal["approved", "changes_requested", "commented", "dismissed"]


class PullRequestReviewEvent(PullRequestEvent):
    """Also an answer to a comment is a review that was submitted, ACS's own answers among them."""

    review: Review


class CheckRun(_Read):
    id: int
    name: str
    head_sha: str
    app: App


class CheckRunEvent(_Event):
    check_run: CheckRun


class CheckSuite(_Read):
    id: int
    head_sha: str
    app: App


class CheckSuiteEvent(_Event):
    check_suite: CheckSuite


Event = IssuesEvent | IssueCommentEvent | PullRequestEvent | CheckRunEvent | CheckSuiteEvent

MODELS: dict[str, type[Event]] = {
    "issues": IssuesEvent,
    "issue_comment": IssueCommentEvent,
    "pull_request": PullRequestEvent,
    "check_run": CheckRunEvent,
    "check_suite": CheckSuiteEvent,
}


class UnreadableEvent(Exception):
    """A delivery of an event ACS reacts to lacks a field that GitHub documents; the message names the fields."""


def parse(name: str, payload: object, *, host: str) -> Event | None:
    """The typed event, or `None` for an event that ACS does not react to.

    That is also one without an installation: a webhook of a repository or an organisation sent it, not the App's.

    Raises:
        UnreadableEvent: the payload does not have the documented shape.
    """
    model = MODELS.get(name)
    if model is None:
        return None
    if not isinstance(payload, dict):
        raise UnreadableEvent(f"{name}: the payload is not a JSON object")
    if "installation" not in payload:
        return None
    try:
        return model.model_validate({**payload, "host": host})
    except ValidationError as error:
        fields = ", ".join(".".join(str(part) for part in problem["loc"]) for problem in error.errors()[:5])
        raise UnreadableEvent(f"{name}: missing or wrong: {fields}") from None
