"""Issue forms that name no recipe: what their fields are called, and what a filled-in one asks for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.brief import Brief, BriefKind
from app.domain.change import Language
from app.domain.recipe import Problem
from app.generation.recipes.issue_body import read_sections
from app.generation.recipes.reading import CONSTRAINTS, read_limits

LANGUAGES: Mapping[str, Language] = {"TypeScript": "typescript", "JavaScript": "javascript", "Python": "python"}
MOST_CRITERIA = 50
_ITEM = re.compile(r"^\s*(?:[-*+]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form; people see `label`, and GitHub writes it as the heading of a section."""

    label: str
    description: str
    is_required: bool = False
    is_line: bool = False


_ACCEPTANCE = Field("Acceptance criteria", "What will be tested, one on each line.", is_required=True)
_CONTEXT = Field("Context", "What one has to know: paths, names, decisions, examples.")
FIELDS: Mapping[BriefKind, tuple[Field, ...]] = {
    "user story": (
        Field("As a", "Who needs it.", is_required=True, is_line=True),
        Field("I want", "What they want to do.", is_required=True),
        Field("So that", "What it is good for."),
        _ACCEPTANCE,
        _CONTEXT,
    ),
    "technical requirement": (
        Field("What must hold", "The requirement, in a sentence or two.", is_required=True),
        Field("Why", "What goes wrong without it."),
        _ACCEPTANCE,
        _CONTEXT,
    ),
}


def read_brief(body: str) -> Brief | None:
    """What a filled-in form of one of these kinds asks for; `None` where an issue is none."""
    sections, repeated = read_sections(body)
    kind = _kind(sections)
    if kind is None:
        return None
    constraints, problems = read_limits(sections.get(CONSTRAINTS, ""))
    chosen = sections.get("language", "")
    if chosen and chosen not in LANGUAGES:
        problems = (*problems, Problem("language", chosen[:60], "one of " + ", ".join(LANGUAGES)))
    twice = [Problem(heading, "two sections", "one section of that name") for heading in repeated]
    return Brief(
        kind=kind,
        statement=_statement(kind, sections),
        acceptance=_criteria(sections.get("acceptance criteria", "")),
        context=sections.get("context", ""),
        language=LANGUAGES.get(chosen),
        constraints=constraints,
        problems=(*_missing(kind, sections), *problems, *twice),
    )


def _kind(sections: Mapping[str, str]) -> BriefKind | None:
    """The kind whose own first heading is there, and whose criteria are."""
    if "acceptance criteria" not in sections:
        return None
    return next((kind for kind, fields in FIELDS.items() if fields[0].label.lower() in sections), None)


def _missing(kind: BriefKind, sections: Mapping[str, str]) -> tuple[Problem, ...]:
    needed = [field for field in FIELDS[kind] if field.is_required and not sections.get(field.label.lower())]
    return tuple(Problem(field.label.lower(), None, field.description.rstrip(".").lower()) for field in needed)


def _statement(kind: BriefKind, sections: Mapping[str, str]) -> str:
    match kind:
        case "user story":
            purpose = f", so that {sections['so that']}" if sections.get("so that") else ""
            return f"As a {sections.get('as a', '')}, I want {sections.get('i want', '')}{purpose}."
        case "technical requirement":
            reason = f"\n\nOtherwise: {sections['why']}" if sections.get("why") else ""
            return f"{sections.get('what must hold', '')}{reason}"


def _criteria(text: str) -> tuple[str, ...]:
    lines = [_ITEM.sub("", line).strip() for line in text.split("\n")]
    return tuple(line for line in lines if line)[:MOST_CRITERIA]
