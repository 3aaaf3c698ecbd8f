"""What pages show of records: gathered here, so that templates only place it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from app.demo.github.diffs import DiffLine, diff_lines
from app.demo.github.git_objects import FileDiff
from app.demo.github.lookup import pull_of
from app.demo.github.pages.markdown import render
from app.demo.github.records import (
    Account,
    CheckRun,
    CheckSuite,
    Comment,
    Content,
    Issue,
    Label,
    Pull,
    Reaction,
    Repository,
)
from app.demo.github.site import Site
from app.demo.github.suite_state import latest, state_of

EMOJI: dict[Content, str] = {
    "+1": "👍",
    "-1": "👎",
    "laugh": "😄",
    "hooray": "🎉",
    "confused": "😕",
    "heart": "❤️",
    "rocket": "🚀",
    "eyes": "👀",
}


@dataclass(frozen=True)
class ReactionCount:
    content: Content
    emoji: str
    count: int
    who: str


@dataclass(frozen=True)
class Remark:
    """The text of an issue, or a comment on it."""

    id: int
    author: Account
    role: str
    body: Markup
    at: datetime
    is_edited: bool
    reactions: Sequence[ReactionCount]


@dataclass(frozen=True)
class IssueLine:
    """An issue or pull request as lists and headings show it."""

    issue: Issue
    author: Account
    labels: Sequence[Label]
    comments: int
    pull: Pull | None

    @property
    def state(self) -> str:
        """One word for its state, which is also its colour."""
        if self.pull is not None and self.pull.merged_at is not None:
            return "merged"
        if self.issue.state == "closed":
            return "closed" if self.pull or self.issue.state_reason != "completed" else "completed"
        return "draft" if self.pull is not None and self.pull.draft else "open"


@dataclass(frozen=True)
class FileShown:
    file: FileDiff
    lines: Sequence[DiffLine]


def issue_line(site: Site, repo: Repository, issue: Issue) -> IssueLine:
    labels = [site.store.get(Label, label_id) for label_id in issue.label_ids]
    return IssueLine(
        issue,
        site.store.need(Account, issue.author_id),
        [label for label in labels if label is not None],
        site.store.count(Comment, issue.id),
        pull_of(site, repo, issue) if issue.is_pull else None,
    )


def remarks(site: Site, repo: Repository, issue: Issue) -> list[Remark]:
    """The conversation, the text of the issue first."""
    opening = remark(site, repo, issue.id, issue.author_id, issue.body, issue.created_at, is_edited=False)
    comments = site.store.all(Comment, issue.id)
    return [
        opening,
        *(
            remark(
                site, repo, one.id, one.author_id, one.body, one.created_at, is_edited=one.updated_at > one.created_at
            )
            for one in comments
        ),
    ]


def checks_at(site: Site, repo: Repository, head_sha: str) -> list[CheckRun]:
    """The newest check run of each name on a commit."""
    suites = site.store.all(CheckSuite, repo.id, prefix=f"{head_sha}:")
    runs = latest(run for suite in suites for run in site.store.all(CheckRun, suite.id))
    return sorted(runs, key=lambda run: run.name)


def verdict(runs: Sequence[CheckRun]) -> str:
    """One sentence on a list of check runs."""
    if not runs:
        return "No checks yet"
    counted = Counter(run.conclusion or run.status for run in runs)
    status, conclusion = state_of(runs)
    total = ", ".join(f"{count} {word.replace('_', ' ')}" for word, count in counted.items())
    if status != "completed":
        return f"Checks are running: {total}"
    good = conclusion in {"success", "neutral", "skipped"}
    return f"All checks have passed: {total}" if good else f"Some checks were not successful: {total}"


def file_shown(file: FileDiff) -> FileShown:
    return FileShown(file, diff_lines(file.patch))


def remark(
    site: Site, repo: Repository, subject: int, author: int, body: str | None, at: datetime, *, is_edited: bool
) -> Remark:
    account = site.store.need(Account, author)
    role = "Owner" if author == repo.owner_id else repo.roles.get(author, "").capitalize()
    return Remark(
        subject,
        account,
        "Bot" if account.kind == "Bot" else role,
        render(body, repository=f"/{repo.full_name}"),
        at,
        is_edited,
        _reactions(site, subject),
    )


def _reactions(site: Site, subject: int) -> list[ReactionCount]:
    given = site.store.all(Reaction, subject)
    found: list[ReactionCount] = []
    for content, emoji in EMOJI.items():
        who = [site.store.need(Account, one.account_id).login for one in given if one.content == content]
        if who:
            found.append(ReactionCount(content, emoji, len(who), ", ".join(who)))
    return found
