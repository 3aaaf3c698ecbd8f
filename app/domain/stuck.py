"""Why a model's run ended without a change: a closed list that people are told about."""

from dataclasses import dataclass
from typing import Literal

from app.domain.change import ForbiddenPath, Violation
from app.domain.usage import MicroUsd

Stage = Literal["planning", "writing"]


@dataclass(frozen=True, slots=True)
class NoBudget:
    """The next question would have cost more than is left; nothing was asked."""

    budget: Literal["task", "repository-day", "organisation-month"]
    limit: MicroUsd
    spent: MicroUsd
    wanted: MicroUsd


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The model ended its answer in a way that nothing may be made of: `how` completes “the model …”."""

    stage: Stage
    how: str


@dataclass(frozen=True, slots=True)
class NoFit:
    """What the model wrote could not be used, and no repair helped; each problem is one line."""

    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TooMuch:
    """The change was made and breaks the limits it was given; `paths` are what it would have touched."""

    violations: tuple[Violation, ...]
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NeverWritten:
    """The plan needs paths that ACS never writes."""

    paths: tuple[ForbiddenPath, ...]


Stuck = NoBudget | NoAnswer | NoFit | TooMuch | NeverWritten
