"""A run's frozen request becomes a change, or an answer that says what it lacks: the recipe lane, without any model."""

import structlog

from app.conversation.config import config_answer
from app.conversation.recipes import recipe_answer
from app.domain.change import Change
from app.domain.repo_config import RepoConfig
from app.domain.task import Base, GeneratedChange, Task
from app.generation.foundation import foundation, limits_of
from app.generation.recipes.lane import Ready, generate, plan_recipe
from app.governance.repo_config.merging import Effective
from app.jobs import AskRequester, GenerateChange, ProposeChange
from app.ports.checkouts import Checkouts
from app.ports.clock import Clock
from app.ports.neighbours import Neighbours
from app.ports.record import Audit, Jobs, Tasks

log = structlog.stdlib.get_logger()


def generate_change(
    job: GenerateChange,
    *,
    checkouts: Checkouts,
    neighbours: Neighbours,
    tasks: Tasks,
    jobs: Jobs,
    audit: Audit,
    clock: Clock,
) -> None:
    """Make the change of a run on its base, as the configuration there says, and hand it, or an answer, to the lane.

    A run that ended already, or was taken back, is left alone.

    Raises:
        RepoError: the repository is empty, gone, too large, or closed to the App.
        TransientError: the code host did not answer; run the job again.
    """
    task = tasks.get(job.issue)
    if task is None or task.run.number != job.run or task.state != "working" or tasks.is_cancelled(task):
        return
    base, config = foundation(job.issue.repo, checkouts=checkouts, neighbours=neighbours)

    result = (
        _recipe(task, base, config.config, checkouts=checkouts, clock=clock)
        if isinstance(config, Effective)
        else config_answer(config.problems, branch=base.branch)
    )

    if isinstance(result, Change):
        tasks.save_change(job.issue, job.run, GeneratedChange(base, result))
        jobs.add(ProposeChange(job.issue, job.run))
        outcome = result.metadata.model
    else:
        jobs.add(AskRequester(job.issue, job.run, result))
        outcome = "asked"
    audit.record("task.generate", str(job.issue), outcome, facts={"run": str(job.run), "base_sha": base.sha})
    log.info("change generated", issue=str(job.issue), run=job.run, outcome=outcome)


def _recipe(task: Task, base: Base, config: RepoConfig, *, checkouts: Checkouts, clock: Clock) -> Change | str:
    """The change, or the Markdown that tells the requester what is missing."""
    tree = checkouts.at(task.issue.repo, base.sha)
    planned = plan_recipe(task.run.title, task.run.body, tree, limits=limits_of(config))
    if not isinstance(planned, Ready):
        return recipe_answer(planned)
    made = generate(planned, tree, monotonic=lambda: clock.now().timestamp())
    return made if isinstance(made, Change) else recipe_answer(made)
