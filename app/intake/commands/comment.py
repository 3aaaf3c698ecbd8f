"""A comment that speaks to ACS: who wrote it, may they, and what comes of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import assert_never

import structlog

from app.conversation.commands.answers import help_words, ping_words, problem_words, refusal_words, version_words
from app.conversation.commands.parse import parse
from app.conversation.commands.standing import Fact, status_words, why_words
from app.conversation.commands.table import TEMPLATES, row_of
from app.domain.command import (
    Asked,
    Cancel,
    Command,
    CommandProblem,
    Help,
    NotForUs,
    Pause,
    Ping,
    Redeliver,
    Refusal,
    Resume,
    Retry,
    Run,
    Status,
    Version,
    Why,
)
from app.domain.plain_text import one_line
from app.domain.repo import PullRef
from app.governance.access import is_enough, is_heard, permission_of
from app.intake.commands.answering import Answering
from app.intake.commands.facts import facts_of_pull, facts_of_request
from app.intake.commands.requests import (
    ask_for_change,
    cancel,
    in_the_way,
    retry_checks,
    set_going_again,
    spec_of,
    task_of,
)
from app.intake.commands.switch import pause, refused_while_paused, resume
from app.jobs import CommentPosted, ListRecipes, ReadSpecification, RedeliverAsked
from app.ports.clock import Clock
from app.ports.code_host import Collaborators, Issues, Pulls, Reaction
from app.ports.record import Audit, Heads, Jobs, Origin, OwnChecks, Switches, Tasks

LONGEST_LINE = 300
NOTHING_TO_SAY = ""

Outcome = str | Refusal | None
"""The answer in Markdown, why there is none, or `None` where another job answers."""

log = structlog.stdlib.get_logger()


def answer_comment(
    job: CommentPosted,
    *,
    app_id: int,
    trigger_label: str,
    allowed_bots: Collection[int],
    version: str,
    collaborators: Collaborators,
    issues: Issues,
    pulls: Pulls,
    tasks: Tasks,
    heads: Heads,
    own_checks: OwnChecks,
    switches: Switches,
    answering: Answering,
    jobs: Jobs,
    audit: Audit,
    origin: Origin,
    clock: Clock,
) -> None:
    """Do what a comment asks for, and say what came of it: by a reaction, and in the comment that holds the answers.

    Nothing happens, and nothing is said, for comments by this App, and by bots that the operator did not name.
    """
    command = parse(job.text)
    if isinstance(command, NotForUs) or job.via_app == app_id or not is_heard(job.by, allowed_bots):
        log.info("comment not heard", issue=str(job.on), by=job.by.login)
        return
    asked = asked_in(job)
    answered: str | None
    if isinstance(command, CommandProblem):
        outcome, reaction, answered = command.reason, "confused", problem_words(command)
    else:
        ports = _Ports(
            app_id=app_id,
            trigger_label=trigger_label,
            version=version,
            collaborators=collaborators,
            issues=issues,
            pulls=pulls,
            tasks=tasks,
            heads=heads,
            own_checks=own_checks,
            switches=switches,
            answering=answering,
            jobs=jobs,
            origin=origin,
            clock=clock,
        )
        outcome, reaction, answered = _words(_Doing(job, asked, ports)(command))
    if isinstance(command, Cancel) and reaction == "-1":
        set_going_again(job, tasks=tasks, jobs=jobs)
    if reaction:
        answering.acknowledge(asked, reaction)
    if answered:
        answering.answer(asked, answered)
    verb = "none" if isinstance(command, CommandProblem) else row_of(command).verb
    audit.record("command", str(job.on), outcome, actor=job.by.login, facts={"verb": verb, "comment": str(job.comment)})
    log.info("command answered", issue=str(job.on), verb=verb, outcome=outcome)


def asked_in(job: CommentPosted) -> Asked:
    """The command of a comment as people see it: its first line."""
    line = next((line for line in job.text.splitlines() if line.strip()), "")
    return Asked(job.on, job.comment, job.by, one_line(line, LONGEST_LINE))


def _words(outcome: Outcome) -> tuple[str, Reaction | None, str | None]:
    match outcome:
        case None:
            return "handed on", None, None
        case Refusal():
            return outcome.reason, "-1", refusal_words(outcome)
        case _:
            return "done", "rocket", outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ports:
    """What commands are done with."""

    app_id: int
    trigger_label: str
    version: str
    collaborators: Collaborators
    issues: Issues
    pulls: Pulls
    tasks: Tasks
    heads: Heads
    own_checks: OwnChecks
    switches: Switches
    answering: Answering
    jobs: Jobs
    origin: Origin
    clock: Clock


class _Doing:
    """The doing of one comment's command, for somebody who is heard."""

    def __init__(self, job: CommentPosted, asked: Asked, ports: _Ports) -> None:
        self._job, self._asked, self._ports = job, asked, ports

    def __call__(self, command: Command) -> Outcome:
        return self._not_allowed(command) or self._wrong_place(command) or self._do(command)

    def _not_allowed(self, command: Command) -> Refusal | None:
        job, needs = self._job, row_of(command).needs
        permission = permission_of(job.on.repo, job.by, collaborators=self._ports.collaborators)
        if is_enough(permission, needs):
            return None
        fix = "Ask somebody who has it."
        return Refusal("not_allowed", f"{needs} permission", f"{job.by.login} has {permission} permission", fix)

    def _wrong_place(self, command: Command) -> Refusal | None:
        row, place = row_of(command), "pull request" if self._job.is_pull else "issue"
        if place in row.places:
            return None
        return Refusal("wrong_place", " or ".join(row.places), place, f"Write it on an {row.places[0]}.")

    def _do(self, command: Command) -> Outcome:
        job, asked, ports = self._job, self._asked, self._ports
        repo = job.on.repo
        match command:
            case Help(about=about) if about == TEMPLATES:
                ports.jobs.add(ListRecipes(asked))
                return None
            case Help(about=about):
                return help_words(about)
            case Status():
                task = task_of(job, ports.tasks)
                return status_words(task, is_cancelled=task is not None and ports.tasks.is_cancelled(task))
            case Why():
                return why_words(self._facts())
            case Ping():
                return ping_words((ports.clock.now() - ports.origin.created_at).total_seconds())
            case Version():
                return version_words(ports.version)
            case Pause():
                return pause(command, repo, job.by, switches=ports.switches, clock=ports.clock)
            case Resume():
                return resume(repo, switches=ports.switches)
            case Redeliver(guid=guid):
                ports.jobs.add(RedeliverAsked(asked, guid))
                return None
            case Run() | Retry() | Cancel():
                return self._request(command)
            case _:
                assert_never(command)

    def _request(self, command: Run | Retry | Cancel) -> Outcome:
        job, asked, ports = self._job, self._asked, self._ports
        if isinstance(command, Cancel):
            refusal = cancel(
                job, trigger_label=ports.trigger_label, issues=ports.issues, tasks=ports.tasks, jobs=ports.jobs
            )
            return refusal or NOTHING_TO_SAY
        if paused := refused_while_paused(job.on.repo, switches=ports.switches):
            return paused
        ports.answering.acknowledge(asked, "eyes")
        if isinstance(command, Retry) and job.is_pull:
            refusal = retry_checks(job, app_id=ports.app_id, pulls=ports.pulls, heads=ports.heads, jobs=ports.jobs)
            return refusal or NOTHING_TO_SAY
        return self._run(command)

    def _run(self, command: Run | Retry) -> Outcome:
        job, asked, ports = self._job, self._asked, self._ports
        found = spec_of(command, job, tasks=ports.tasks)
        if isinstance(found, Refusal):
            return found
        refusal = in_the_way(job, issues=ports.issues, pulls=ports.pulls, tasks=ports.tasks)
        if refusal:
            return refusal
        if found:
            ports.jobs.add(ReadSpecification(asked, found, job.title, job.as_of))
            return None
        ask_for_change(job, trigger_label=ports.trigger_label, issues=ports.issues, jobs=ports.jobs)
        return NOTHING_TO_SAY

    def _facts(self) -> Sequence[Fact]:
        job, ports = self._job, self._ports
        task = task_of(job, ports.tasks)
        if task is None and job.is_pull:
            pull = PullRef(job.on.repo, job.on.number)
            return facts_of_pull(
                pull, pulls=ports.pulls, heads=ports.heads, own_checks=ports.own_checks, switches=ports.switches
            )
        return facts_of_request(
            task.issue if task else job.on,
            task,
            trigger_label=ports.trigger_label,
            collaborators=ports.collaborators,
            issues=ports.issues,
            tasks=ports.tasks,
            switches=ports.switches,
        )
