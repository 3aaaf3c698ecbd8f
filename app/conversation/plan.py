"""What people read of a model's plan: what will be done, what it will cost, or what must be answered first."""

from collections.abc import Sequence
from datetime import timedelta

from app.conversation.quoting import code, inert
from app.domain.change import ForbiddenPath
from app.domain.plan import Criterion, Plan, Unclear
from app.domain.receipt import Between, Quote, Receipt
from app.domain.usage import MicroUsd, Usage, shown_usd

AGAIN = "Edit the issue, then remove the label and add it again."
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


def never_written(paths: Sequence[ForbiddenPath]) -> str:
    """Which paths the request would touch that ACS never writes; known before any of it was written."""
    listed = "\n".join(f"- the path {code(path.path, 250)} {inert(path.reason)}" for path in paths)
    return f"This request needs files that ACS never writes:\n\n{listed}\n\nAsk for the rest without them. {AGAIN}"


def plan_text(plan: Plan, quote: Quote) -> str:
    """The plan and its quote, as the progress comment shows them while the work goes on."""
    return "\n\n".join(part for part in (_summary(plan, quote), _files(plan), criteria_text(plan.criteria)) if part)


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
