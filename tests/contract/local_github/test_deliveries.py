"""The log of deliveries under load, and deliveries that go wrong. https://docs.github.com/en/rest/apps/webhooks"""

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

import httpx

from app.demo.github.outbox import FIRST_NUMBER
from tests.contract.local_github.world import SHOP, Document, Heard, World, items, number, text

LOG = "/app/hook/deliveries"


def ask_for_faults(world: World, **deliveries: Document) -> None:
    with world.github.as_anybody() as anybody:
        assert anybody.post("/_local/faults", json={"deliveries": deliveries}).status_code == 200


@dataclass
class Slowness:
    """A receiver that answers to the issue called "slow" only when it is let go, or when it gives up waiting."""

    let_go: threading.Event = field(default_factory=threading.Event)
    gave_up: bool = False

    def think(self, heard: Heard) -> None:
        if text(heard.payload, "issue", "title") == "slow":
            self.gave_up = not self.let_go.wait(5)


def whole_log(app: httpx.Client, **query: str) -> list[Document]:
    """The log as a sweep reads it: page by page, as the links lead."""
    seen: list[Document] = []
    answer = app.get(LOG, params={"per_page": "100", **query})
    while True:
        seen += items(answer.json())
        if "next" not in answer.links:
            return seen
        answer = app.get(answer.links["next"]["url"])


def test_each_attempt_fails_when_asked_and_nothing_arrives(troubled: World) -> None:
    ask_for_faults(troubled, fail=True)
    made = [troubled.issue() for _ in range(3)]
    troubled.wait_until_delivered()
    assert troubled.receiver.heard == []

    with troubled.app() as app:
        failed = items(app.get(LOG, params={"status": "failure", "per_page": 3}).json())
        assert {(text(one, "status"), number(one, "status_code")) for one in failed} == {
            ("failed to connect to host", 502)
        }
        app.delete("/_local/faults")
        for one in reversed(failed):
            app.post(f"{LOG}/{number(one, 'id')}/attempts")
    troubled.wait_until_delivered()
    assert [number(one.payload, "issue", "number") for one in troubled.receiver.heard] == made


def test_the_log_tells_what_failed_from_what_arrived(troubled: World) -> None:
    troubled.receiver.status = 500
    troubled.issue(title="lost")
    troubled.wait_until_delivered()
    troubled.receiver.status = 202
    troubled.issue(title="found")
    troubled.wait_until_delivered()
    with troubled.app() as app:
        newest = {status: app.get(LOG, params={"status": status}).json() for status in ("failure", "success")}
        titles = {
            status: text(app.get(f"{LOG}/{number(found, 0, 'id')}").json(), "request", "payload", "issue", "title")
            for status, found in newest.items()
        }
        assert titles == {"failure": "lost", "success": "found"}
        assert app.get(LOG, params={"status": "maybe"}).status_code == 422
        assert app.get(LOG, params={"cursor": "12"}).status_code == 422


def test_copies_are_sent_at_random_within_a_window_that_ends(troubled: World) -> None:
    ask_for_faults(troubled, copies=3, shuffle=5, window_seconds=0.4)
    began = time.monotonic()
    made = [troubled.issue() for _ in range(6)]
    troubled.wait_until_delivered()
    assert time.monotonic() - began < 5
    order = [number(one.payload, "issue", "number") for one in troubled.receiver.heard]
    assert Counter(order) == dict.fromkeys(made, 3)
    assert order != sorted(order)
    assert len({one.guid for one in troubled.receiver.heard}) == 6


def test_what_is_asked_for_again_does_not_wait_for_what_happens(troubled: World) -> None:
    troubled.issue(title="first")
    troubled.wait_until_delivered()
    slowness = Slowness()
    troubled.receiver.think = slowness.think
    troubled.issue(title="slow")
    troubled.receiver.wait("issues.opened", since=1)
    with troubled.app() as app:
        app.post(f"{LOG}/{number(app.get(LOG).json(), 0, 'id')}/attempts")
    again = troubled.receiver.wait("issues.opened", since=2)
    assert again.guid == troubled.receiver.heard[0].guid
    assert not slowness.gave_up
    slowness.let_go.set()


def test_what_is_asked_for_again_comes_in_the_order_of_asking(troubled: World) -> None:
    for _ in range(6):
        troubled.issue()
    troubled.wait_until_delivered()
    with troubled.app() as app:
        log = items(app.get(LOG, params={"per_page": 6}).json())
        asked = [log[index] for index in (3, 0, 5, 1, 4, 2)]
        for one in asked:
            app.post(f"{LOG}/{number(one, 'id')}/attempts")
    troubled.wait_until_delivered()
    assert [one.guid for one in troubled.receiver.heard[6:]] == [text(one, "guid") for one in asked]


def test_a_log_of_five_thousand_is_read_quickly_and_in_order(own_world: World) -> None:
    issue = f"/repos/{SHOP}/issues/{own_world.issue()}/comments"
    ask_for_faults(own_world, fail=True, copies=20)
    with own_world.person("maria") as maria:
        for _ in range(250):
            maria.post(issue, json={"body": "Again"})
    own_world.wait_until_delivered(patience_seconds=60)

    with own_world.app() as app:
        began = time.monotonic()
        log = whole_log(app)
        took = time.monotonic() - began
        numbers = [number(one, "id") for one in log]
        oldest = app.get(f"{LOG}/{numbers[-1]}").json()
    assert len(log) == 5_001
    assert numbers[-1] == FIRST_NUMBER + 1
    assert all(newer == older + 1 for newer, older in pairwise(numbers))
    assert text(oldest, "event") == "issues"
    assert took < 10, "51 pages"
