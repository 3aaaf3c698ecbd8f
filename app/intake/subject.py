"""What a delivery is about, read from its JSON without modelling it: enough to put it in its lane."""

from typing import cast

from app.domain.repo import HeadSha
from app.ports.journal import Subject

JsonObject = dict[str, object]


def _object(value: object) -> JsonObject:
    return cast(JsonObject, value) if isinstance(value, dict) else {}


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def subject_of(payload: JsonObject, *, host: str) -> Subject:
    """The subject: an issue, a pull request, a head SHA, a repository, or only an installation.

    An `issue` with a `pull_request` key is a pull request. A branch counts only when it is of this repository, because
    a fork can call its branches what it likes. `check_run.pull_requests` is not read: it lists other repositories' too.
    """
    repo_id = _number(_object(payload.get("repository")).get("id"))
    issue, pull = _object(payload.get("issue")), _object(payload.get("pull_request"))
    check = _object(payload.get("check_run")) or _object(payload.get("check_suite"))
    head = _object(pull.get("head"))
    is_ours = repo_id is not None and _number(_object(head.get("repo")).get("id")) == repo_id
    head_sha = _text(check.get("head_sha"))
    return Subject(
        host=host,
        installation_id=_number(_object(payload.get("installation")).get("id")),
        repo_id=repo_id,
        number=_number(issue.get("number")) or _number(pull.get("number")),
        is_pull=bool(pull) or "pull_request" in issue,
        head_branch=_text(head.get("ref")) if is_ours else None,
        head_sha=HeadSha(head_sha) if head_sha else None,
    )


def takes_back(event: str, payload: JsonObject, *, trigger_label: str) -> bool:
    """Whether somebody takes back what they asked for: the trigger label came off, or the issue is gone."""
    if event != "issues":
        return False
    match payload.get("action"):
        case "closed" | "deleted" | "transferred":
            return True
        case "unlabeled":
            return _text(_object(payload.get("label")).get("name")) == trigger_label
        case _:
            return False
