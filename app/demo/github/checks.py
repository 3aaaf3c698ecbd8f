"""What happens to check runs and suites. https://docs.github.com/en/rest/guides/using-the-rest-api-to-interact-with-checks"""

from collections.abc import Sequence
from dataclasses import replace

from app.demo.github.events import announce
from app.demo.github.git import NO_SHA
from app.demo.github.records import Annotation, App, CheckRun, CheckSuite, Installation, Repository
from app.demo.github.serialize import Fields
from app.demo.github.serialize import checks as serialize
from app.demo.github.site import Actor, Site
from app.demo.github.suite_state import state_of


def request_suites(site: Site, repo: Repository, by: Actor, *, branch: str, before: str, head_sha: str) -> None:
    """Open a check suite on a pushed commit for every App that may write checks, and ask the App to fill it."""
    for found in site.store.all(Installation):
        wants = found.permissions.get("checks") == "write" and repo.id in found.repository_ids
        if not wants or site.store.find(CheckSuite, repo.id, f"{head_sha}:{found.app_id}"):
            continue
        app = site.store.need(App, found.app_id)
        suite = _new_suite(site, repo, app, head_sha, branch, None if before == NO_SHA else before)
        announce_suite(site, repo, by, "requested", suite)


def suite_for(site: Site, repo: Repository, app: App, head_sha: str) -> CheckSuite:
    """The App's suite on a commit, opened where there is none."""
    found = site.store.find(CheckSuite, repo.id, f"{head_sha}:{app.id}")
    return found or _new_suite(site, repo, app, head_sha, _branch_at(site, repo, head_sha), None)


def create_run(site: Site, repo: Repository, by: Actor, run: CheckRun, annotations: Sequence[Annotation]) -> CheckRun:
    with site.store.transaction():
        run = site.store.insert(run)
        _annotate(site, run, annotations)
        _announce_run(site, repo, by, "created", run)
        if run.status == "completed":
            _complete(site, repo, by, run)
    return run


def update_run(
    site: Site, repo: Repository, by: Actor, old: CheckRun, new: CheckRun, annotations: Sequence[Annotation]
) -> CheckRun:
    with site.store.transaction():
        site.store.save(new)
        _annotate(site, new, annotations)
        if new.status == "completed" and old.status != "completed":
            _complete(site, repo, by, new)
    return new


def rerequest_run(site: Site, repo: Repository, by: Actor, run: CheckRun) -> None:
    """Ask the App to run the check again; the App opens a new check run or starts this one over."""
    with site.store.transaction():
        _announce_run(site, repo, by, "rerequested", run)


def request_action(site: Site, repo: Repository, by: Actor, run: CheckRun, identifier: str) -> None:
    """A person pressed one of the buttons the App put on its check run."""
    with site.store.transaction():
        _announce_run(site, repo, by, "requested_action", run, {"requested_action": {"identifier": identifier}})


def announce_suite(site: Site, repo: Repository, by: Actor, action: str, suite: CheckSuite) -> None:
    payload: Fields = {"action": action, "check_suite": serialize.suite_in_event(site, repo, suite)}
    owner = site.store.need(App, suite.app_id)
    announce(site, repo, by, "check_suite", payload, only=None if action == "completed" else owner)


def _new_suite(
    site: Site, repo: Repository, app: App, head_sha: str, branch: str | None, before: str | None
) -> CheckSuite:
    now = site.now()
    return site.store.insert(
        CheckSuite(
            repo_id=repo.id,
            app_id=app.id,
            head_sha=head_sha,
            head_branch=branch,
            before=before,
            created_at=now,
            updated_at=now,
        )
    )


def _branch_at(site: Site, repo: Repository, head_sha: str) -> str | None:
    heads = site.git(repo).refs("refs/heads/")
    return next((ref.removeprefix("refs/heads/") for ref, sha in heads.items() if sha == head_sha), None)


def _annotate(site: Site, run: CheckRun, annotations: Sequence[Annotation]) -> None:
    for annotation in annotations:
        site.store.insert(replace(annotation, check_run_id=run.id))


def _complete(site: Site, repo: Repository, by: Actor, run: CheckRun) -> None:
    _announce_run(site, repo, by, "completed", run)
    status, _ = state_of(site.store.all(CheckRun, run.suite_id))
    if status == "completed":
        announce_suite(site, repo, by, "completed", site.store.need(CheckSuite, run.suite_id))


def _announce_run(
    site: Site, repo: Repository, by: Actor, action: str, run: CheckRun, more: Fields | None = None
) -> None:
    payload: Fields = {"action": action, "check_run": serialize.check_run_in_event(site, repo, run), **(more or {})}
    owner = site.store.need(App, run.app_id) if action in {"rerequested", "requested_action"} else None
    announce(site, repo, by, "check_run", payload, only=owner)
