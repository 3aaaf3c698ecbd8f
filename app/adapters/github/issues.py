"""Reactions and comments on issues; a pull request is an issue here.

https://docs.github.com/en/rest/issues/comments, https://docs.github.com/en/rest/reactions/reactions
"""

from typing import Literal

from pydantic import AwareDatetime

from app.adapters.github.answers import GitHubModel
from app.adapters.github.client import PER_PAGE, Call, Client
from app.adapters.github.text import cut
from app.domain.repo import IssueRef, RepoRef
from app.errors import RepoError
from app.ports.code_host import CommentId, IssueNow, Reaction

MOST_PAGES = 50
LONGEST_BODY = 65_536
READ = "issues: read"
WRITE = "issues: write"


class _App(GitHubModel):
    id: int


class _Comment(GitHubModel):
    id: int
    body: str | None = None
    performed_via_github_app: _App | None = None

    def is_of(self, app_id: int) -> bool:
        return self.performed_via_github_app is not None and self.performed_via_github_app.id == app_id


class _Label(GitHubModel):
    name: str


class _Issue(GitHubModel):
    number: int
    state: Literal["open", "closed"]
    labels: tuple[_Label, ...]
    updated_at: AwareDatetime


class GitHubIssues:
    """Takes `issues: write`; reading takes `issues: read`."""

    def __init__(self, client: Client, app_id: int) -> None:
        self._client = client
        self._app_id = app_id

    def get(self, issue: IssueRef) -> IssueNow | None:
        """The issue as it is now; `None` when it was deleted, or moved to another repository.

        GitHub leads on from an issue that moved to where it is now. https://docs.github.com/en/rest/issues/issues
        """
        call = Call("GET", issue.repo, ("issues", issue.number), _name(issue), READ)
        found = self._client.find(call, _Issue)
        if found is None or found.number != issue.number:
            return None
        return IssueNow(found.state == "open", frozenset(label.name for label in found.labels), found.updated_at)

    def react(self, issue: IssueRef, reaction: Reaction) -> None:
        path = ("issues", issue.number, "reactions")
        self._client.do(Call("POST", issue.repo, path, _name(issue), WRITE, body={"content": reaction}))

    def react_to_comment(self, repo: RepoRef, comment: CommentId, reaction: Reaction) -> None:
        path, said = ("issues", "comments", comment, "reactions"), {"content": reaction}
        self._client.do(Call("POST", repo, path, f"comment {comment}", WRITE, body=said, can_wait=True))

    def add_label(self, issue: IssueRef, label: str) -> None:
        """Put the label on the issue. https://docs.github.com/en/rest/issues/labels#add-labels-to-an-issue"""
        call = Call(
            "POST", issue.repo, ("issues", issue.number, "labels"), _name(issue), WRITE, body={"labels": [label]}
        )
        self._client.ask(call, list[_Label])

    def remove_label(self, issue: IssueRef, label: str) -> None:
        """Take the label off. https://docs.github.com/en/rest/issues/labels#remove-a-label-from-an-issue"""
        call = Call("DELETE", issue.repo, ("issues", issue.number, "labels", label), _name(issue), WRITE)
        self._client.find(call, list[_Label])

    def find_comment(self, issue: IssueRef, marker: str) -> CommentId | None:
        """The App's own oldest comment that contains the marker.

        Raises:
            RepoError: the issue has more comments than ACS looks through (5,000).
        """
        for page in range(1, MOST_PAGES + 1):
            comments = self._page(issue, page)
            for comment in comments:
                if comment.is_of(self._app_id) and marker in (comment.body or ""):
                    return CommentId(comment.id)
            if len(comments) < PER_PAGE:
                return None
        raise RepoError(
            f"{issue} has more than {MOST_PAGES * PER_PAGE:,} comments, too many to find the App's own: "
            "continue in a new issue"
        )

    def comment(self, issue: IssueRef, body: str) -> CommentId:
        """Comment on the issue; the end of a body longer than GitHub takes is cut off."""
        path = ("issues", issue.number, "comments")
        written = {"body": cut(body, LONGEST_BODY)}
        call = Call("POST", issue.repo, path, _name(issue), WRITE, body=written, comments_on=issue)
        return CommentId(self._client.ask(call, _Comment).id)

    def edit_comment(self, repo: RepoRef, comment: CommentId, body: str) -> bool:
        path = ("issues", "comments", comment)
        thing = f"comment {comment}"
        call = Call("PATCH", repo, path, thing, WRITE, body={"body": cut(body, LONGEST_BODY)}, can_wait=True)
        return self._client.find(call, _Comment) is not None

    def _page(self, issue: IssueRef, page: int) -> list[_Comment]:
        path = ("issues", issue.number, "comments")
        params = {"per_page": PER_PAGE, "page": page}
        return self._client.ask(Call("GET", issue.repo, path, _name(issue), READ, params), list[_Comment])


def _name(issue: IssueRef) -> str:
    return f"issue {issue.number}"
