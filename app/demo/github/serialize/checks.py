"""Check runs, their suites and their annotations."""

from app.demo.github.lookup import open_pulls_at
from app.demo.github.records import Annotation, App, CheckRun, CheckSuite, Repository
from app.demo.github.serialize import Fields, Json, maybe_stamp, stamp
from app.demo.github.serialize.apps import integration
from app.demo.github.serialize.commits import simple_commit
from app.demo.github.serialize.nodes import node_id
from app.demo.github.serialize.pulls import pull_request_minimal
from app.demo.github.serialize.repositories import api_url, html_url, minimal_repository
from app.demo.github.site import Site
from app.demo.github.suite_state import state_of


def check_run(site: Site, repo: Repository, run: CheckRun) -> Fields:
    url = f"{api_url(site, repo)}/check-runs/{run.id}"
    page = f"{html_url(site, repo)}/runs/{run.id}"
    return {
        "id": run.id,
        "name": run.name,
        "node_id": node_id("CheckRun", run.id),
        "head_sha": run.head_sha,
        "external_id": run.external_id,
        "url": url,
        "html_url": page,
        "details_url": run.details_url or page,
        "status": run.status,
        "conclusion": run.conclusion,
        "started_at": maybe_stamp(run.started_at),
        "completed_at": maybe_stamp(run.completed_at),
        "output": {
            "title": run.title,
            "summary": run.summary,
            "text": run.text,
            "annotations_count": site.store.count(Annotation, run.id),
            "annotations_url": f"{url}/annotations",
        },
        "check_suite": {"id": run.suite_id},
        "app": integration(site, site.store.need(App, run.app_id)),
        "pull_requests": pulls_at(site, repo, run.head_sha),
    }


def check_run_in_event(site: Site, repo: Repository, run: CheckRun) -> Fields:
    """As `check_run` events show it: with its suite."""
    suite = site.store.need(CheckSuite, run.suite_id)
    return {**check_run(site, repo, run), "check_suite": suite_line(site, repo, suite)}


def suite_line(site: Site, repo: Repository, suite: CheckSuite) -> Fields:
    status, conclusion = state_of(site.store.all(CheckRun, suite.id))
    return {
        "id": suite.id,
        "node_id": node_id("CheckSuite", suite.id),
        "head_branch": suite.head_branch,
        "head_sha": suite.head_sha,
        "status": status,
        "conclusion": conclusion,
        "url": f"{api_url(site, repo)}/check-suites/{suite.id}",
        "before": suite.before,
        "after": suite.head_sha,
        "pull_requests": pulls_at(site, repo, suite.head_sha),
        "app": integration(site, site.store.need(App, suite.app_id)),
        "created_at": stamp(suite.created_at),
        "updated_at": stamp(suite.updated_at),
    }


def suite_in_event(site: Site, repo: Repository, suite: CheckSuite) -> Fields:
    return {
        **suite_line(site, repo, suite),
        "latest_check_runs_count": site.store.count(CheckRun, suite.id),
        "check_runs_url": f"{api_url(site, repo)}/check-suites/{suite.id}/check-runs",
        "head_commit": simple_commit(site.git(repo).commit(suite.head_sha)),
        "rerequestable": True,
        "runs_rerequestable": True,
    }


def check_suite(site: Site, repo: Repository, suite: CheckSuite) -> Fields:
    return {**suite_in_event(site, repo, suite), "repository": minimal_repository(site, repo)}


def annotation(site: Site, repo: Repository, run: CheckRun, found: Annotation) -> Fields:
    return {
        "path": found.path,
        "blob_href": f"{html_url(site, repo)}/blob/{run.head_sha}/{found.path}",
        "start_line": found.start_line,
        "start_column": found.start_column,
        "end_line": found.end_line,
        "end_column": found.end_column,
        "annotation_level": found.level,
        "title": found.title,
        "message": found.message,
        "raw_details": found.raw_details,
    }


def pulls_at(site: Site, repo: Repository, head_sha: str) -> list[Json]:
    return [pull_request_minimal(site, repo, pull) for pull in open_pulls_at(site, repo, head_sha)]
