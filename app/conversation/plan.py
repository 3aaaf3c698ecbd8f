"""What people read of a model's plan: what will be done, what it will cost, or what must be answered first."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import assert_never

from app.conversation.constraints import path_in_words, violation_in_words
from app.conversation.quoting import code, inert
from app.domain.plan import Criterion, Plan, Unclear
from app.domain.receipt import Between, Quote, Receipt
from app.domain.stuck import NeverWritten, NoAnswer, NoBudget, NoFit, Stuck, TooMuch
from app.domain.usage import MicroUsd, Usage, shown_usd

AGAIN = "Edit the issue, then remove the label and add it again."
MOST_PROBLEMS = 20
BUDGETS = {
    "task": "of this issue",
    "repository-day": "of this repository for today",
    "organisation-month": "of this organisation for this month",
}
VERBS = {"create": "new", "modify": "change", "delete": "delete"}
STEPS = {
    "read": "reading the repository",
    "plan": "planning",
    "edit": "writing",
    "repair": "repairing",
    "check": "checking",
}


def questions(unclear: Unclear) -> str:
    """What the requester is to answer before anything more is spent."""
    asked = "\n".join(f"{number}. {inert(question)}" for number, question in enumerate(unclear.questions, 1))
    lead = "ACS does not guess. Before it writes anything, it needs to know:"
    return f"{lead}\n\n{asked}\n\nAnswer in the issue's text. {AGAIN}"


def plan_text(plan: Plan, quote: Quote) -> str:
    """The plan and its quote, as the progress comment shows them while the work goes on."""
    return "\n\n".join(part for part in (_summary(plan, quote), _files(plan), criteria_text(plan.criteria)) if part)


def made_text(plan: Plan, receipt: Receipt, inexact: Sequence[tuple[str, int, str]]) -> str:
    """What the reader of the pull request is told of how it was made; `inexact` are path, line and how it differed."""
    parts = [inert(plan.summary, 2_000), criteria_text(plan.criteria), _inexact(inexact), receipt_text(receipt)]
    return "\n\n".join(part for part in parts if part)


def stuck_text(stuck: Stuck, receipt: Receipt) -> str:
    """Why there is no change, what was spent on it, and what to do next."""
    spent = f"\n\nThis took {_spent(receipt)}." if receipt.usage.tokens else ""
    return f"{_why(stuck)}{spent}\n\n{AGAIN}"


def quote_text(quote: Quote) -> str:
    """`fast lane, 3 files, 10-40 s, $0.0100-$0.0400`, and where that comes from."""
    files = "one file" if quote.files == 1 else f"{quote.files} files"
    source = f"as {quote.learnt_from} earlier changes here" if quote.learnt_from else "estimated from the plan's size"
    return f"{quote.lane} lane, {files}, {_seconds(quote.seconds)}, {_money(quote.cost)} ({source})"


def receipt_text(receipt: Receipt) -> str:
    """What each step took and cost, as a table with the total in its last row."""
    head = ["| step | seconds | tokens read | of them cached | written | cost |", "|---|--:|--:|--:|--:|--:|"]
    steps = [_row(STEPS[one.step], one.took, one.usage, one.cost) for one in receipt.steps]
    total = _row("**in all**", receipt.took, receipt.usage, receipt.cost)
    return "\n".join([*head, *steps, total])


def criteria_text(criteria: Sequence[Criterion]) -> str:
    """Each thing that is to be true afterwards with the test that shows it, or why there is none."""
    if not criteria:
        return ""
    rows = [f"| {inert(one.text)} | {_shown_by(one)} |" for one in criteria]
    return "\n".join(["| what is to be true | shown by |", "|---|---|", *rows])


def _shown_by(criterion: Criterion) -> str:
    return code(criterion.test, 200) if criterion.test else f"no test: {inert(criterion.why_untested)}"


def _summary(plan: Plan, quote: Quote) -> str:
    return (
        f"**{inert(plan.title)}**\n\n{inert(plan.summary, 2_000)}\n\nExpected: {quote_text(quote)}; risk {plan.risk}."
    )


def _files(plan: Plan) -> str:
    return "\n".join(f"- {VERBS[file.operation]} {code(file.path, 250)}: {inert(file.intent)}" for file in plan.files)


def _seconds(seconds: Between) -> str:
    return f"{seconds.least}-{seconds.most} s"


def _money(cost: Between) -> str:
    return f"{shown_usd(MicroUsd(cost.least))}-{shown_usd(MicroUsd(cost.most))}"


def _row(name: str, took: timedelta, usage: Usage, cost: MicroUsd) -> str:
    tokens = f"{usage.input_tokens:,} | {usage.cached_tokens:,} | {usage.output_tokens:,}"
    return f"| {name} | {took.total_seconds():.1f} | {tokens} | {shown_usd(cost)} |"


def _why(stuck: Stuck) -> str:
    match stuck:
        case NoBudget(budget=budget, limit=limit, spent=spent, wanted=wanted):
            of = f"the budget {BUDGETS[budget]} is {shown_usd(limit)}, {shown_usd(spent)} of it is spent"
            return f"Nothing more was asked of the model: {of}, and the next answer can cost {shown_usd(wanted)}."
        case NoAnswer(stage=stage, how=how):
            return f"While {stage}, the model {inert(how)}. Nothing of it was used."
        case NoFit(problems=problems):
            lead = "The model's edits could not be used, and mending them did not help. Nothing was changed:"
            return f"{lead}\n\n{_listed(inert(problem) for problem in problems[:MOST_PROBLEMS])}"
        case TooMuch(violations=violations, paths=paths):
            lead = "The change breaks its limits, and a second attempt did too:"
            broken = _listed(map(violation_in_words, violations))
            files = _listed(path_in_words(path) for path in paths)
            return f"{lead}\n\n{broken}\n\nAsk for less in one issue. It would have touched:\n\n{files}"
        case NeverWritten(paths=paths):
            broken = _listed(map(violation_in_words, paths))
            return f"This request needs files that ACS never writes:\n\n{broken}\n\nAsk for the rest without them."
        case _:
            assert_never(stuck)


def _spent(receipt: Receipt) -> str:
    return f"{receipt.took.total_seconds():.1f} s, {receipt.usage.tokens:,} tokens and {shown_usd(receipt.cost)}"


def _inexact(places: Sequence[tuple[str, int, str]]) -> str:
    if not places:
        return ""
    listed = _listed(f"{path_in_words(path)} line {line}: {how}" for path, line, how in places)
    return f"The model's words for these places differed from the file's; look at them twice:\n\n{listed}"


def _listed(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)
