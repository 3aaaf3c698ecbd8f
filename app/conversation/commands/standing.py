"""How a request stands, and every fact for which it stands so."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from app.conversation.quoting import code, inert
from app.domain.task import Task


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that a request depends on: whether it holds, and how we know; `None` where nobody can say yet."""

    name: str
    holds: bool | None
    detail: str


def status_words(task: Task | None, *, is_cancelled: bool) -> str:
    """In a line or two: what is being done, and what comes next."""
    if task is None:
        return f"Nothing was asked for here. Add the label, or write {code('/acs run')}."
    run = f"Run {task.run.number}, asked for by {inert(task.run.requested_by.login)}"
    return f"{run}: {_state(task, is_cancelled=is_cancelled)}"


def _state(task: Task, *, is_cancelled: bool) -> str:
    match task.state:
        case "working":
            return "it was taken back, and ends." if is_cancelled else "it is being worked on."
        case "needs_input":
            return f"it waits for an answer to what the progress comment asks. Then: {code('/acs retry')}."
        case "proposed":
            return _proposed(task)
        case "failed":
            return f"it ended without a change; the progress comment says why. Once more: {code('/acs retry')}."
        case "cancelled":
            return f"it was taken back. Once more: {code('/acs retry')}."
        case _:
            assert_never(task.state)


def _proposed(task: Task) -> str:
    if task.proposal is None:
        return "its change is proposed."
    tests = inert(task.tests.title) if task.tests else "waiting for the first check"
    return f"its change is proposed in #{task.proposal.pull}. Tests: {tests}."


def why_words(facts: Sequence[Fact]) -> str:
    """A table of the facts; those that do not hold come first in the sentence above it."""
    missing = [inert(fact.name) for fact in facts if fact.holds is False]
    said = f"In the way: {', '.join(missing)}." if missing else "Nothing stands in the way."
    rows = [f"| {inert(fact.name)} | {_sign(fact)} | {inert(fact.detail)} |" for fact in facts]
    return "\n".join([said, "", "| what | | fact |", "|---|---|---|", *rows])


def _sign(fact: Fact) -> str:
    return {True: "✅", False: "❌", None: "⏳"}[fact.holds]
