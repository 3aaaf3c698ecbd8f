"""What somebody asks for in an issue form that names no recipe: a user story, or a technical requirement."""

from dataclasses import dataclass
from typing import Literal

from app.domain.change import Constraints, Language
from app.domain.recipe import Problem

BriefKind = Literal["user story", "technical requirement"]


@dataclass(frozen=True, slots=True)
class Brief:
    """The fields of such a form, as they were filled in; `statement` says in one paragraph what is wanted.

    `acceptance` are the criteria by which it will be judged, one each. The limits mean nothing with problems.
    """

    kind: BriefKind
    statement: str
    acceptance: tuple[str, ...]
    context: str
    language: Language | None
    constraints: Constraints
    problems: tuple[Problem, ...] = ()
