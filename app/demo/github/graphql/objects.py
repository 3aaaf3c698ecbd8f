"""The objects of the schema: each class bears the name of its type, each attribute or method that of a field.

An attribute `is_draft` answers the field `isDraft`; a method is called with the field's arguments.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.demo.github import lookup
from app.demo.github.diffs import Place, place_now
from app.demo.github.graphql.answers import Complaint
from app.demo.github.records import Account, Pull, Repository, ReviewComment, ReviewThread
from app.demo.github.serialize.nodes import node_id
from app.demo.github.site import Site

T = TypeVar("T")
MOST_AT_ONCE = 100


@dataclass(frozen=True)
class PageInfo:
    has_next_page: bool
    end_cursor: str | None


@dataclass(frozen=True)
class Page(Generic[T]):
    nodes: Sequence[T]
    page_info: PageInfo
    total_count: int


@dataclass(frozen=True)
class PullRequestReviewComment:
    comment: ReviewComment
    viewer: Account

    @property
    def id(self) -> str:
        return node_id("ReviewComment", self.comment.id)

    @property
    def full_database_id(self) -> str:
        return str(self.comment.id)

    @property
    def body(self) -> str:
        return self.comment.body

    @property
    def viewer_did_author(self) -> bool:
        return self.comment.author_id == self.viewer.id


@dataclass(frozen=True)
class PullRequestReviewThread:
    site: Site
    viewer: Account
    repo: Repository
    pull: Pull
    thread: ReviewThread

    @property
    def id(self) -> str:
        return node_id("ReviewThread", self.thread.id)

    @property
    def is_resolved(self) -> bool:
        return self.thread.resolved_by_id is not None

    @property
    def is_outdated(self) -> bool:
        return self._place is None

    @property
    def path(self) -> str:
        return self.thread.span.path

    @property
    def line(self) -> int | None:
        return self._place.span.line if self._place else None

    def comments(self, first: int | None = None, after: str | None = None) -> Page[PullRequestReviewComment]:
        public = [one for one in lookup.in_thread(self.site, self.thread) if lookup.is_public(self.site, one)]
        return _page([PullRequestReviewComment(one, self.viewer) for one in public], "comments", first, after)

    @property
    def _place(self) -> Place | None:
        return place_now(self.site.git(self.repo), self.thread, self.pull.base_sha, self.pull.head_sha)


@dataclass(frozen=True)
class PullRequest:
    site: Site
    viewer: Account
    repo: Repository
    pull: Pull

    @property
    def id(self) -> str:
        return node_id("Pull", self.pull.id)

    @property
    def full_database_id(self) -> str:
        return str(self.pull.id)

    @property
    def number(self) -> int:
        return self.pull.number

    @property
    def head_ref_oid(self) -> str:
        return self.pull.head_sha

    @property
    def is_draft(self) -> bool:
        return self.pull.draft

    def review_threads(self, first: int | None = None, after: str | None = None) -> Page[PullRequestReviewThread]:
        public = {one.thread_id for one in lookup.public_comments(self.site, self.pull)}
        threads = [one for one in self.site.store.all(ReviewThread, self.pull.id) if one.id in public]
        shown = [PullRequestReviewThread(self.site, self.viewer, self.repo, self.pull, one) for one in threads]
        return _page(shown, "reviewThreads", first, after)


def _page(found: Sequence[T], field: str, first: int | None, after: str | None) -> Page[T]:
    """https://docs.github.com/en/graphql/guides/using-pagination-in-the-graphql-api"""
    if first is None:
        message = f"You must provide a `first` or `last` value to properly paginate the `{field}` connection."
        raise Complaint("MISSING_PAGINATION_BOUNDARIES", message)
    if not 0 < first <= MOST_AT_ONCE:
        raise Complaint("UNPROCESSABLE", f"`first` on the `{field}` connection must be from 1 to {MOST_AT_ONCE}.")
    begin = int(after) if after is not None and after.isdigit() else 0
    end = begin + first
    shown = found[begin:end]
    return Page(shown, PageInfo(end < len(found), str(begin + len(shown)) if shown else None), len(found))
