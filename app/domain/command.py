"""What people ask of ACS in a comment: the commands, and the closed lists of reasons why one is not done."""

from dataclasses import dataclass
from typing import Literal

from app.domain.repo import Actor, IssueRef


@dataclass(frozen=True, slots=True)
class Help:
    """What can be asked, all of it or one subject."""

    about: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """How the request of an issue, or of a pull request, stands."""


@dataclass(frozen=True, slots=True)
class Why:
    """Every fact that it stands so for."""


@dataclass(frozen=True, slots=True)
class Ping:
    """Whether ACS listens."""


@dataclass(frozen=True, slots=True)
class Version:
    """Which ACS listens."""


@dataclass(frozen=True, slots=True)
class Run:
    """A change for the issue, as the trigger label asks for one; with `spec`, for the document of that path at base."""

    spec: str = ""


@dataclass(frozen=True, slots=True)
class Retry:
    """Another run of a request that ended without a change; on a pull request, its checks once more."""


@dataclass(frozen=True, slots=True)
class Cancel:
    """Take the request back, as taking the trigger label off does."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Let nothing new begin in the repository."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Resume:
    """Let new work begin again."""


@dataclass(frozen=True, slots=True)
class Redeliver:
    """Do a delivery about this repository again that was given up or never arrived."""

    guid: str


Command = Help | Status | Why | Ping | Version | Run | Retry | Cancel | Pause | Resume | Redeliver

ProblemReason = Literal[
    "unknown_verb",
    "unknown_option",
    "duplicate_option",
    "missing_argument",
    "missing_value",
    "unexpected_argument",
    "unexpected_value",
    "bad_value",
    "unclosed_quote",
    "too_long",
    "hidden_characters",
    "more_than_one",
]
RefusalReason = Literal[
    "not_allowed",
    "wrong_place",
    "out_of_date",
    "paused",
    "not_paused",
    "already_paused",
    "already_working",
    "already_proposed",
    "no_request",
    "already_ended",
    "not_checked",
    "not_readable",
    "not_known",
    "failed",
]


@dataclass(frozen=True, slots=True)
class NotForUs:
    """The comment does not begin with a command: ACS has nothing to say about it."""


@dataclass(frozen=True, slots=True)
class CommandProblem:
    """A comment that is meant for ACS and cannot be understood; `given` is what stands there, in plain words."""

    reason: ProblemReason
    given: str
    expected: str
    did_you_mean: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A command that was understood and is not done: what it takes, what is there instead, and what to do.

    `expected` and `actual` are plain words, `fix` is Markdown of ours.
    """

    reason: RefusalReason
    expected: str
    actual: str
    fix: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A comment with a command: where it stands, who wrote it, and its first line."""

    on: IssueRef
    comment: int
    by: Actor
    line: str
