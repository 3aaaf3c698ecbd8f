"""Writing code through the Git Data API. https://docs.github.com/en/rest/git"""

from base64 import b64encode
from collections.abc import Sequence
from typing import TypeVar

from app.adapters.github.answers import GitHubModel
from app.adapters.github.client import Call, Client
from app.adapters.github.connection import Json, Method
from app.adapters.github.failures import NotThere, Refused
from app.domain.change import GeneratedFile
from app.domain.repo import BaseSha, HeadSha, RepoRef
from app.ports.code_host import BranchExists, Commit

M = TypeVar("M")

READ = "contents: read"
WRITE = "contents: write"
# Larger files go up one by one, so that no request gets too large for GitHub or the time-out.
LARGEST_INLINE_BYTES = 256 * 1024


class _Object(GitHubModel):
    sha: str


class _Ref(GitHubModel):
    object: _Object


class _Verification(GitHubModel):
    verified: bool
    reason: str


class _Commit(GitHubModel):
    sha: str
    tree: _Object
    verification: _Verification

    def as_commit(self) -> Commit:
        return Commit(HeadSha(self.sha), self.verification.verified, self.verification.reason)


class GitHubCommits:
    """Takes `contents: write`; `branch_head` takes `contents: read`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def branch_head(self, repo: RepoRef, branch: str) -> Commit | None:
        path = ("git", "ref", "heads", *branch.split("/"))
        ref = self._client.find(Call("GET", repo, path, f"branch {branch}", READ), _Ref)
        return self._get(repo, ref.object.sha).as_commit() if ref else None

    def commit(
        self, repo: RepoRef, *, parent: BaseSha | HeadSha, files: Sequence[GeneratedFile], message: str
    ) -> Commit:
        """One tree and one commit on `parent`, signed by GitHub because it names no author."""
        base_tree = self._get(repo, parent).tree.sha
        entries = [self._entry(repo, file) for file in files]

        tree = self._create(repo, "trees", {"base_tree": base_tree, "tree": entries}, _Object)
        commit = {"message": message, "tree": tree.sha, "parents": [parent]}
        return self._create(repo, "commits", commit, _Commit).as_commit()

    def create_branch(self, repo: RepoRef, branch: str, head: HeadSha) -> None:
        """Point a new branch at the commit.

        Raises:
            BranchExists: there is a branch of that name already.
        """
        call = _write("POST", repo, ("git", "refs"), f"branch {branch}", {"ref": f"refs/heads/{branch}", "sha": head})
        try:
            self._client.do(call)
        except Refused as refused:
            if "already exists" in refused.reason:
                raise BranchExists(f"{repo.full_name} has a branch {branch} already") from refused
            raise

    def delete_branch(self, repo: RepoRef, branch: str) -> None:
        """Delete the branch; nothing happens when it is not there."""
        path = ("git", "refs", "heads", *branch.split("/"))
        try:
            self._client.do(_write("DELETE", repo, path, f"branch {branch}"))
        except NotThere:
            return
        except Refused as refused:
            if "does not exist" not in refused.reason:
                raise

    def _get(self, repo: RepoRef, sha: str) -> _Commit:
        return self._client.ask(Call("GET", repo, ("git", "commits", sha), f"commit {sha}", READ), _Commit)

    def _entry(self, repo: RepoRef, file: GeneratedFile) -> Json:
        if file.operation == "delete":
            return {"path": file.path, "mode": "100644", "type": "blob", "sha": None}
        content = file.content_bytes
        entry = {"path": file.path, "mode": file.mode, "type": "blob"}
        if file.encoding == "utf-8" and len(content) <= LARGEST_INLINE_BYTES:
            return entry | {"content": file.content}
        blob = {"content": b64encode(content).decode(), "encoding": "base64"}
        return entry | {"sha": self._create(repo, "blobs", blob, _Object).sha}

    def _create(self, repo: RepoRef, kind: str, body: Json, model: type[M]) -> M:
        return self._client.ask(_write("POST", repo, ("git", kind), f"git {kind}", body), model)


def _write(method: Method, repo: RepoRef, path: tuple[str, ...], thing: str, body: Json = None) -> Call:
    return Call(method, repo, path, thing, WRITE, body=body, creates_content=False)
