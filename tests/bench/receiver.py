"""How fast the receiver keeps deliveries: signed, each one new, on disk before the answer."""

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from app.demo.stack import PROJECT
from app.intake.signature import sign
from tests.bench.figures import Figure
from tests.bench.load import Order, Outcome
from tests.bench.past import IN_WORDS, leave_a_past
from tests.bench.report import machine
from tests.bench.shop import open_shop
from tests.e2e.world import SHOP, Json, World, eventually

ASKED_PER_SECOND = 200
ASKED_SECONDS = 10
LADDER = (300, 400, 600)
RUNG_SECONDS = 5
PATIENCE_MS = 50
BODY_BYTES = 14_000
ISSUES = 500


@dataclass(frozen=True, slots=True)
class Rung:
    """A rate that was tried, and what became of it; `kept` of its deliveries were found in the database."""

    per_second: int
    outcome: Outcome
    kept: int

    @property
    def holds(self) -> bool:
        """Whether every delivery was accepted and kept, in time."""
        sent = len(self.outcome.deliveries)
        return self.kept == sent and self.outcome.statuses() == {202: sent} and self.p99_ms < PATIENCE_MS

    @property
    def p99_ms(self) -> float:
        return self.outcome.answered_ms(99)

    def __str__(self) -> str:
        return (
            f"{self.per_second}/s: p50 {self.outcome.answered_ms(50):.0f} ms, p99 {self.p99_ms:.0f} ms, "
            f"answers {self.outcome.statuses()}, {self.kept} in the database"
        )


def measure() -> Sequence[Figure]:
    with open_shop() as world:
        leave_a_past(world)
        template = _template(world)
        _climb(world, template, 50, 2)
        asked = _climb(world, template, ASKED_PER_SECOND, ASKED_SECONDS)
        rungs = [asked, *_ladder(world, template)] if asked.holds else [asked]
    held = [rung for rung in rungs if rung.holds]
    sustained = held[-1].per_second if held else _answered_per_second(asked)
    return [
        Figure("receiver.ack_p99_ms", asked.p99_ms, _conditions(asked)),
        Figure(
            "receiver.sustained_per_s",
            sustained,
            f"the last rung on which all were accepted and kept with a p99 below {PATIENCE_MS} ms; "
            f"{'; '.join(map(str, rungs))}; otherwise as ack_p99_ms",
        ),
    ]


def _conditions(asked: Rung) -> str:
    return (
        f"{len(asked.outcome.deliveries)} unique signed issue_comment deliveries of {BODY_BYTES / 1000:.0f} kB to "
        f"{ISSUES} issues, {asked.per_second} a second in an open model, each on a connection of its own; times count "
        f"from when a delivery was due (the generator was {asked.outcome.late_ms(99):.1f} ms late at p99); {asked}; "
        f"{IN_WORDS}; `acs serve`, workers, clock, Redis, SQLite with synchronous=FULL and the generator (a process of "
        f"its own) share the processors: {machine()}"
    )


def _ladder(world: World, template: Json) -> Iterator[Rung]:
    """Higher and higher rates, until one does not hold."""
    for per_second in LADDER:
        rung = _climb(world, template, per_second, RUNG_SECONDS)
        yield rung
        if not rung.holds:
            return


def _climb(world: World, template: Json, per_second: int, seconds: int) -> Rung:
    """Send at one rate, once the workers have nothing left to do of the one before."""
    eventually(lambda: _count(world, "finished_at IS NULL") == 0, within=120, what="an empty journal")
    before = _count(world)
    folder = world.stack.state / "load" / uuid4().hex
    folder.mkdir(parents=True)
    requests = tuple(_prepared(world, template, folder, per_second * seconds))
    order = folder / "order.json"
    order.write_text(Order(port=world.stack.port, per_second=per_second, requests=requests).model_dump_json())
    said = subprocess.run(
        [sys.executable, "-m", "tests.bench.load", str(order)], cwd=PROJECT, stdout=subprocess.PIPE, check=True
    )
    return Rung(per_second, Outcome.model_validate_json(said.stdout), _count(world) - before)


def _answered_per_second(rung: Rung) -> float:
    """How many were accepted for each second from the first that was due to the last answer."""
    last = max(at / rung.per_second + sent.answered for at, sent in enumerate(rung.outcome.deliveries))
    return rung.outcome.statuses().get(202, 0) / last


def _count(world: World, where: str = "true") -> int:
    """How many deliveries ACS has in its database."""
    connection = sqlite3.connect(f"file:{world.stack.state / 'acs.db'}?mode=ro", uri=True, timeout=30)
    try:
        (number,) = connection.execute(f"SELECT count(*) FROM deliveries WHERE {where}").fetchone()
        return number
    finally:
        connection.close()


def _template(world: World) -> Json:
    """An `issue_comment` payload, made of what the local GitHub says about a real comment."""
    number = world.open_issue("A question", "Where are the postage zones?")
    comment = world.act("maria", "POST", f"/repos/{SHOP}/issues/{number}/comments", {"body": "In the shop."})
    (installation,) = world.as_app("GET", "/app/installations")
    return {
        "action": "created",
        "issue": world.get(f"/repos/{SHOP}/issues/{number}"),
        "comment": comment,
        "repository": world.get(f"/repos/{SHOP}"),
        "sender": comment["user"],
        "installation": {"id": installation["id"]},
    }


def _prepared(world: World, template: Json, folder: Path, deliveries: int) -> Iterator[Path]:
    """Files with one HTTP request each, signed."""
    for number in range(deliveries):
        body = _body(template, number)
        head = (
            "POST /webhooks/github HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            f"X-GitHub-Delivery: {uuid4()}\r\nX-GitHub-Event: issue_comment\r\n"
            f"X-Hub-Signature-256: {sign(body, world.webhook_secret)}\r\n\r\n"
        )
        path = folder / f"{number}.http"
        path.write_bytes(head.encode() + body)
        yield path


def _body(template: Json, number: int) -> bytes:
    issue = {**template["issue"], "number": 1000 + number % ISSUES}
    comment = {**template["comment"], "id": time.time_ns(), "body": ""}
    size = len(json.dumps({**template, "issue": issue, "comment": comment}))
    comment["body"] = f"Comment {number}. ".ljust(BODY_BYTES - size, "x")
    return json.dumps({**template, "issue": issue, "comment": comment}).encode()
