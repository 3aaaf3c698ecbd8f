"""Where a query or a mutation begins, and who may ask it.

An App needs to write contents too where it changes a draft or a thread, though no file is touched; GitHub documents
that nowhere. https://github.com/orgs/community/discussions/44650
"""

from dataclasses import dataclass
from typing import TypeVar

from app.demo.github import access, lookup, pulls, reviews
from app.demo.github.access import AsPerson, Caller, Need, has_role, to_read, to_write
from app.demo.github.answers import Refusal
from app.demo.github.graphql.answers import Complaint
from app.demo.github.graphql.objects import PullRequest, PullRequestReviewComment, PullRequestReviewThread
from app.demo.github.lookup import conversation
from app.demo.github.records import Account, Pull, Record, Repository, ReviewComment, ReviewThread
from app.demo.github.serialize.nodes import named_by, node_id
from app.demo.github.site import Site

R = TypeVar("R", bound=Record)
READ = to_read("pull_requests")
NEEDED_TO_CHANGE = (to_write("pull_requests", role="read"), to_write("contents", role="read"))


@dataclass(frozen=True)
class RepositoryNode:
    """A repository as far as it leads to its pull requests."""

    asked: "Asked"
    repo: Repository

    @property
    def id(self) -> str:
        return node_id("Repository", self.repo.id)

    @property
    def name_with_owner(self) -> str:
        return self.repo.full_name

    def pull_request(self, number: int) -> PullRequest:
        self.asked.require(self.repo, READ)
        found = self.asked.site.store.find(Pull, self.repo.id, str(number))
        if found is None:
            raise Complaint("NOT_FOUND", f"Could not resolve to a PullRequest with the number of {number}.")
        return PullRequest(self.asked.site, self.asked.viewer, self.repo, found)


@dataclass(frozen=True)
class DraftChanged:
    client_mutation_id: str | None
    pull_request: PullRequest


@dataclass(frozen=True)
class ThreadChanged:
    client_mutation_id: str | None
    thread: PullRequestReviewThread


@dataclass(frozen=True)
class Asked:
    """One request: the fields of `Query` and of `Mutation`."""

    site: Site
    caller: Caller

    def repository(self, owner: str, name: str) -> RepositoryNode:
        repo = self.site.repository(owner, name)
        try:
            return RepositoryNode(self, access.require(self.caller, repo, to_read("metadata")))
        except Refusal:
            message = f"Could not resolve to a Repository with the name '{owner}/{name}'."
            raise Complaint("NOT_FOUND", message) from None

    @property
    def viewer(self) -> Account:
        return self._actor.account

    def node(self, id: str) -> PullRequest | PullRequestReviewThread | PullRequestReviewComment:
        if self._find(Pull, id) is not None:
            return self._pull(id)
        return self._comment(id) if self._find(ReviewComment, id) is not None else self._thread(id)

    def mark_pull_request_ready_for_review(self, input: dict[str, str]) -> DraftChanged:
        return self._set_draft("MarkPullRequestReadyForReview", input, draft=False)

    def convert_pull_request_to_draft(self, input: dict[str, str]) -> DraftChanged:
        return self._set_draft("ConvertPullRequestToDraft", input, draft=True)

    def resolve_review_thread(self, input: dict[str, str]) -> ThreadChanged:
        return self._set_resolved("ResolveReviewThread", input, resolved=True)

    def unresolve_review_thread(self, input: dict[str, str]) -> ThreadChanged:
        return self._set_resolved("UnresolveReviewThread", input, resolved=False)

    def require(self, repo: Repository, need: Need) -> None:
        try:
            access.require(self.caller, repo, need)
        except Refusal as refusal:
            raise Complaint("FORBIDDEN", refusal.message) from refusal

    def _set_draft(self, act: str, wanted: dict[str, str], *, draft: bool) -> DraftChanged:
        found = self._pull(wanted["pullRequestId"])
        self._may_change(act, found.repo, found.pull)
        if conversation(self.site, found.repo, found.pull).state == "closed":
            raise Complaint("UNPROCESSABLE", "Pull request is closed")
        pull = pulls.set_draft(self.site, found.repo, self._actor, found.pull, draft=draft)
        return DraftChanged(wanted.get("clientMutationId"), PullRequest(self.site, self.viewer, found.repo, pull))

    def _set_resolved(self, act: str, wanted: dict[str, str], *, resolved: bool) -> ThreadChanged:
        found = self._thread(wanted["threadId"])
        self._may_change(act, found.repo, found.pull)
        thread = reviews.resolve(self.site, found.repo, self._actor, found.pull, found.thread, resolved=resolved)
        shown = PullRequestReviewThread(self.site, self.viewer, found.repo, found.pull, thread)
        return ThreadChanged(wanted.get("clientMutationId"), shown)

    def _may_change(self, act: str, repo: Repository, pull: Pull) -> None:
        for need in NEEDED_TO_CHANGE:
            self.require(repo, need)
        if isinstance(self.caller, AsPerson):
            person = self.caller.account
            if conversation(self.site, repo, pull).author_id != person.id and not has_role(repo, person, "write"):
                message = f"{person.login} does not have the correct permissions to execute `{act}`"
                raise Complaint("FORBIDDEN", message)

    def _pull(self, node: str) -> PullRequest:
        pull = self._find(Pull, node)
        if pull is None:
            raise _nowhere(node)
        return PullRequest(self.site, self.viewer, self._readable(pull.repo_id, node), pull)

    def _thread(self, node: str) -> PullRequestReviewThread:
        thread = self._find(ReviewThread, node)
        if thread is None:
            raise _nowhere(node)
        pull = self.site.store.need(Pull, thread.pull_id)
        repo = self._readable(pull.repo_id, node)
        if not any(lookup.is_public(self.site, one) for one in lookup.in_thread(self.site, thread)):
            raise _nowhere(node)
        return PullRequestReviewThread(self.site, self.viewer, repo, pull, thread)

    def _comment(self, node: str) -> PullRequestReviewComment:
        comment = self._find(ReviewComment, node)
        if comment is None:
            raise _nowhere(node)
        self._readable(self.site.store.need(Pull, comment.pull_id).repo_id, node)
        if not lookup.is_public(self.site, comment):
            raise _nowhere(node)
        return PullRequestReviewComment(comment, self.viewer)

    def _readable(self, repo_id: int, node: str) -> Repository:
        repo = self.site.store.get(Repository, repo_id)
        try:
            return access.require(self.caller, repo, READ)
        except Refusal as refusal:
            raise _nowhere(node) if refusal.status == 404 else Complaint("FORBIDDEN", refusal.message) from refusal

    def _find(self, kind: type[R], node: str) -> R | None:
        found = named_by(node)
        return self.site.store.get(kind, found[1]) if found and found[0] == kind.__name__ else None

    @property
    def _actor(self) -> access.Actor:
        return access.actor(self.site, self.caller)


def _nowhere(node: str) -> Complaint:
    return Complaint("NOT_FOUND", f"Could not resolve to a node with the global id of '{node}'.")
