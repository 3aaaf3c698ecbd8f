"""Check runs and check suites. https://docs.github.com/en/rest/checks"""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Literal

from flask import Blueprint, Response, request
from pydantic import Field

from app.demo.github import checks
from app.demo.github.access import AsInstallation, to_read, to_write
from app.demo.github.answers import Refusal
from app.demo.github.records import (
    Annotation,
    App,
    CheckAction,
    CheckRun,
    CheckStatus,
    CheckSuite,
    Conclusion,
    Repository,
)
from app.demo.github.rest.commits import commit_named
from app.demo.github.rest.request import Body, actor, body, caller, enter, page, reply, site
from app.demo.github.serialize import checks as serialize
from app.demo.github.suite_state import latest

blueprint = Blueprint("checks", __name__)
READ = to_read("checks")
WRITE = to_write("checks")
REPO = "/repos/<owner>/<name>"
RUN = f"{REPO}/check-runs/<int:run_id>"
SUITE = f"{REPO}/check-suites/<int:suite_id>"
Text = Annotated[str, Field(max_length=65_535)]


class NewAnnotation(Body):
    path: str
    start_line: int
    end_line: int
    start_column: int | None = None
    end_column: int | None = None
    annotation_level: Literal["notice", "warning", "failure"]
    message: str = Field(max_length=64 * 1024)
    title: str | None = Field(default=None, max_length=255)
    raw_details: str | None = Field(default=None, max_length=64 * 1024)


class Output(Body):
    title: str | None = None
    summary: Text
    text: Text | None = None
    annotations: tuple[NewAnnotation, ...] = Field(default=(), max_length=50)


class Action(Body):
    label: str = Field(max_length=20)
    description: str = Field(max_length=40)
    identifier: str = Field(max_length=20)


class RunFields(Body):
    details_url: str | None = None
    external_id: str | None = None
    status: CheckStatus | None = None
    started_at: datetime | None = None
    conclusion: Conclusion | None = None
    completed_at: datetime | None = None
    output: Output | None = None
    actions: tuple[Action, ...] | None = Field(default=None, max_length=3)


class NewRun(RunFields):
    name: str
    head_sha: str


class RunChange(RunFields):
    name: str | None = None


class NewSuite(Body):
    head_sha: str


@blueprint.post(f"{REPO}/check-runs")
def create_run(owner: str, name: str) -> Response:
    repo, app, wanted = enter(owner, name, WRITE), _app(), body(NewRun)
    sha = site().git(repo).resolve(wanted.head_sha)
    if sha is None or sha != wanted.head_sha:
        raise Refusal(422, f"No commit found for SHA: {wanted.head_sha}")
    blank = CheckRun(
        repo_id=repo.id,
        suite_id=checks.suite_for(site(), repo, app, sha).id,
        app_id=app.id,
        name=wanted.name,
        head_sha=sha,
        external_id="",
        details_url=None,
        status="queued",
        conclusion=None,
        started_at=site().now(),
        completed_at=None,
    )
    run = checks.create_run(site(), repo, actor(), _changed(blank, wanted), _annotations(wanted))
    return reply(serialize.check_run(site(), repo, run), 201)


@blueprint.get(RUN)
def get_run(owner: str, name: str, run_id: int) -> Response:
    repo = enter(owner, name, READ)
    return reply(serialize.check_run(site(), repo, _run(repo, run_id)))


@blueprint.patch(RUN)
def update_run(owner: str, name: str, run_id: int) -> Response:
    repo, app, change = enter(owner, name, WRITE), _app(), body(RunChange)
    run = _run(repo, run_id)
    if run.app_id != app.id:
        raise Refusal(
            403,
            f"Invalid app_id `{app.id}` - check run can only be modified by the GitHub App that created it.",
        )
    renamed = replace(run, name=change.name or run.name)
    run = checks.update_run(site(), repo, actor(), run, _changed(renamed, change), _annotations(change))
    return reply(serialize.check_run(site(), repo, run))


@blueprint.get(f"{RUN}/annotations")
def list_annotations(owner: str, name: str, run_id: int) -> Response:
    repo = enter(owner, name, READ)
    run = _run(repo, run_id)
    return page(site().store.all(Annotation, run.id), lambda one: serialize.annotation(site(), repo, run, one))


@blueprint.post(f"{RUN}/rerequest")
def rerequest_run(owner: str, name: str, run_id: int) -> Response:
    repo = enter(owner, name, WRITE)
    checks.rerequest_run(site(), repo, actor(), _run(repo, run_id))
    return reply({}, 201)


@blueprint.get(f"{REPO}/commits/<path:ref>/check-runs")
def list_runs_for_ref(owner: str, name: str, ref: str) -> Response:
    repo = enter(owner, name, READ)
    suites = site().store.all(CheckSuite, repo.id, prefix=f"{commit_named(repo, ref)}:")
    return _runs(repo, [run for suite in suites for run in site().store.all(CheckRun, suite.id)])


