"""The answer to one webhook request."""

import json
from dataclasses import dataclass, field

import pytest

from app.intake.receive import Answer, Sender, receive
from app.intake.signature import sign
from app.ports.journal import JournalDown, Lane, NewDelivery, Receipt
from tests.fakes.clock import SetClock

LABELED: dict[str, object] = {
    "action": "labeled",
    "issue": {"number": 7},
    "label": {"name": "acs"},
    "repository": {"id": 42},
    "installation": {"id": 1},
}


@dataclass
class World:
    """A receiver with a journal that keeps, or is down."""

    is_down: bool = False
    kept: list[NewDelivery] = field(default_factory=list[NewDelivery])
    woken: list[str] = field(default_factory=list[str])

    def accept(self, delivery: NewDelivery) -> Receipt:
        if self.is_down:
            raise JournalDown("disk full")
        self.kept.append(delivery)
        return Receipt(Lane("github.com/42/7"), "received", is_new=True, correlation_id="c0")

    def wake(self, lane: Lane) -> None:
        self.woken.append(lane)

    def post(self, body: bytes, **headers: str) -> Answer:
        return receive(
            headers,
            body,
            sender=Sender("github.com", 9, ("new secret", "old secret")),
            trigger_label="acs",
            journal=self,  # pyright: ignore[reportArgumentType]  # only what a receiver may call
            wakeups=self,
            clock=SetClock(),
        )

    def deliver(self, payload: object, *, secret: str = "new secret", event: str = "issues") -> Answer:
        body = json.dumps(payload).encode()
        headers = {"X-Hub-Signature-256": sign(body, secret), "X-GitHub-Event": event, "X-GitHub-Delivery": "a-1"}
        return self.post(body, **headers)


def test_a_signed_delivery_is_kept_and_its_lane_woken() -> None:
    world = World()

    answer = world.deliver(LABELED)

    assert answer == Answer(202, "Accepted.", "c0")
    assert world.kept[0].subject.number == 7
    assert world.woken == ["github.com/42/7"]


def test_every_active_secret_is_good() -> None:
    assert World().deliver(LABELED, secret="old secret").status == 202


BODY = json.dumps(LABELED).encode()
GOOD = sign(BODY, "new secret")


@pytest.mark.parametrize(
    "signature",
    [
        pytest.param(sign(BODY, "another secret"), id="under another secret"),
        pytest.param(sign(BODY + b" ", "new secret"), id="of another body"),
        pytest.param(GOOD.removeprefix("sha256="), id="without its prefix"),
        pytest.param(GOOD.replace("sha256=", "sha1="), id="called SHA-1"),
        pytest.param("", id="missing"),
        pytest.param("sha256=ü", id="not ASCII"),
    ],
)
def test_a_wrong_signature_is_refused_and_nothing_is_kept(signature: str) -> None:
    world = World()
    headers = {"X-Hub-Signature-256": signature, "X-GitHub-Event": "issues", "X-GitHub-Delivery": "a-1"}

    assert world.post(BODY, **headers).status == 401
    assert world.kept == []


@pytest.mark.parametrize("missing", ["X-GitHub-Event", "X-GitHub-Delivery"])
def test_both_delivery_headers_are_required(missing: str) -> None:
    body = b"{}"
    headers = {"X-Hub-Signature-256": sign(body, "new secret"), "X-GitHub-Event": "ping", "X-GitHub-Delivery": "a-1"}
    del headers[missing]

    answer = World().post(body, **headers)

    assert answer == Answer(400, "X-GitHub-Delivery and X-GitHub-Event are both required.")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="no body"),
        pytest.param(b"payload=%7B%7D", id="a form"),
        pytest.param(b"[1]", id="a list"),
        pytest.param(b"[" * 100_000, id="nested without end"),
        pytest.param(b"\xff\xfe", id="not text"),
    ],
)
def test_a_signed_body_that_is_not_a_json_object_is_refused(body: bytes) -> None:
    world = World()
    headers = {"X-Hub-Signature-256": sign(body, "new secret"), "X-GitHub-Event": "issues", "X-GitHub-Delivery": "a-1"}

    assert world.post(body, **headers).status == 400
    assert world.kept == []


