"""What arrives wrong, and a GitHub that answers wrong: the right status, one clear log line, nothing lost."""

import json
import time
import zlib
from collections.abc import Mapping
from uuid import uuid4

import httpx
import pytest

from app.adapters.sql.tables import deliveries, metadata
from app.intake.signature import sign
from tests.e2e.requests import module_request
from tests.e2e.world import SHOP, Json, World, eventually


def post(
    world: World, body: bytes, *, signature: str | None = None, event: str = "issues", guid: str = ""
) -> httpx.Response:
    headers = {
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": guid or str(uuid4()),
        "X-Hub-Signature-256": sign(body, world.webhook_secret) if signature is None else signature,
        "Content-Type": "application/json",
    }
    return httpx.post(f"{world.stack.url}/webhooks/github", content=body, headers=headers, trust_env=False, timeout=30)


def lines(world: World, *names: str, **fields: Json) -> list[Mapping[str, Json]]:
    """The structured log lines that have these fields."""
    found: list[Mapping[str, Json]] = []
    for line in world.log_lines(*names):
        if line.startswith("{"):
            entry = json.loads(line)
            if all(entry.get(name) == value for name, value in fields.items()):
                found.append(entry)
    return found


@pytest.mark.parametrize(
    ("body", "signature", "status", "reason"),
    [
        pytest.param(b"{}", "sha256=" + "0" * 64, 401, "is not the signature of this body", id="bad signature"),
        pytest.param(b"", None, 400, "The body is not JSON", id="no body"),
        pytest.param(b"{", None, 400, "The body is not JSON", id="wrong JSON"),
        pytest.param(b"[]", None, 400, "The body is not a JSON object", id="no object"),
    ],
)
def test_a_request_that_is_no_delivery_is_refused_with_a_sentence(
    world: World, body: bytes, signature: str | None, status: int, reason: str
) -> None:
    guid = str(uuid4())

    answer = post(world, body, signature=signature, guid=guid)

    assert answer.status_code == status
    assert reason in answer.text
    (line,) = lines(world, "web", guid=guid)
    assert (line["event"], line["level"]) == ("delivery refused", "WARN")


def test_a_body_of_26_megabytes_is_refused(world: World) -> None:
    answer = post(world, b" " * (26 * 1024 * 1024))

    assert answer.status_code == 413
    assert "larger than 25 MB" in answer.text
    assert lines(world, "web", event="delivery refused", status=413)


def test_an_event_nobody_reacts_to_is_accepted_and_done(world: World) -> None:
    guid = str(uuid4())

    answer = post(world, b'{"zen": "Design for failure."}', event="ping", guid=guid)

    assert answer.status_code == 202
    (line,) = eventually(lambda: lines(world, "worker", delivery=guid), what="the decision")
    assert (line["event"], line["jobs"]) == ("delivery decided", [])


def test_a_signed_delivery_that_makes_no_sense_is_kept_as_failed(world: World) -> None:
    guid = str(uuid4())

    body = b'{"action": "labeled", "installation": {"id": 1}}'
    assert post(world, body, guid=guid).status_code == 202

    (line,) = eventually(lambda: lines(world, "worker", delivery=guid), what="the failure")
    assert line["event"] == "delivery not understood"
    assert line["reason"].startswith("issues: missing or wrong: repository")
    assert post(world, body, guid=guid).status_code == 202


def test_a_repository_that_is_gone_ends_the_job_with_one_clear_line(world: World) -> None:
    payload = {
        "action": "labeled",
        "issue": {"number": 1, "title": "Gone", "body": ""},
        "label": {"name": "acs"},
        "repository": {"id": 99_999_999, "name": "gone", "owner": {"login": "octo"}},
        "installation": {"id": installation_id(world)},
        "sender": {"id": 1, "login": "maria", "type": "User"},
    }

    receipt = post(world, json.dumps(payload).encode())

    correlation = receipt.headers["X-ACS-Correlation-Id"]
    (line,) = eventually(
        lambda: lines(world, "worker", event="job given up", kind="LabelAdded", correlation_id=correlation),
        what="the end of the job",
    )
    assert "octo/gone" in line["reason"]


def installation_id(world: World) -> int:
    return world.as_app("GET", "/app/installations")[0]["id"]


@pytest.mark.parametrize(
    "effect",
    [
        pytest.param({"kind": "status", "status": 500}, id="500"),
        pytest.param({"kind": "status", "status": 502}, id="502"),
        pytest.param({"kind": "status", "status": 429, "retry_after": 1}, id="429"),
        pytest.param({"kind": "secondary_rate_limit", "retry_after": 1}, id="a secondary rate limit"),
        pytest.param({"kind": "garbage"}, id="garbage"),
        pytest.param({"kind": "dropped", "when": "before"}, id="a connection dropped before"),
        pytest.param({"kind": "dropped", "when": "after"}, id="a connection dropped after"),
    ],
)
def test_a_github_that_fails_for_a_while_loses_and_doubles_nothing(world: World, effect: Json) -> None:
    number = world.open_issue("Add storm zones", module_request(f"storm{uuid4().hex[:6]}"))
    writes = {"effect": effect, "method": "POST|PATCH", "path": "/repos/.*", "probability": 0.5, "seed": 7, "count": 6}
    world.label(number)
    world.faults(rules=[writes])
    try:
        said = eventually(
            lambda: [body for body in world.comments(number) if "Done: a draft pull request" in body],
            within=60,
            what="the pull request",
        )
    finally:
        world.faults(rules=[])

    assert len(said) == 1
    assert len(world.comments(number)) == 1
    assert world.reactions(number) == ["eyes"]
    branches = [branch for branch in world.branches() if branch.startswith(f"acs/issue-{number}-")]
    assert len(branches) == 1
    assert len([pull for pull in world.pulls() if pull["head"]["ref"] == branches[0]]) == 1


def test_a_suspended_installation_ends_the_job_with_one_clear_line(world: World) -> None:
    number = world.open_issue("Add suspended zones", module_request("suspendedZones"))
    world.local("POST", f"/installations/{installation_id(world)}/suspend")
    try:
        answer = post(world, json.dumps(labelled(world, number)).encode())
        correlation = answer.headers["X-ACS-Correlation-Id"]
        (line,) = eventually(
            lambda: lines(world, "worker", event="job given up", kind="LabelAdded", correlation_id=correlation),
            what="the end of the job",
        )
    finally:
        world.local("POST", f"/installations/{installation_id(world)}/unsuspend")

    assert "suspended" in line["reason"]


def labelled(world: World, number: int) -> Json:
    issue, repo = world.get(f"/repos/{SHOP}/issues/{number}"), world.get(f"/repos/{SHOP}")
    return {
        "action": "labeled",
        "issue": issue,
        "label": {"name": "acs"},
        "repository": repo,
        "installation": {"id": installation_id(world)},
        "sender": world.get("/users/maria"),
    }


def test_no_secret_is_in_any_log_or_table(world: World) -> None:
    time.sleep(0.5)
    written = "\n".join(world.log_lines("web", "worker", "clock"))
    kept = repr([world.rows(table) for table in metadata.sorted_tables])
    kept += repr([zlib.decompress(delivery.body) for delivery in world.rows(deliveries)])

    for secret in (world.webhook_secret, world.stack.registration.private_key.splitlines()[1], "ghs_"):
        assert secret not in written
        assert secret not in kept
