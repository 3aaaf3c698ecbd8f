"""The model's plan as it answers it: the shape it is asked for, and what is made of what it says.

What it says is untrusted: bounded, made visible, and its paths held to the rules of the paths ACS writes.
https://developers.openai.com/api/docs/guides/structured-outputs
"""

from collections.abc import Collection, Iterator

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.domain.change import ForbiddenPath, Operation
from app.domain.plain_text import one_line, plain
from app.domain.plan import Criterion, Plan, PlannedFile, Risk, Unclear
from app.generation.constraints import why_forbidden

MAX_FILES = 60
MAX_CRITERIA = 40
MAX_QUESTIONS = 5
LONGEST_LINE = 400
LONGEST_SUMMARY = 2_000
LONGEST_TITLE = 72
MOST_LINES = 20_000


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _File(_Answer):
    path: str = Field(description="Relative to the root of the repository, with / between folders")
    operation: Operation
    intent: str = Field(description="What changes in this file, in one sentence")


class _Criterion(_Answer):
    text: str = Field(description="One thing that the request wants to be true afterwards")
    test: str | None = Field(description="File and name of the test that will show it; null where there can be none")
    why_untested: str = Field(description="Why there can be no test; empty where there is one")


class PlanAnswer(_Answer):
    """The whole answer; its JSON Schema is what the model is asked for."""

    is_clear: bool = Field(description="Whether the request says enough to be carried out without guessing")
    questions: list[str] = Field(description="What must be answered first, where it does not; else empty")
    title: str = Field(description="The change in the imperative, at most 72 characters")
    summary: str = Field(description="What will be done and how, in a few sentences")
    risk: Risk
    files: list[_File] = Field(description="Every file to touch, with code, tests and documentation")
    criteria: list[_Criterion]
    lines: int = Field(description="About how many lines will be written in all")


class NoPlan(Exception):
    """The answer is no plan; the message says why, in words that the model can be answered with."""


def read_plan(text: str, *, paths: Collection[str]) -> Plan | Unclear | tuple[ForbiddenPath, ...]:
    """What the answer means on a tree of these paths: a plan, questions, or the paths that ACS never writes.

    Raises:
        NoPlan: it does not have the shape that was asked for, or would do nothing.
    """
    answer = _parsed(text)
    if not answer.is_clear:
        questions = _lines(answer.questions, MAX_QUESTIONS)
        if not questions:
            raise NoPlan("is_clear is false, and there is no question")
        return Unclear(questions)
    if not answer.files:
        raise NoPlan("the plan touches no file")
    if len(answer.files) > MAX_FILES:
        raise NoPlan(f"the plan touches {len(answer.files)} files; at most {MAX_FILES} can be proposed at once")
    forbidden = tuple(_forbidden(answer.files))
    return forbidden or _plan(answer, frozenset(paths))


def _parsed(text: str) -> PlanAnswer:
    try:
        return PlanAnswer.model_validate_json(text.encode(errors="replace"))
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, found["loc"])) or "the answer"
        raise NoPlan(f"{place}: {found['msg']}") from None


def _forbidden(files: list[_File]) -> Iterator[ForbiddenPath]:
    for file in files:
        reason = why_forbidden(file.path)
        if reason is not None:
            yield ForbiddenPath(one_line(file.path, LONGEST_LINE), reason)


def _plan(answer: PlanAnswer, paths: frozenset[str]) -> Plan:
    return Plan(
        title=one_line(answer.title, LONGEST_TITLE) or "Answer the request",
        summary=plain(answer.summary, LONGEST_SUMMARY),
        lane="fast",
        risk=answer.risk,
        files=tuple({file.path: _planned(file, paths) for file in answer.files}.values()),
        criteria=tuple(_criterion(one) for one in answer.criteria[:MAX_CRITERIA] if one.text.strip()),
        lines=min(max(answer.lines, 1), MOST_LINES),
    )


def _planned(file: _File, paths: frozenset[str]) -> PlannedFile:
    """With the operation that the tree allows: only what is there can be modified, and only the rest created."""
    is_there = file.path in paths
    operation: Operation = file.operation
    if operation != "delete":
        operation = "modify" if is_there else "create"
    return PlannedFile(file.path, operation, one_line(file.intent, LONGEST_LINE))


def _criterion(criterion: _Criterion) -> Criterion:
    test = one_line(criterion.test or "", LONGEST_LINE)
    why = "" if test else one_line(criterion.why_untested, LONGEST_LINE) or "the plan does not say why"
    return Criterion(one_line(criterion.text, LONGEST_LINE), test or None, why)


def _lines(texts: list[str], most: int) -> tuple[str, ...]:
    return tuple(line for text in texts if (line := one_line(text, LONGEST_LINE)))[:most]
