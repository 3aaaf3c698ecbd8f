"""A run that names no recipe: the model plans it, the plan is shown, the model carries it out."""

from dataclasses import replace

import structlog

from app.conversation.config import config_answer
from app.conversation.plan import plan_text, questions, stuck_text
from app.domain.change import Constraints
from app.domain.plan import Unclear
from app.domain.receipt import Receipt
from app.domain.stuck import NeverWritten, NoAnswer, NoBudget, NoFit, TooMuch
from app.domain.task import Base, GeneratedChange, Task
from app.generation.context.build import build_context
from app.generation.foundation import foundation, limits_of
from app.generation.planning.quote import quote
from app.generation.progress import Progress
from app.generation.writing.asked import asked
from app.generation.writing.asking import Asking, BudgetUsedUp
from app.generation.writing.fast import write_change
from app.generation.writing.planner import make_plan
from app.generation.writing.prompts import Shown
from app.generation.written import change_of
from app.governance.repo_config.merging import Effective
from app.jobs import AskRequester, PlanChange, ProposeChange, ShowPlan, WriteChange
from app.ports.blob_indexes import BlobIndexes
from app.ports.checkouts import Checkout, Checkouts
from app.ports.clock import Clock
from app.ports.model import Model
from app.ports.neighbours import Neighbours
from app.ports.record import Audit, Jobs, Tasks
from app.ports.spend import SpendLedger

log = structlog.stdlib.get_logger()


def plan_change(
    job: PlanChange,
    *,
    model: Model,
    spend: SpendLedger,
    blob_indexes: BlobIndexes,
    nonce: str,
    checkouts: Checkouts,
    neighbours: Neighbours,
    tasks: Tasks,
    jobs: Jobs,
    audit: Audit,
    clock: Clock,
) -> None:
    """Ask the model what to do for a run, and go on with its plan, or ask the requester what it must know first.

    A run that ended already, or was taken back, is left alone.

    Raises:
        RepoError: the repository is empty, gone, too large or closed to the App, or the model's server refuses ACS.
        TransientError: the code host or the model did not answer; run the job again.
    """
    task = _underway(job, tasks)
    if task is None:
        return
    base, config = foundation(job.issue.repo, checkouts=checkouts, neighbours=neighbours)
    if not isinstance(config, Effective):
        jobs.add(AskRequester(job.issue, job.run, config_answer(config.problems, branch=base.branch)))
        return
    asking = Asking(job.issue, model, spend, clock)
    limits = limits_of(config.config)
    tree, shown = _read(task, base, limits, nonce, checkouts=checkouts, blob_indexes=blob_indexes, asking=asking)
    try:
        plan = make_plan(shown, asking, paths=tree.paths())
    except BudgetUsedUp as used_up:
        plan = _no_budget(used_up)

    match plan:
        case Unclear():
            jobs.add(AskRequester(job.issue, job.run, questions(plan)))
        case NoBudget() | NoAnswer() | NoFit() | TooMuch() | NeverWritten():
            jobs.add(AskRequester(job.issue, job.run, stuck_text(plan, asking.receipt)))
        case _:
            expected = quote(plan, read_tokens=shown.context.tokens, price=model.capabilities.price)
            jobs.add(ShowPlan(job.issue, job.run, plan, expected))
            jobs.add(WriteChange(job.issue, job.run, base, plan, nonce, asking.receipt))
    _record("task.plan", task, type(plan).__name__, asking.receipt, audit)


def show_plan(job: ShowPlan, *, tasks: Tasks, progress: Progress) -> None:
    """Show the plan of a run while it goes on."""
    task = _underway(job, tasks)
    if task is not None:
        progress.keep(replace(task, note=plan_text(job.plan, job.quote)))


def write_planned_change(
    job: WriteChange,
    *,
    model: Model,
    spend: SpendLedger,
    blob_indexes: BlobIndexes,
    checkouts: Checkouts,
    neighbours: Neighbours,
    tasks: Tasks,
    jobs: Jobs,
    audit: Audit,
    clock: Clock,
) -> None:
    """Have the plan of a run carried out on the base it was made on, and hand the change, or an answer, to the lane.

    A run that ended already, or was taken back, is left alone.

    Raises:
        RepoError, TransientError: as `plan_change`.
    """
    task = _underway(job, tasks)
    if task is None:
        return
    _, config = foundation(job.issue.repo, checkouts=checkouts, neighbours=neighbours)
    if not isinstance(config, Effective):
        jobs.add(AskRequester(job.issue, job.run, config_answer(config.problems, branch=job.base.branch)))
        return
    asking = Asking(job.issue, model, spend, clock, list(job.spent.steps))
    limits = limits_of(config.config)
    tree, shown = _read(
        task, job.base, limits, job.nonce, checkouts=checkouts, blob_indexes=blob_indexes, asking=asking
    )
    try:
        made = write_change(job.plan, shown, asking, base=tree, constraints=limits)
    except BudgetUsedUp as used_up:
        made = _no_budget(used_up)

    receipt = asking.receipt
    match made:
        case NoBudget() | NoAnswer() | NoFit() | TooMuch() | NeverWritten():
            jobs.add(AskRequester(job.issue, job.run, stuck_text(made, receipt)))
        case _:
            change = change_of(
                made, job.plan, receipt, asked=shown.asked, context=shown.context, base=tree, model=model.name
            )
            tasks.save_change(job.issue, job.run, GeneratedChange(job.base, change))
            jobs.add(ProposeChange(job.issue, job.run))
    _record("task.generate", task, type(made).__name__, receipt, audit)


def _underway(job: PlanChange | ShowPlan | WriteChange, tasks: Tasks) -> Task | None:
    """The task, where this run of it goes on."""
    task = tasks.get(job.issue)
    if task is None or task.run.number != job.run or task.state != "working" or tasks.is_cancelled(task):
        return None
    return task


def _read(
    task: Task,
    base: Base,
    limits: Constraints,
    nonce: str,
    *,
    checkouts: Checkouts,
    blob_indexes: BlobIndexes,
    asking: Asking,
) -> tuple[Checkout, Shown]:
    """The tree, and what is shown of it: the same for each question of a run."""
    began = asking.now
    tree, request = checkouts.at(task.issue.repo, base.sha), asked(task.run)
    context = build_context(request.text, tree, indexes=blob_indexes)
    asking.took("read", began)
    return tree, Shown(request, context, limits, nonce)


def _no_budget(used_up: BudgetUsedUp) -> NoBudget:
    over = used_up.over
    return NoBudget(over.budget, over.limit, over.spent, over.wanted)


def _record(operation: str, task: Task, outcome: str, receipt: Receipt, audit: Audit) -> None:
    facts = {"run": str(task.run.number), "tokens": str(receipt.usage.tokens), "micro_usd": str(receipt.cost)}
    audit.record(operation, str(task.issue), outcome, facts=facts)
    log.info("model asked", operation=operation, issue=str(task.issue), outcome=outcome, tokens=receipt.usage.tokens)