def test_an_event_with_a_digit_in_its_name_is_an_event() -> None:
    assert World().deliver({"action": "created"}, event="projects_v2_item").status == 202


def test_an_event_nobody_reacts_to_is_kept_all_the_same() -> None:
    world = World()

    assert world.deliver({"zen": "Keep it logically awesome."}, event="ping").status == 202
    assert len(world.kept) == 1


def test_a_journal_that_is_down_is_said_so_that_github_marks_the_delivery_as_failed() -> None:
    answer = World(is_down=True).deliver(LABELED)

    assert answer == Answer(503, "The journal cannot keep this delivery now; redeliver it later.")


@pytest.mark.parametrize(
    ("payload", "cancels"),
    [
        pytest.param({**LABELED, "action": "unlabeled"}, True, id="the trigger label came off"),
        pytest.param({**LABELED, "action": "unlabeled", "label": {"name": "bug"}}, False, id="another label came off"),
        pytest.param({**LABELED, "action": "closed"}, True, id="the issue was closed"),
        pytest.param({**LABELED, "action": "transferred"}, True, id="the issue was moved away"),
        pytest.param(LABELED, False, id="the label was added"),
    ],
)
def test_what_takes_a_request_back_is_known_on_arrival(payload: object, cancels: bool) -> None:
    world = World()

    world.deliver(payload)

    assert world.kept[0].cancels is cancels


def comment(text: str, *, action: str = "created", near: str = "MEMBER", kind: str = "User") -> dict[str, object]:
    said = {"id": 5, "body": text, "author_association": near, "user": {"id": 7, "login": "m", "type": kind}}
    return {**LABELED, "action": action, "comment": said}


@pytest.mark.parametrize(
    ("payload", "cancels"),
    [
        pytest.param(comment("/acs cancel"), True, id="a command to cancel"),
        pytest.param(comment("/acs cancel\n\nSorry!"), True, id="with words behind it"),
        pytest.param(comment("/acs status"), False, id="another command"),
        pytest.param(comment("> /acs cancel"), False, id="a quoted command"),
        pytest.param(comment("/acs cancle"), False, id="a typo"),
        pytest.param(comment("/acs cancel", action="edited"), False, id="an edited comment"),
        pytest.param(comment("/acs cancel", near="NONE"), False, id="a stranger, who is looked up first"),
        pytest.param(comment("/acs cancel", kind="Bot"), False, id="a bot"),
        pytest.param({**LABELED, "action": "created", "comment": None}, False, id="no comment"),
    ],
)
def test_a_comment_that_takes_a_request_back_is_known_on_arrival(payload: object, cancels: bool) -> None:
    world = World()

    world.deliver(payload, event="issue_comment")

    assert world.kept[0].cancels is cancels


def test_a_branch_of_a_fork_does_not_say_which_task_a_pull_request_is_of() -> None:
    world = World()
    head = {"ref": "acs/issue-7-add-a-parser", "repo": {"id": 666}}

    world.deliver({"pull_request": {"number": 8, "head": head}, "repository": {"id": 42}}, event="pull_request")

    assert world.kept[0].subject.head_branch is None
    assert world.kept[0].subject.is_pull


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param({"action": "\ud83d"}, id="half a character"),
        pytest.param({"installation": {"id": 2**63}}, id="an id beyond what is counted"),
        pytest.param({"repository": {"id": -1}}, id="a negative id"),
    ],
)
def test_what_no_database_keeps_is_left_out_of_a_delivery(payload: dict[str, object]) -> None:
    world = World()

    assert world.deliver({**LABELED, **payload}).status == 202

    (kept,) = world.kept
    assert kept.action in ("", "labeled")
    assert (kept.subject.installation_id, kept.subject.repo_id) in ((1, 42), (None, 42), (1, None))
