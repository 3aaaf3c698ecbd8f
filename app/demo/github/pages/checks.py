"""The page of one check run, with its buttons."""

from flask import Blueprint, abort, render_template
from werkzeug.wrappers import Response

from app.demo.github import checks
from app.demo.github.access import to_read, to_write
from app.demo.github.lookup import open_pulls_at
from app.demo.github.pages import visit
from app.demo.github.pages.markdown import render
from app.demo.github.records import Annotation, App, CheckRun, Repository
from app.demo.github.rest.request import site

blueprint = Blueprint("checks", __name__)
READ, WRITE = to_read("checks"), to_write("checks")
RUN = "/<owner>/<name>/runs/<int:run_id>"


@blueprint.get(RUN)
def show(owner: str, name: str, run_id: int) -> str:
    repo = visit.enter(owner, name, READ)
    run, home = _run(repo, run_id), f"/{repo.full_name}"
    return render_template(
        "run.html",
        repo=repo,
        run=run,
        app=site().store.need(App, run.app_id),
        pulls=open_pulls_at(site(), repo, run.head_sha),
        summary=render(run.summary, repository=home),
        text=render(run.text, repository=home) if run.text else None,
        annotations=site().store.all(Annotation, run.id),
        may_write=visit.may(repo, WRITE),
    )


@blueprint.post(f"{RUN}/rerun")
def rerun(owner: str, name: str, run_id: int) -> Response:
    repo = visit.enter(owner, name, WRITE)
    checks.rerequest_run(site(), repo, visit.actor(), _run(repo, run_id))
    return visit.go_to(f"/{repo.full_name}/runs/{run_id}")


@blueprint.post(f"{RUN}/action")
def action(owner: str, name: str, run_id: int) -> Response:
    """One of the buttons the App put on its check run was pressed."""
    repo = visit.enter(owner, name, WRITE)
    run, identifier = _run(repo, run_id), visit.field("identifier")
    if identifier not in {one.identifier for one in run.actions}:
        abort(404)
    checks.request_action(site(), repo, visit.actor(), run, identifier)
    return visit.go_to(f"/{repo.full_name}/runs/{run_id}")


def _run(repo: Repository, run_id: int) -> CheckRun:
    found = site().store.get(CheckRun, run_id)
    return found if found is not None and found.repo_id == repo.id else abort(404)
