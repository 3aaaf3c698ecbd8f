"""The two code hosts that must behave alike: the fake in memory, and the adapter in front of the local GitHub."""

from base64 import b64encode
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, Protocol

import httpx
from githubkit import AppAuthStrategy, TokenAuthStrategy
from pydantic import BaseModel, ConfigDict, TypeAdapter

from app.adapters.github.connection import Connection, Request
from app.adapters.github.host import GitHub
from app.demo.github.faults import Effect, Faults, Rule
from app.demo.github.local import LocalGitHub
from app.demo.github.records import Role
from app.demo.github.seed import Seed, SeedApp, SeedPerson, SeedRepository
from app.domain.repo import Actor, BaseSha, IssueRef, PullRef, RepoRef
from app.ports.budgets import Pauses, Permit
from app.ports.clock import Clock
from app.ports.code_host import Annotation, CheckRunId, CodeHost, CommentId, ReviewCommentId
from tests.contract.git.git_server import git, git_bytes
from tests.contract.local_github.world import Document, items, text
from tests.fakes.budgets import InMemoryPauses
from tests.fakes.code_host import (
    EVERYTHING,
    THE_APP,
    Comment,
    InMemoryCodeHost,
    LineComment,
    Permissions,
    RecordedCommit,
    Tree,
)

FILES = {"README.md": b"# Shop\n", "src/price.ts": b"export const price = 1;\n", "src/old.ts": b"export {};\n"}
ROLES: Mapping[str, Role] = {
    "mia": "maintain",
    "tom": "triage",
    "wes": "write",
    "rea": "read",
    "ada": "admin",
}
Verdict = Literal["approved", "changes_requested", "commented"]
EVENTS: Mapping[Verdict, str] = {"approved": "APPROVE", "changes_requested": "REQUEST_CHANGES", "commented": "COMMENT"}
STRANGER = "zoe"
STRANGERS: Role = "read"  # the repository is public


class World(Protocol):
    """What a test does by other people's hands, and what it sees afterwards."""

    @property
    def repo(self) -> RepoRef: ...
    @property
    def main(self) -> BaseSha: ...
    def ports(self, permissions: Permissions = EVERYTHING, *, permit: Permit = ...) -> CodeHost: ...
    def person(self, login: str) -> Actor: ...
    def open_issue(self) -> IssueRef: ...
    def label(self, issue: IssueRef, *names: str) -> None: ...
    def close_issue(self, issue: IssueRef) -> None: ...
    def say(self, login: str, issue: IssueRef, body: str) -> None: ...
    def reactions(self, issue: IssueRef) -> Sequence[str]: ...
    def reactions_to(self, comment: CommentId) -> Sequence[str]: ...
    def comments(self, issue: IssueRef) -> Sequence[str]: ...
    def tree(self, sha: str) -> Tree: ...
    def body(self, pull: PullRef) -> str: ...
    def annotations(self, check_run: CheckRunId) -> Sequence[Annotation]: ...
    def review(self, login: str, pull: PullRef, verdict: Verdict, body: str, *comments: LineComment) -> None: ...
    def resolve(self, login: str, pull: PullRef, thread: ReviewCommentId) -> None: ...
    def push(self, branch: str, files: Mapping[str, str]) -> None: ...
    def awaited(self, pull: PullRef) -> Sequence[str]: ...
    def line_reactions(self, comment: ReviewCommentId) -> Sequence[str]: ...


