"""A comment of which an issue has one: written once, found again by its hidden marker, edited in place at a pace."""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from app.domain.repo import IssueRef
from app.domain.task import Shown
from app.errors import Limited
from app.governance.effects import once
from app.jobs import Job
from app.ports.clock import Clock
from app.ports.code_host import CommentId, Issues
from app.ports.effects import EffectLog
from app.ports.record import Jobs


@dataclass(frozen=True, slots=True)
class Pace:
    """How often one comment is edited at most: once in `every`."""

    clock: Clock
    every: timedelta

    def wait(self, shown: Shown | None) -> timedelta:
        """How long until it may be edited again; nothing or less where it may be now."""
        if shown is None or shown.edited_at is None:
            return timedelta()
        return shown.edited_at + self.every - self.clock.now()


@dataclass(frozen=True, slots=True)
class Sticky:
    """What the comment is to say. `key` names it in the effect log; the body holds `marker`, by which it is found."""

    issue: IssueRef
    key: str
    marker: str
    body: str

    @property
    def digest(self) -> str:
        return sha256(self.body.encode()).hexdigest()


def show_sticky(
    sticky: Sticky, shown: Shown | None, *, later: Job, issues: Issues, effects: EffectLog, jobs: Jobs, pace: Pace
) -> Shown | None:
    """Bring the comment up to date, now or a little later; return what it shows by now, for the caller to save.

    It is written at once where there is none. An edit waits while the last one is fresh or the host's budget is short:
    in the job `later`, which holds nothing up, and is to show what there is to show by then.
    """
    if shown and shown.digest == sticky.digest:
        return shown
    wait = pace.wait(shown)
    if wait > timedelta():
        jobs.add(later, after=wait)
        return shown
    writing = _Writing(sticky, issues=issues, effects=effects)
    comment = writing.comment()
    if writing.is_done:
        return Shown(sticky.digest)
    try:
        writing.edit(comment)
    except Limited as limited:
        jobs.add(later, after=limited.wait)
        return shown
    return Shown(sticky.digest, pace.clock.now())


class _Writing:
    """The writing of one body: into the comment that there is, or into another where somebody deleted that."""

    def __init__(self, sticky: Sticky, *, issues: Issues, effects: EffectLog) -> None:
        self._sticky, self._issues, self._effects = sticky, issues, effects
        self.is_done = False

    def comment(self) -> CommentId:
        """The comment; it is done where that had to be written first."""
        return self._once(self._sticky.key)

    def edit(self, comment: CommentId) -> None:
        if self._edit(comment):
            return
        key = self._sticky.key
        another = self._once(f"{key}:instead-of:{comment}")  # anybody who may write may have deleted it
        self._effects.confirm(key, str(another))
        if not self.is_done:
            self._edit(another)

    def _once(self, key: str) -> CommentId:
        sticky = self._sticky
        found = once(
            self._effects,
            key,
            int,
            act=self._write,
            find=lambda: self._issues.find_comment(sticky.issue, sticky.marker),
        )
        return CommentId(found)

    def _write(self) -> int:
        written = self._issues.comment(self._sticky.issue, self._sticky.body)
        self.is_done = True
        return written

    def _edit(self, comment: CommentId) -> bool:
        return self._issues.edit_comment(self._sticky.issue.repo, comment, self._sticky.body)
