"""What the local GitHub remembers, one frozen dataclass per kind of thing.

A record's `parent` and `key` are where the store finds it again: an issue below its repository by number, a reaction
below its subject by person and content. Two records of one kind never share both.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

AccountKind = Literal["User", "Bot", "Organization"]
Role = Literal["read", "triage", "write", "maintain", "admin"]
Level = Literal["read", "write"]
Permissions = Mapping[str, Level]
Content = Literal["+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"]
Happening = Literal[
    "labeled",
    "unlabeled",
    "assigned",
    "unassigned",
    "renamed",
    "closed",
    "reopened",
    "merged",
    "ready_for_review",
    "convert_to_draft",
]
CheckStatus = Literal["queued", "in_progress", "completed", "waiting", "requested", "pending"]
ReviewState = Literal["PENDING", "COMMENTED", "APPROVED", "CHANGES_REQUESTED", "DISMISSED"]
Side = Literal["LEFT", "RIGHT"]
Conclusion = Literal["action_required", "cancelled", "failure", "neutral", "success", "skipped", "timed_out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Something with an identity; `id` is 0 until the store has given it one."""

    id: int = 0

    @property
    def parent(self) -> int:
        return 0

    @property
    def key(self) -> str | None:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account(Record):
    login: str
    kind: AccountKind
    name: str | None
    created_at: datetime

    @property
    def key(self) -> str:
        return self.login.lower()

    @property
    def noreply_email(self) -> str:
        return f"{self.id}+{self.login}@users.noreply.github.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalToken(Record):
    account_id: int
    digest: str

    @property
    def key(self) -> str:
        return self.digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository(Record):
    owner_id: int
    owner: str
    name: str
    description: str | None
    private: bool
    default_branch: str
    roles: Mapping[int, Role]
    last_number: int = 0
    created_at: datetime
    updated_at: datetime
    pushed_at: datetime

    @property
    def parent(self) -> int:
        return self.owner_id

    @property
    def key(self) -> str:
        return self.name.lower()

    @property
    def full_name(self) -> str:
        return f"{self.owner}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class App(Record):
    slug: str
    name: str
    description: str
    owner_id: int
    bot_id: int
    public_key: str
    webhook_url: str
    webhook_secret: str
    permissions: Permissions
    events: tuple[str, ...]
    created_at: datetime
    updated_at: datetime

    @property
    def key(self) -> str:
        return self.slug

    @property
    def client_id(self) -> str:
        return f"Iv23li{self.id:014d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation(Record):
    app_id: int
    account_id: int
    repository_ids: tuple[int, ...]
    permissions: Permissions
    events: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
    suspended_at: datetime | None = None

    @property
    def parent(self) -> int:
        return self.app_id

    @property
    def key(self) -> str:
        return str(self.account_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallationToken(Record):
    installation_id: int
    digest: str
    repository_ids: tuple[int, ...] | None
    permissions: Permissions
    expires_at: datetime

    @property
    def key(self) -> str:
        return self.digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Label(Record):
    repo_id: int
    name: str
    color: str = "ededed"
    description: str | None = None
    default: bool = False

    @property
    def parent(self) -> int:
        return self.repo_id

    @property
    def key(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue(Record):
    """An issue, or the conversation of a pull request: they share numbers, labels and comments."""

    repo_id: int
    number: int
    author_id: int
    app_id: int | None
    title: str
    body: str | None
    is_pull: bool = False
    state: Literal["open", "closed"] = "open"
    state_reason: Literal["completed", "not_planned", "duplicate", "reopened"] | None = None
    label_ids: tuple[int, ...] = ()
    assignee_ids: tuple[int, ...] = ()
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None = None
    closed_by_id: int | None = None

    @property
    def parent(self) -> int:
        return self.repo_id

    @property
    def key(self) -> str:
        return str(self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment(Record):
    issue_id: int
    author_id: int
    app_id: int | None
    body: str
    created_at: datetime
    updated_at: datetime

    @property
    def parent(self) -> int:
        return self.issue_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction(Record):
    subject_id: int
    account_id: int
    content: Content
    created_at: datetime

    @property
    def parent(self) -> int:
        return self.subject_id

    @property
    def key(self) -> str:
        return f"{self.account_id}:{self.content}"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueEvent(Record):
    """What happened to an issue, as it was called then: labels and titles may have other names by now."""

    issue_id: int
    actor_id: int
    app_id: int | None
    event: Happening
    created_at: datetime
    label_name: str | None = None
    label_color: str | None = None
    assignee_id: int | None = None
    renamed_from: str | None = None
    renamed_to: str | None = None
    commit_sha: str | None = None

    @property
    def parent(self) -> int:
        return self.issue_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull(Record):
    """What a pull request has beyond its conversation; heads and bases are branches of the same repository."""

    repo_id: int
    number: int
    head_branch: str
    head_sha: str
    base_branch: str
    base_sha: str
    draft: bool
    merged_at: datetime | None = None
    merged_by_id: int | None = None
    merge_commit_sha: str | None = None
    reviewer_ids: tuple[int, ...] = ()

    @property
    def parent(self) -> int:
        return self.repo_id

    @property
    def key(self) -> str:
        return str(self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review(Record):
    """What one person said of a pull request at once; nobody else sees it while it is `PENDING`."""

    pull_id: int
    author_id: int
    app_id: int | None
    body: str
    state: ReviewState
    commit_sha: str
    submitted_at: datetime | None

    @property
    def parent(self) -> int:
        return self.pull_id


@dataclass(frozen=True, slots=True)
class Span:
    """Lines of one file in a diff, as they are numbered on that side; without `start_line` it is one line.

    A whole file has no line.
    """

    path: str
    side: Side = "RIGHT"
    line: int | None = None
    start_line: int | None = None
    start_side: Side | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewThread(Record):
    """A conversation about some lines, as they stood between two commits; where they are now, `diffs` finds."""

    pull_id: int
    span: Span
    position: int
    diff_hunk: str
    base_sha: str
    commit_sha: str
    resolved_by_id: int | None = None

    @property
    def parent(self) -> int:
        return self.pull_id


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewComment(Record):
    pull_id: int
    thread_id: int
    review_id: int
    in_reply_to_id: int | None
    author_id: int
    app_id: int | None
    body: str
    created_at: datetime
    updated_at: datetime

    @property
    def parent(self) -> int:
        return self.pull_id


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSuite(Record):
    repo_id: int
    app_id: int
    head_sha: str
    head_branch: str | None
    before: str | None
    created_at: datetime
    updated_at: datetime

    @property
    def parent(self) -> int:
        return self.repo_id

    @property
    def key(self) -> str:
        return f"{self.head_sha}:{self.app_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckAction:
    label: str
    description: str
    identifier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRun(Record):
    repo_id: int
    suite_id: int
    app_id: int
    name: str
    head_sha: str
    external_id: str
    details_url: str | None
    status: CheckStatus
    conclusion: Conclusion | None
    started_at: datetime | None
    completed_at: datetime | None
    title: str | None = None
    summary: str | None = None
    text: str | None = None
    actions: tuple[CheckAction, ...] = field(default=())

    @property
    def parent(self) -> int:
        return self.suite_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation(Record):
    check_run_id: int
    path: str
    start_line: int
    end_line: int
    start_column: int | None
    end_column: int | None
    level: Literal["notice", "warning", "failure"]
    title: str | None
    message: str
    raw_details: str | None

    @property
    def parent(self) -> int:
        return self.check_run_id
