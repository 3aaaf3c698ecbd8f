"""What a delivery is about, read from its JSON without modelling it: enough to put it in its lane."""

from typing import cast

from app.conversation.commands.parse import parse
from app.domain.command import Cancel
from app.domain.repo import HeadSha
from app.ports.journal import Subject

JsonObject = dict[str, object]


def _object(value: object) -> JsonObject:
    return cast(JsonObject, value) if isinstance(value, dict) else {}


def _number(value: object) -> int | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 0 < value < 2**63 else None  # what a database keeps


def text_of(value: object) -> str | None:
    """The text, unless it is none or holds half a character, which no database keeps."""
    if not isinstance(value, str) or any("\ud800" <= character <= "\udfff" for character in value):
        return None
    return value


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
    head_sha = text_of(check.get("head_sha"))
    return Subject(
        host=host,
        installation_id=_number(_object(payload.get("installation")).get("id")),
        repo_id=repo_id,
        number=_number(issue.get("number")) or _number(pull.get("number")),
        is_pull=bool(pull) or "pull_request" in issue,
        head_branch=text_of(head.get("ref")) if is_ours else None,
        head_sha=HeadSha(head_sha) if head_sha else None,
    )


# This proves nothing about what somebody may do. It only keeps strangers from stopping a run until they are looked up.
# https://docs.github.com/en/graphql/reference/enums#commentauthorassociation
NEAR = ("OWNER", "MEMBER", "COLLABORATOR")


def takes_back(event: str, payload: JsonObject, *, trigger_label: str) -> bool:
    """Whether somebody takes back what they asked for: by label, by comment, or the issue is gone.

    Whether they may, is found out later: a run that was stopped for nothing is set going again.
    """
    if event == "issue_comment":
        return payload.get("action") == "created" and _cancels(_object(payload.get("comment")))
    if event != "issues":
        return False
    match payload.get("action"):
        case "closed" | "deleted" | "transferred":
            return True
        case "unlabeled":
            return text_of(_object(payload.get("label")).get("name")) == trigger_label
        case _:
            return False


def _cancels(comment: JsonObject) -> bool:
    """Whether a person who is near the repository wrote a command that takes a request back."""
    if comment.get("author_association") not in NEAR or _object(comment.get("user")).get("type") != "User":
        return False
    return isinstance(parse(text_of(comment.get("body")) or ""), Cancel)
