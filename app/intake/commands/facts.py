"""Every fact for which a request, or the check of a pull request, stands where it stands."""

from collections.abc import Iterator, Sequence

from app.conversation.commands.standing import Fact
from app.domain.repo import IssueRef, PullRef
from app.domain.task import Task
from app.governance.access import is_enough, permission_of
from app.intake.commands.switch import paused_by
from app.ports.code_host import Collaborators, Issues, Pulls
from app.ports.record import Heads, OwnChecks, Switches, Tasks


def facts_of_request(
    issue: IssueRef,
    task: Task | None,
    *,
    trigger_label: str,
    collaborators: Collaborators,
    issues: Issues,
    tasks: Tasks,
    switches: Switches,
) -> Sequence[Fact]:
    """What the request of an issue depends on, in the order in which it is looked at."""
    now, paused = issues.get(issue), switches.paused(issue.repo)
    has_label = now is not None and trigger_label in now.labels
    facts = [
        Fact("the issue is open", now is not None and now.is_open, _updated(now is not None)),
        Fact("it has the trigger label", has_label, trigger_label),
        Fact("the repository is not paused", paused is None, paused_by(paused) if paused else "new work begins"),
    ]
    return [*facts, *(_of_run(task, collaborators=collaborators, tasks=tasks) if task else _nobody_asked())]


def facts_of_pull(
    pull: PullRef, *, pulls: Pulls, heads: Heads, own_checks: OwnChecks, switches: Switches
) -> Sequence[Fact]:
    """What the check of a pull request depends on."""
    now, paused = pulls.get(pull), switches.paused(pull.repo)
    known = heads.heads(pull.repo, now.head_sha)
    checks = own_checks.checks_of_head(pull.repo, now.head_sha)
    return [
        Fact("the pull request is open", now.is_open, "draft" if now.is_draft else "ready for review"),
        Fact("the repository is not paused", paused is None, paused_by(paused) if paused else "new work begins"),
        Fact("it comes from this repository", not now.is_fork, f"branch {now.head_branch}"),
        Fact("its head is known", bool(known), now.head_sha[:12]),
        *(Fact("its check", _verdict(one.conclusion), one.conclusion or "is going on") for one in checks),
    ]


def _updated(is_there: bool) -> str:
    return "as the code host shows it now" if is_there else "it was deleted, or moved"


def _nobody_asked() -> Iterator[Fact]:
    yield Fact("somebody asked for a change", False, "by the label, or by a command")


def _of_run(task: Task, *, collaborators: Collaborators, tasks: Tasks) -> Iterator[Fact]:
    run = task.run
    permission = permission_of(task.issue.repo, run.requested_by, collaborators=collaborators)
    by = f"{run.requested_by.login} has {permission} permission"
    yield Fact("who asked may write", is_enough(permission, "write"), by)
    is_cancelled = tasks.is_cancelled(task) or task.state == "cancelled"
    began = f"run {run.number} began {run.started_at:%Y-%m-%d %H:%M:%S} UTC"
    yield Fact("it was not taken back", not is_cancelled, began)
    if task.base:
        yield Fact("it has a base", True, f"{task.base.branch} at {task.base.sha[:12]}")
    yield Fact("a change was proposed", _is_proposed(task), _state(task))
    if task.tests:
        yield Fact("its tests pass", task.tests.passed, task.tests.title)


def _is_proposed(task: Task) -> bool | None:
    return None if task.state == "working" else task.state == "proposed"


def _state(task: Task) -> str:
    if task.proposal and task.state == "proposed":
        return f"pull request {task.proposal.pull}, commit {task.proposal.head_sha[:12]}"
    return {"working": "it is being worked on"}.get(task.state, "the progress comment says why")


def _verdict(conclusion: str | None) -> bool | None:
    return None if conclusion in (None, "neutral", "skipped") else conclusion == "success"