@dataclass
class MemoryWorld:
    host: InMemoryCodeHost = field(
        default_factory=lambda: InMemoryCodeHost(
            RepoRef("github.local", 7, 42, "acme", "shop"),
            FILES,
            dict(enumerate((*ROLES.values(), STRANGERS), start=1)),
            collaborators={*ROLES},
        )
    )

    @property
    def repo(self) -> RepoRef:
        return self.host.repo

    @property
    def main(self) -> BaseSha:
        return BaseSha(self.host.branches["main"])

    def ports(self, permissions: Permissions = EVERYTHING, *, permit: Permit = lambda _: None) -> CodeHost:
        return self.host.ports(permissions, permit=permit)

    def person(self, login: str) -> Actor:
        return Actor(login, [*ROLES, STRANGER].index(login) + 1, "User")

    def open_issue(self) -> IssueRef:
        return self.host.open_issue()

    def label(self, issue: IssueRef, *names: str) -> None:
        self.host.label(issue, *names)

    def close_issue(self, issue: IssueRef) -> None:
        self.host.set_open(issue, False)

    def say(self, login: str, issue: IssueRef, body: str) -> None:
        assert login != THE_APP
        self.host.comments[CommentId(self.host.next_number())] = Comment(issue.number, login, body)

    def reactions(self, issue: IssueRef) -> Sequence[str]:
        return sorted(self.host.reactions.get(issue.number, ()))

    def reactions_to(self, comment: CommentId) -> Sequence[str]:
        return sorted(self.host.comment_reactions.get(comment, ()))

    def comments(self, issue: IssueRef) -> Sequence[str]:
        return [comment.body for comment in self.host.comments.values() if comment.issue == issue.number]

    def tree(self, sha: str) -> Tree:
        return self.host.commits[sha].tree

    def body(self, pull: PullRef) -> str:
        return self.host.pulls[pull.number].body

    def annotations(self, check_run: CheckRunId) -> Sequence[Annotation]:
        return self.host.checks[check_run].annotations

    def review(self, login: str, pull: PullRef, verdict: Verdict, body: str, *comments: LineComment) -> None:
        self.host.review(pull, self.person(login), verdict, body, comments)

    def resolve(self, login: str, pull: PullRef, thread: ReviewCommentId) -> None:
        self.host.resolved.add(thread)

    def push(self, branch: str, files: Mapping[str, str]) -> None:
        parent = self.host.branches[branch]
        tree = {
            **self.host.commits[parent].tree,
            **{path: ("100644", content.encode()) for path, content in files.items()},
        }
        self.host.branches[branch] = self.host.record(RecordedCommit((parent,), tree, "Push"))

    def awaited(self, pull: PullRef) -> Sequence[str]:
        return self.host.pulls[pull.number].reviewers

    def line_reactions(self, comment: ReviewCommentId) -> Sequence[str]:
        return sorted(self.host.line_reactions.get(comment, ()))


