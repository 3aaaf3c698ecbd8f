"""Pull requests. https://docs.github.com/en/rest/pulls/pulls"""

from collections.abc import Sequence
from typing import Literal

from pydantic import AwareDatetime

from app.adapters.github import questions
from app.adapters.github.answers import GitHubModel
from app.adapters.github.client import Call, Client
from app.adapters.github.graphql import Operation
from app.adapters.github.issues import LONGEST_BODY
from app.adapters.github.text import cut
from app.domain.repo import BaseSha, HeadSha, PullRef, RepoRef
from app.ports.code_host import Bases, Pull

READ = "pull_requests: read"
CONTENTS_READ = "contents: read"
WRITE = "pull_requests: write"
LEAVE_DRAFT = "contents: write” and “pull_requests: write"
NEWEST_LOOKED_AT = 30


class _Repo(GitHubModel):
    id: int


class _End(GitHubModel):
    ref: str
    sha: str
    repo: _Repo | None  # a fork that was deleted leaves its pull requests behind


class _Pull(GitHubModel):
    number: int
    state: Literal["open", "closed"]
    draft: bool = False
    html_url: str
    head: _End
    base: _End
    updated_at: AwareDatetime | None = None

    def as_pull(self, repo: RepoRef) -> Pull:
        return Pull(
            ref=PullRef(repo, self.number),
            head_sha=HeadSha(self.head.sha),
            head_branch=self.head.ref,
            base_branch=self.base.ref,
            is_draft=self.draft,
            is_open=self.state == "open",
            is_fork=self.head.repo is None or self.base.repo is None or self.head.repo.id != self.base.repo.id,
            url=self.html_url,
            updated_at=self.updated_at,
        )


class _Draft(GitHubModel):
    node_id: str
    draft: bool = False


class _Done(GitHubModel):
    """What GraphQL says of a mutation that it made: nothing that matters."""


class _Commit(GitHubModel):
    sha: str


class _Comparison(GitHubModel):
    base_commit: _Commit
    merge_base_commit: _Commit


class GitHubPulls:
    """Takes `pull_requests: write`, and `contents: write` to leave a draft; reading takes `pull_requests: read`.

    `bases` takes `contents: read`.
    """

    def __init__(self, client: Client) -> None:
        self._client = client

    def get(self, pull: PullRef) -> Pull:
        call = Call("GET", pull.repo, ("pulls", pull.number), _name(pull), READ)
        return self._client.ask(call, _Pull).as_pull(pull.repo)

    def bases(self, pull: Pull) -> Bases:
        """The two commits that the pull request's head is compared with.

        The files that differ stand on the first page only, and are not wanted here.
        https://docs.github.com/en/rest/commits/commits#compare-two-commits
        """
        ends = f"{pull.base_branch}...{pull.head_sha}"
        params: dict[str, str | int] = {"per_page": 1, "page": 2}
        call = Call("GET", pull.ref.repo, ("compare", ends), f"comparison {ends}", CONTENTS_READ, params)
        found = self._client.ask(call, _Comparison)
        return Bases(BaseSha(found.base_commit.sha), BaseSha(found.merge_base_commit.sha))

    def find(self, repo: RepoRef, head_branch: str) -> Pull | None:
        """The newest pull request, open or closed, from a branch of this repository."""
        call = Call(
            "GET",
            repo,
            ("pulls",),
            thing="pull requests",
            permission=READ,
            params={
                "head": f"{repo.owner}:{head_branch}",
                "state": "all",
                "sort": "created",
                "direction": "desc",
                "per_page": NEWEST_LOOKED_AT,
            },
        )
        pulls = (found.as_pull(repo) for found in self._client.ask(call, list[_Pull]))
        # GitHub lists everything when it does not understand the filter
        return next((pull for pull in pulls if pull.head_branch == head_branch and not pull.is_fork), None)

    def open_draft(self, repo: RepoRef, *, head_branch: str, base_branch: str, title: str, body: str) -> Pull:
        """Propose a branch.

        Raises:
            RepoError: there is an open one already, nothing differs, or the plan of the repository has no drafts.
        """
        call = Call(
            "POST",
            repo,
            ("pulls",),
            thing=f"pull request from {head_branch}",
            permission=WRITE,
            body={
                "title": title,
                "head": head_branch,
                "base": base_branch,
                "body": cut(body, LONGEST_BODY),
                "draft": True,
            },
        )
        return self._client.ask(call, _Pull).as_pull(repo)

    def leave_draft(self, pull: PullRef) -> None:
        """Say that it is ready for review, if it is a draft; REST cannot.

        An App that may not write contents is refused. https://github.com/orgs/community/discussions/44650
        https://docs.github.com/en/graphql/reference/mutations#markpullrequestreadyforreview
        """
        found = self._client.ask(Call("GET", pull.repo, ("pulls", pull.number), _name(pull), READ), _Draft)
        if found.draft:
            ready = Operation(questions.LEAVE_DRAFT, {"pull": found.node_id}, is_mutation=True)
            self._client.query(ready, _Done, repo=pull.repo, thing=_name(pull), permission=LEAVE_DRAFT)

    def request_reviewers(self, pull: PullRef, logins: Sequence[str]) -> None:
        """https://docs.github.com/en/rest/pulls/review-requests#request-reviewers-for-a-pull-request"""
        path = ("pulls", pull.number, "requested_reviewers")
        asked = {"reviewers": list(logins)}
        self._client.do(Call("POST", pull.repo, path, f"reviewers of {_name(pull)}", WRITE, body=asked))


def _name(pull: PullRef) -> str:
    return f"pull request {pull.number}"