@blueprint.get(f"{REPO}/commits/<path:ref>/check-suites")
def list_suites_for_ref(owner: str, name: str, ref: str) -> Response:
    repo, app_id = enter(owner, name, READ), request.args.get("app_id")
    suites = site().store.all(CheckSuite, repo.id, prefix=f"{commit_named(repo, ref)}:")
    found = [suite for suite in suites if app_id in {None, str(suite.app_id)}]
    return page(
        found,
        lambda one: serialize.check_suite(site(), repo, one),
        lambda items: {"total_count": len(found), "check_suites": items},
    )


@blueprint.post(f"{REPO}/check-suites")
def create_suite(owner: str, name: str) -> Response:
    repo, app, wanted = enter(owner, name, WRITE), _app(), body(NewSuite)
    known = site().store.find(CheckSuite, repo.id, f"{wanted.head_sha}:{app.id}")
    suite = known or checks.suite_for(site(), repo, app, commit_named(repo, wanted.head_sha))
    return reply(serialize.check_suite(site(), repo, suite), 200 if known else 201)


@blueprint.get(SUITE)
def get_suite(owner: str, name: str, suite_id: int) -> Response:
    repo = enter(owner, name, READ)
    return reply(serialize.check_suite(site(), repo, _suite(repo, suite_id)))


@blueprint.get(f"{SUITE}/check-runs")
def list_runs_in_suite(owner: str, name: str, suite_id: int) -> Response:
    repo = enter(owner, name, READ)
    return _runs(repo, site().store.all(CheckRun, _suite(repo, suite_id).id))


@blueprint.post(f"{SUITE}/rerequest")
def rerequest_suite(owner: str, name: str, suite_id: int) -> Response:
    repo = enter(owner, name, WRITE)
    with site().store.transaction():
        checks.announce_suite(site(), repo, actor(), "rerequested", _suite(repo, suite_id))
    return reply({}, 201)


def _app() -> App:
    """The App that asks: only Apps write checks."""
    match caller():
        case AsInstallation(app):
            return app
        case _:
            raise Refusal(403, "You must authenticate via a GitHub App.")


def _run(repo: Repository, run_id: int) -> CheckRun:
    found = site().store.get(CheckRun, run_id)
    if found is None or found.repo_id != repo.id:
        raise Refusal(404, "Not Found")
    return found


def _suite(repo: Repository, suite_id: int) -> CheckSuite:
    found = site().store.get(CheckSuite, suite_id)
    if found is None or found.repo_id != repo.id:
        raise Refusal(404, "Not Found")
    return found


def _runs(repo: Repository, runs: list[CheckRun]) -> Response:
    if request.args.get("filter", "latest") == "latest":
        runs = latest(runs)
    name, status, app_id = (request.args.get(one) for one in ("check_name", "status", "app_id"))
    found = [
        run
        for run in sorted(runs, key=lambda one: one.id, reverse=True)
        if name in {None, run.name} and status in {None, run.status} and app_id in {None, str(run.app_id)}
    ]
    return page(
        found,
        lambda one: serialize.check_run(site(), repo, one),
        lambda items: {"total_count": len(found), "check_runs": items},
    )


def _changed(run: CheckRun, change: RunFields) -> CheckRun:
    run = replace(
        run,
        details_url=change.details_url or run.details_url,
        external_id=run.external_id if change.external_id is None else change.external_id,
        started_at=_utc(change.started_at) or run.started_at,
    )
    if change.actions is not None:
        run = replace(run, actions=tuple(CheckAction(**one.model_dump()) for one in change.actions))
    if change.output is not None:
        text = run.text if change.output.text is None else change.output.text
        run = replace(run, title=change.output.title or run.title, summary=change.output.summary, text=text)
    return _moved_on(run, change)


def _moved_on(run: CheckRun, change: RunFields) -> CheckRun:
    """A conclusion completes a check run; any other status takes its conclusion away."""
    if change.conclusion is not None or change.completed_at is not None:
        conclusion = change.conclusion or run.conclusion
        if conclusion is None:
            raise Refusal(422, 'Invalid request.\n\n"conclusion" wasn\'t supplied.')
        at = _utc(change.completed_at) or site().now()
        return replace(run, status="completed", conclusion=conclusion, completed_at=at)
    if change.status == "completed" and run.conclusion is None:
        raise Refusal(422, 'Invalid request.\n\n"conclusion" wasn\'t supplied.')
    if change.status in {None, "completed"}:
        return run
    return replace(run, status=change.status or run.status, conclusion=None, completed_at=None)


def _utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC).replace(microsecond=0) if moment else None


def _annotations(change: RunFields) -> list[Annotation]:
    given = change.output.annotations if change.output else ()
    return [
        Annotation(
            check_run_id=0,
            path=one.path,
            start_line=one.start_line,
            end_line=one.end_line,
            start_column=one.start_column,
            end_column=one.end_column,
            level=one.annotation_level,
            title=one.title,
            message=one.message,
            raw_details=one.raw_details,
        )
        for one in given
    ]