class _Item(BaseModel):
    """Whatever the local GitHub says, as far as the tests look at it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: int = 0
    number: int = 0
    body: str | None = None
    content: str = ""


class _Account(BaseModel):
    login: str


class _Installation(BaseModel):
    id: int
    account: _Account


class _Remark(BaseModel):
    path: str
    start_line: int
    end_line: int
    annotation_level: Literal["notice", "warning", "failure"]
    title: str | None
    message: str


@dataclass
class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class LocalWorld:
    """A local GitHub that answers, its seeded people, and the App installed on `acme/shop`."""

    def __init__(self, github: LocalGitHub) -> None:
        self._github = github
        self._ada = github.as_user("ada")
        self._people = {"ada": self._ada}
        self.pauses = InMemoryPauses(SystemClock())
        self.adapter = self.process(self.pauses, SystemClock())
        self._repo = self.repository("acme", "shop")

    def process(self, pauses: Pauses, clock: Clock) -> GitHub:
        """The adapter as one more process has it."""
        keys = self._github.keys
        assert keys.app_id
        assert keys.private_key
        return GitHub(
            api_url=self._github.url,
            app_id=keys.app_id,
            private_key=keys.private_key,
            pauses=pauses,
            clock=clock,
            sleep=lambda _: None,
        )

    def repository(self, owner: str, name: str) -> RepoRef:
        repo_id = _Item.model_validate(self._get(f"/repos/{owner}/{name}")).id
        return RepoRef("127.0.0.1", self._installation(owner), repo_id, owner, name)

    @property
    def repo(self) -> RepoRef:
        return self._repo

    @property
    def main(self) -> BaseSha:
        return BaseSha(git("rev-parse", "main", cwd=self._bare))

    def ports(self, permissions: Permissions = EVERYTHING, *, permit: Permit = lambda _: None) -> CodeHost:
        return self.adapter.ports(permissions, permit=permit)

    def person(self, login: str) -> Actor:
        return Actor(login, _Item.model_validate(self._get(f"/users/{login}")).id, "User")

    def open_issue(self, repo: RepoRef | None = None) -> IssueRef:
        repo = repo or self._repo
        answer = self._ada.post(f"/repos/{repo.full_name}/issues", json={"title": "Something"}).raise_for_status()
        return IssueRef(repo, _Item.model_validate_json(answer.content).number)

    def label(self, issue: IssueRef, *names: str, by: str = "ada") -> None:
        labels = f"/repos/acme/shop/issues/{issue.number}/labels"
        self._as(by).put(labels, json={"labels": names}).raise_for_status()

    def close_issue(self, issue: IssueRef) -> None:
        self._set_state(issue, "closed")

    def reopen_issue(self, issue: IssueRef, *, by: str) -> None:
        self._set_state(issue, "open", by=by)

    def _set_state(self, issue: IssueRef, state: str, *, by: str = "ada") -> None:
        url = f"/repos/acme/shop/issues/{issue.number}"
        self._as(by).patch(url, json={"state": state}).raise_for_status()

    def put(self, repository: str, path: str, text: str) -> None:
        """Ada puts a new file on the default branch."""
        content = b64encode(text.encode()).decode()
        body = {"message": "Add a file", "content": content}
        self._ada.put(f"/repos/{repository}/contents/{path}", json=body).raise_for_status()

    def say(self, login: str, issue: IssueRef, body: str) -> None:
        comments = f"/repos/acme/shop/issues/{issue.number}/comments"
        self._as(login).post(comments, json={"body": body}).raise_for_status()

    def reactions(self, issue: IssueRef) -> Sequence[str]:
        return sorted(item.content for item in self._list(f"/repos/acme/shop/issues/{issue.number}/reactions"))

    def reactions_to(self, comment: CommentId) -> Sequence[str]:
        return sorted(item.content for item in self._list(f"/repos/acme/shop/issues/comments/{comment}/reactions"))

    def comments(self, issue: IssueRef) -> Sequence[str]:
        comments = f"/repos/{issue.repo.full_name}/issues/{issue.number}/comments"
        return [item.body or "" for item in self._list(comments)]

    def tree(self, sha: str) -> Tree:
        lines = [line.split(None, 3) for line in git("ls-tree", "-r", sha, cwd=self._bare).splitlines()]
        return {path: (mode, git_bytes("cat-file", "blob", blob, cwd=self._bare)) for mode, _, blob, path in lines}

    def body(self, pull: PullRef) -> str:
        return _Item.model_validate(self._get(f"/repos/acme/shop/pulls/{pull.number}")).body or ""

    def annotations(self, check_run: CheckRunId) -> Sequence[Annotation]:
        path = f"/repos/acme/shop/check-runs/{check_run}/annotations"
        remarks = TypeAdapter(list[_Remark]).validate_python([*self._pages(path)])
        return [
            Annotation(one.path, one.start_line, one.end_line, one.annotation_level, one.title or "", one.message)
            for one in remarks
        ]

    def review(self, login: str, pull: PullRef, verdict: Verdict, body: str, *comments: LineComment) -> None:
        said = [{"path": one.path, "line": one.line, "body": one.body} for one in comments]
        wanted = {"event": EVENTS[verdict], "body": body, "comments": said}
        self._as(login).post(f"/repos/acme/shop/pulls/{pull.number}/reviews", json=wanted).raise_for_status()

    def resolve(self, login: str, pull: PullRef, thread: ReviewCommentId) -> None:
        query = (
            'query($n: Int!) { repository(owner: "acme", name: "shop") { pullRequest(number: $n) { '
            "reviewThreads(first: 100) { nodes { id comments(first: 1) { nodes { fullDatabaseId } } } } } } }"
        )
        found = self._graphql(login, query, n=pull.number)
        threads = items(found, "data", "repository", "pullRequest", "reviewThreads", "nodes")
        first = ("comments", "nodes", 0, "fullDatabaseId")
        (node,) = (text(one, "id") for one in threads if text(one, *first) == str(thread))
        self._graphql(
            login, "mutation($t: ID!) { resolveReviewThread(input: {threadId: $t}) { clientMutationId } }", t=node
        )

    def _graphql(self, login: str, query: str, **variables: str | int) -> Document:
        answer = self._as(login).post("/graphql", json={"query": query, "variables": variables}).raise_for_status()
        return answer.json()

    def push(self, branch: str, files: Mapping[str, str]) -> None:
        for path, content in files.items():
            url = f"/repos/acme/shop/contents/{path}"
            sha = self._ada.get(url, params={"ref": branch}).raise_for_status().json()["sha"]
            wanted = {"message": "Push", "content": b64encode(content.encode()).decode(), "branch": branch, "sha": sha}
            self._ada.put(url, json=wanted).raise_for_status()

    def awaited(self, pull: PullRef) -> Sequence[str]:
        found = self._ada.get(f"/repos/acme/shop/pulls/{pull.number}/requested_reviewers").raise_for_status().json()
        return [one["login"] for one in found["users"]]

    def line_reactions(self, comment: ReviewCommentId) -> Sequence[str]:
        return sorted(item.content for item in self._list(f"/repos/acme/shop/pulls/comments/{comment}/reactions"))

    def suffer(self, effect: Effect, *, count: int | None = None, method: str = ".*", path: str = "/repos/.*") -> None:
        """Let the requests that come next go wrong, until `recover`."""
        rule = Rule(effect=effect, count=count, method=method, path=path)
        self._ada.post("/_local/faults", content=Faults(rules=(rule,)).model_dump_json()).raise_for_status()

    def recover(self) -> None:
        self._ada.delete("/_local/faults").raise_for_status()
        self.pauses.pauses.clear()

    def suspend(self) -> None:
        self._ada.post(f"/_local/installations/{self._repo.installation_id}/suspend").raise_for_status()

    def unsuspend(self) -> None:
        self._ada.post(f"/_local/installations/{self._repo.installation_id}/unsuspend").raise_for_status()

    def uninstall(self) -> None:
        self._ada.delete(f"/_local/installations/{self._repo.installation_id}").raise_for_status()

    def delete_repository(self) -> None:
        self._ada.delete("/_local/repos/acme/shop").raise_for_status()

    def clone_url(self, repo: RepoRef) -> str:
        return self._github.clone_url(repo.full_name)

    def token_to_read(self, repo: RepoRef) -> str:
        return self.adapter.token(repo, {"contents": "read"})

    def requests_used(self, repo: RepoRef) -> int:
        """How many requests the installation has made, in GitHub's own count; looking costs none."""
        token = self.process(InMemoryPauses(SystemClock()), SystemClock()).token(repo, {"metadata": "read"})
        answer = Connection(self._github.url).send(TokenAuthStrategy(token), Request("GET", "/rate_limit"))
        return int(answer.headers["x-ratelimit-used"])

    def close(self) -> None:
        for person in self._people.values():
            person.close()
        self._github.stop()

    def _as(self, login: str) -> httpx.Client:
        if login not in self._people:
            self._people[login] = self._github.as_user(login)
        return self._people[login]

    @property
    def _bare(self) -> Path:
        return self._github.state / "git" / "acme" / "shop.git"

    def _installation(self, owner: str) -> int:
        """The App's on that account; ids are the local GitHub's to choose."""
        app = AppAuthStrategy(self._github.keys.app_id, self._github.keys.private_key or "")
        answer = Connection(self._github.url).send(app, Request("GET", "/app/installations"))
        installations = TypeAdapter(list[_Installation]).validate_json(answer.body)
        return next(one.id for one in installations if one.account.login == owner)

    def _get(self, path: str) -> object:
        return self._ada.get(path).raise_for_status().json()

    def _list(self, path: str) -> list[_Item]:
        return TypeAdapter(list[_Item]).validate_python([*self._pages(path)])

    def _pages(self, path: str) -> Iterator[object]:
        url: str | None = f"{path}?per_page=100"
        while url:
            answer = self._ada.get(url).raise_for_status()
            yield from answer.json()
            url = answer.links.get("next", {}).get("url")


@contextmanager
def code_host(kind: str, folder: Path) -> Generator[World]:
    """One of the two."""
    if kind == "memory":
        yield MemoryWorld()
        return
    world = start_local_world(folder)
    yield world
    world.close()


def start_local_world(
    folder: Path, *, requests_per_hour: int | None = None, private: bool = False, neighbours: Sequence[str] = ()
) -> LocalWorld:
    files = folder / "files"
    for path, content in FILES.items():
        (files / path).parent.mkdir(parents=True, exist_ok=True)
        (files / path).write_bytes(content)
    seed = Seed(
        people=[SeedPerson(login=login) for login in (*ROLES, STRANGER)],
        repositories=[
            SeedRepository(full_name=name, files=files, roles=ROLES, private=private)
            for name in ("acme/shop", *neighbours)
        ],
        app=SeedApp(webhook_url="http://127.0.0.1:9/"),
    )
    return LocalWorld(LocalGitHub.start(folder / "state", seed, requests_per_hour=requests_per_hour))
