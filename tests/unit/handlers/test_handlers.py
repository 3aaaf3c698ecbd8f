"""Which jobs a delivery asks for."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

import handlers
from app.domain.repo import Actor, HeadSha, IssueRef, PullRef, RepoRef
from app.events import MODELS, UnreadableEvent, parse
from app.governance.access import Refused, may_start
from app.jobs import CommentPosted, HeadMoved, IssueClosed, IssueReopened, Job, LabelAdded, LabelRemoved, RerunChecks

REPO = RepoRef("github.com", 1, 42, "octo", "shop")
MARIA = Actor("maria", 7, "User")
ENVELOPE: dict[str, Any] = {
    "repository": {"id": 42, "name": "shop", "owner": {"login": "octo"}},
    "installation": {"id": 1},
    "sender": {"id": 7, "login": "maria", "type": "User"},
}
ISSUE = {"number": 7, "title": "Add a parser", "body": None, "updated_at": "2026-01-02T03:04:05Z"}
AS_OF = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def pull(repo_id: int | None) -> dict[str, Any]:
    head = {"ref": "topic", "sha": "c" * 40, "repo": {"id": repo_id} if repo_id else None}
    return {
        "number": 8,
        "updated_at": "2026-01-02T03:04:05Z",
        "head": head,
        "base": {"ref": "main", "sha": "b" * 40, "repo": {"id": 42}},
    }


def check(sha: str) -> dict[str, Any]:
    return {"id": 5, "name": "ACS / tests", "head_sha": sha, "app": {"id": 9}}


@pytest.mark.parametrize(
    ("name", "payload", "jobs"),
    [
        pytest.param(
            "issues",
            {"action": "labeled", "issue": ISSUE, "label": {"name": "acs"}},
            (LabelAdded(IssueRef(REPO, 7), "acs", MARIA, "Add a parser", "", AS_OF),),
            id="a label is added",
        ),
        pytest.param(
            "issues",
            {"action": "reopened", "issue": ISSUE},
            (IssueReopened(IssueRef(REPO, 7), MARIA, "Add a parser", "", AS_OF),),
            id="an issue is reopened",
        ),
        pytest.param(
            "issues",
            {"action": "unlabeled", "issue": ISSUE, "label": {"name": "acs"}},
            (LabelRemoved(IssueRef(REPO, 7), "acs", MARIA, AS_OF),),
            id="a label is removed",
        ),
        *(
            pytest.param(
                "issues",
                {"action": action, "issue": ISSUE},
                (IssueClosed(IssueRef(REPO, 7), MARIA, AS_OF),),
                id=f"an issue is {action}",
            )
            for action in ("closed", "deleted", "transferred")
        ),
        pytest.param("issues", {"action": "edited", "issue": ISSUE}, (), id="an issue is edited"),
        *(
            pytest.param(
                "pull_request",
                {"action": action, "pull_request": pull(42)},
                (HeadMoved(PullRef(REPO, 8), HeadSha("c" * 40), is_fork=False, as_of=AS_OF),),
                id=f"a pull request is {action}",
            )
            for action in ("opened", "reopened", "synchronize")
        ),
        pytest.param(
            "pull_request",
            {"action": "opened", "pull_request": pull(666)},
            (HeadMoved(PullRef(REPO, 8), HeadSha("c" * 40), is_fork=True, as_of=AS_OF),),
            id="a pull request comes from a fork",
        ),
        pytest.param(
            "pull_request",
            {"action": "opened", "pull_request": pull(None)},
            (HeadMoved(PullRef(REPO, 8), HeadSha("c" * 40), is_fork=True, as_of=AS_OF),),
            id="a pull request comes from a fork that is gone",
        ),
        pytest.param("pull_request", {"action": "closed", "pull_request": pull(42)}, (), id="a pull request is closed"),
        *(
            pytest.param(
                name,
                {"action": "rerequested", name: check("c" * 40)},
                (RerunChecks(REPO, HeadSha("c" * 40), app_id=9),),
                id=f"a {name} is asked for again",
            )
            for name in ("check_run", "check_suite")
        ),
        pytest.param(
            "check_run", {"action": "completed", "check_run": check("c" * 40)}, (), id="a check run completed"
        ),
    ],
)
def test_a_delivery_asks_for_these_jobs(name: str, payload: dict[str, Any], jobs: tuple[Job, ...]) -> None:
    event = parse(name, {**ENVELOPE, **payload}, host="github.com")

    assert event is not None
    assert handlers.decide(name, event) == jobs


@pytest.mark.parametrize("name", ["check_run", "check_suite"])
@pytest.mark.parametrize("kind", ["Bot", "Organization", "Mannequin"])
def test_nobody_but_a_person_asks_for_checks_again(name: str, kind: str) -> None:
    sender = {"id": 8, "login": "acs[bot]", "type": kind}
    event = parse(
        name, {**ENVELOPE, "action": "rerequested", name: check("c" * 40), "sender": sender}, host="github.com"
    )

    assert event is not None
    assert handlers.decide(name, event) == ()


def test_what_a_bot_did_to_an_issue_is_known_to_be_a_bots() -> None:
    bot = {"id": 8, "login": "acs[bot]", "type": "Bot"}
    payload = {**ENVELOPE, "action": "labeled", "issue": ISSUE, "label": {"name": "acs"}, "sender": bot}
    event = parse("issues", payload, host="github.com")

    assert event is not None
    (job,) = handlers.decide("issues", event)
    assert isinstance(job, LabelAdded)
    assert may_start(job.by, "admin") == Refused("acs[bot] is not a person", silently=True)


@pytest.mark.parametrize("name", ["pull_request_review", "pull_request_review_comment"])
def test_what_anybody_says_starts_nothing(name: str) -> None:
    assert parse(name, {**ENVELOPE, "action": "created"}, host="github.com") is None


COMMENT: dict[str, Any] = {"id": 55, "body": "/acs run", "user": ENVELOPE["sender"], "performed_via_github_app": None}
POSTED = CommentPosted(IssueRef(REPO, 7), False, 55, MARIA, None, "/acs run", "Add a parser", "", AS_OF)


def jobs_of_comment(action: str, *, on_pull: bool = False, **fields: Any) -> tuple[Job, ...]:
    issue = {**ISSUE, "pull_request": {"url": "https://api.github.com/pulls/7"}} if on_pull else ISSUE
    payload = {**ENVELOPE, "action": action, "issue": issue, "comment": {**COMMENT, **fields}}
    event = parse("issue_comment", payload, host="github.com")
    assert event is not None
    return handlers.decide("issue_comment", event)


def test_a_comment_that_speaks_to_acs_is_looked_at() -> None:
    assert jobs_of_comment("created") == (POSTED,)
    assert jobs_of_comment("created", on_pull=True) == (replace(POSTED, is_pull=True),)


def test_it_is_known_by_which_app_a_comment_was_written() -> None:
    assert jobs_of_comment("created", performed_via_github_app={"id": 9}) == (replace(POSTED, via_app=9),)


def test_who_wrote_a_comment_counts_and_not_who_sent_it() -> None:
    by = {"id": 8, "login": "eve", "type": "User"}

    assert jobs_of_comment("created", user=by) == (replace(POSTED, by=Actor("eve", 8, "User")),)


@pytest.mark.parametrize("action", ["edited", "deleted"])
def test_a_comment_that_is_not_new_asks_for_nothing(action: str) -> None:
    assert jobs_of_comment(action) == ()


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"body": "Looks good to me"}, id="words"),
        pytest.param({"body": "> /acs run"}, id="a quote"),
        pytest.param({"user": None}, id="nobody wrote it any more"),
    ],
)
def test_other_comments_ask_for_nothing(fields: dict[str, Any]) -> None:
    assert jobs_of_comment("created", **fields) == ()


def test_every_event_that_is_read_has_a_handler() -> None:
    assert set(handlers.ROUTES) == set(MODELS)


def test_an_event_nobody_reacts_to_is_not_read() -> None:
    assert parse("star", {"action": "created"}, host="github.com") is None


def test_a_payload_without_a_documented_field_is_named() -> None:
    with pytest.raises(UnreadableEvent, match=r"issues: missing or wrong: issue$"):
        parse("issues", {**ENVELOPE, "action": "labeled"}, host="github.com")


@pytest.mark.parametrize("name", MODELS)
def test_what_a_webhook_of_a_repository_sends_is_not_for_the_app(name: str) -> None:
    envelope = {key: value for key, value in ENVELOPE.items() if key != "installation"}
    assert parse(name, {"action": "labeled", **envelope}, host="github.com") is None
