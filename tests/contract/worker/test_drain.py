"""A worker drains a lane: what becomes of deliveries and jobs when all goes well, and when it does not."""

import time
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from app.adapters.sql.journal import SqlJournal
from app.adapters.sql.tables import deliveries, lanes, millis
from app.domain.repo import RepoRef
from app.errors import Limited, RepoError, TransientError
from app.jobs import Job
from app.ports.checkouts import DefaultBranch
from app.ports.code_host import Permission
from app.ports.journal import Lane, Lease, PendingDelivery
from app.worker.drain import BUG_ATTEMPTS, DEATHS_MOST
from tests.contract.worker.world import MARIA, World
from tests.fakes.checkout import FakeCheckouts

SECONDS = timedelta(seconds=1)
OUTAGE = "GitHub answered with status 502, which makes no sense here"


def outage(retry_after: timedelta | None = None) -> TransientError:
    return TransientError(OUTAGE, retry_after=retry_after)


class Interrupted(FakeCheckouts):
    """Something happens while the repository is read."""

    def __init__(self, world: World, happens: Callable[[], object]) -> None:
        super().__init__(world.host)
        self._happens = happens
        vars(world.services).update(checkouts=self)

    def default_branch(self, repo: RepoRef) -> DefaultBranch:
        self._happens()
        return super().default_branch(repo)


def test_a_label_goes_all_the_way_to_a_draft_pull_request(world: World) -> None:
    world.label()

    world.drain()

    assert "Done: a draft pull request is open" in world.comments[0]
    assert [pull.is_draft for pull in world.host.pulls.values()] == [True]
    assert (set(world.states("deliveries")), set(world.states("jobs"))) == ({"done"}, {"done"})
    assert world.audited == [
        ("task.start", "started"),
        ("task.generate", "recipe:typescript-module@1.0.0"),
        ("task.propose", "proposed"),
    ]
    assert world.holder(world.lane) == ""


def test_what_the_repository_must_mend_is_said_at_once_and_not_tried_again(world: World) -> None:
    world.checkouts.refusal = RepoError("octo/shop has no commit yet: push one")
    world.label()

    world.drain()

    assert "octo/shop has no commit yet: push one" in world.comments[0]
    assert "### ❌ This did not work" in world.comments[0]
    given_up = world.job("GenerateChange")
    assert (given_up.state, given_up.attempt, given_up.reason) == (
        "failed",
        1,
        "octo/shop has no commit yet: push one",
    )


def test_an_outage_is_waited_out_for_longer_and_longer(world: World) -> None:
    world.label()
    world.host.broken_by = [outage() for _ in range(5)]
    waits: list[float] = []

    for _ in range(5):
        world.drain()
        waits.append(world.wait_of("LabelAdded") / SECONDS)
        world.clock.move(world.wait_of("LabelAdded"))

    assert waits == [1, 2, 4, 5, 5]
    assert (world.job("LabelAdded").state, world.job("LabelAdded").reason) == ("retry", OUTAGE)
    world.drain()
    assert "Done: a draft pull request is open" in world.comments[0]


def test_a_limit_that_others_use_up_again_and_again_is_looked_at_every_15_seconds(world: World) -> None:
    world.has_patience(longest=timedelta(minutes=10), within=timedelta(hours=1))
    world.label()
    world.host.broken_by = [Limited("no room", retry_after=timedelta(seconds=2)) for _ in range(6)]
    waits: list[float] = []

    for _ in range(6):
        world.drain()
        waits.append(world.wait_of("LabelAdded") / SECONDS)
        world.clock.move(world.wait_of("LabelAdded"))

    assert waits == [2, 2, 4, 8, 15, 15]


def test_nothing_is_tried_before_its_time(world: World) -> None:
    world.label()
    world.host.broken_by = [outage()]

    world.drain()
    world.drain()

    assert (world.job("LabelAdded").attempt, world.comments) == (1, [])


@pytest.mark.parametrize(
    ("advised", "waits"),
    [
        pytest.param(timedelta(minutes=10), 600, id="longer than ours"),
        pytest.param(timedelta(milliseconds=5), 1, id="shorter than ours"),
    ],
)
def test_who_says_when_to_come_back_is_not_asked_earlier(world: World, advised: timedelta, waits: float) -> None:
    world.label()
    world.host.broken_by = [outage(retry_after=advised)]

    world.drain()

    assert world.wait_of("LabelAdded") / SECONDS == waits


def test_an_outage_without_end_is_given_up_with_an_apology(world: World) -> None:
    world.checkouts.refusal = outage()
    world.label()

    world.drain_until_done()

    assert (world.job("GenerateChange").state, world.job("GenerateChange").attempt) == ("failed", 7)
    assert f"### ❌ This did not work\n\n{OUTAGE}" in world.comments[0]


def test_a_mistake_of_ours_is_tried_three_times_and_found_by_its_number(world: World) -> None:
    world.checkouts.refusal = ZeroDivisionError("/srv/acs: ghs_0123456789")
    number = world.label()

    world.drain_until_done()

    given_up = world.job("GenerateChange")
    assert (given_up.state, given_up.attempt) == ("failed", BUG_ATTEMPTS)
    assert given_up.reason == f"ACS made a mistake; the operator finds it under {number}"
    assert given_up.reason in world.comments[0]
    assert [line["correlation_id"] for line in world.logs if line["event"] == "job raised"] == [number] * BUG_ATTEMPTS
    assert "ghs_" not in world.comments[0] + given_up.reason


def test_a_mistake_in_one_job_does_not_stop_the_next(world: World) -> None:
    world.host.broken_by = [ZeroDivisionError() for _ in range(BUG_ATTEMPTS)]
    world.label()
    world.label()

    world.drain_until_done()

    assert "Done: a draft pull request is open" in world.comments[0]


def test_a_job_that_kills_its_worker_each_time_is_given_up(world: World) -> None:
    def killed() -> None:
        raise KeyboardInterrupt

    Interrupted(world, killed)
    world.label()
    for _ in range(DEATHS_MOST + 1):
        with pytest.raises(KeyboardInterrupt):
            world.drain_until_done()
        world.clock.move(SECONDS)

    world.drain_until_done()

    assert world.job("GenerateChange").state == "failed"
    assert "it was begun 21 times and never ended" in world.comments[0]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(
            b'{"action": "labeled", "installation": {"id": 1}}',
            "issues: missing or wrong: repository, sender, issue",
            id="fields are missing",
        ),
        pytest.param(b"[]", "issues: the payload is not a JSON object", id="not an object"),
        pytest.param(b"{", "ACS made a mistake: JSONDecodeError", id="not JSON"),
        pytest.param(b"[" * 100_000, "ACS made a mistake: RecursionError", id="nested too deeply"),
    ],
)
def test_a_delivery_that_cannot_be_read_is_set_aside_and_the_lane_goes_on(
    world: World, body: bytes, reason: str
) -> None:
    world.deliver("issues", world.payload("labeled"), body=body)
    world.label()

    world.drain()

    unreadable, readable = world.rows(deliveries)
    assert (unreadable.state, unreadable.reason, readable.state) == ("failed", reason, "done")
    assert "Done: a draft pull request is open" in world.comments[0]


def test_a_delivery_that_the_database_does_not_take_now_is_done_later(world: World) -> None:
    class Locked(SqlJournal):
        def delivery_done(self, lease: Lease, delivery: PendingDelivery, jobs: Sequence[Job]) -> frozenset[Lane]:
            raise TransientError("the database does not answer: OperationalError")

    journal = world.services.journal
    vars(world.services).update(journal=Locked(world.services.engine, world.clock))
    world.label()
    with pytest.raises(TransientError):
        world.drain()
    assert world.states("deliveries") == ["received"]

    vars(world.services).update(journal=journal)
    world.clock.move(world.settings.lease)
    world.drain()

    assert "Done: a draft pull request is open" in world.comments[0]


def test_a_delivery_that_says_nothing_to_us_is_done(world: World) -> None:
    world.deliver("watch", world.payload("started"))
    world.deliver("issues", world.payload("pinned"))

    world.drain()

    assert (world.states("deliveries"), world.states("jobs")) == (["done", "done"], [])


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"kind": "PaintTheShed"}, id="a kind nobody knows"),
        pytest.param({"arguments": b'{"issue": 7}'}, id="arguments of another version"),
    ],
)
def test_a_job_of_another_version_is_set_aside_and_the_lane_goes_on(world: World, changed: dict[str, object]) -> None:
    world.host.broken_by = [outage()]
    world.label()
    world.drain()
    world.change_jobs(**changed)
    world.clock.move(SECONDS)
    world.label()

    world.drain()

    assert world.states("jobs")[:2] == ["failed", "done"]
    assert "Done: a draft pull request is open" in world.comments[0]


def test_a_request_taken_back_is_heard_before_the_change_is_made(world: World) -> None:
    Interrupted(world, world.unlabel)
    world.label()

    world.drain()

    assert "Cancelled" in world.comments[0]
    assert (world.host.pulls, world.host.branches.keys()) == ({}, {"main"})


def test_who_loses_the_lane_in_the_middle_of_a_job_leaves_no_trace(world: World) -> None:
    class Asked(dict[int, Permission]):
        def get(self, key: int, default: Permission = "none") -> Permission:  # pyright: ignore[reportIncompatibleMethodOverride]
            world.lose(world.lane)
            return self[key]

    world.host.roles = Asked({MARIA: "write"})
    world.label()

    world.drain()

    assert (world.comments, world.host.reactions, world.has_task, world.audited) == ([], {}, False, [])
    assert (world.job("LabelAdded").state, world.holder(world.lane)) == ("ready", "somebody else")
    assert [line["event"] for line in world.logs] == ["delivery decided", "lane lost"]


def test_who_loses_the_lane_at_the_end_of_a_job_records_nothing(world: World) -> None:
    Interrupted(world, lambda: world.lose(beside(world)))
    world.label()

    world.drain()

    assert (world.job("GenerateChange").state, world.states("jobs")) == ("ready", ["done", "ready"])
    assert world.audited == [("task.start", "started")]
    assert world.holder(beside(world)) == "somebody else"


def beside(world: World) -> Lane:
    return Lane(world.job("GenerateChange").lane)


def test_a_lane_that_somebody_holds_is_left_to_them(world: World) -> None:
    world.label()
    world.lose(world.lane)

    world.drain()

    assert (world.states("deliveries"), world.comments) == (["received"], [])


def test_a_lane_is_held_for_as_long_as_its_job_takes(world: World) -> None:
    lease = timedelta(milliseconds=30)
    vars(world.services).update(settings=world.settings.model_copy(update={"lease": lease}))

    def long_work() -> None:
        world.clock.move(lease / 2)
        held_until, patience = millis(world.clock.now() + lease), time.monotonic() + 20
        while not any(row.lane == beside(world) and row.leased_until == held_until for row in world.rows(lanes)):
            assert time.monotonic() < patience, "the lease was not renewed"

    Interrupted(world, long_work)
    world.label()

    world.drain()

    assert "Done: a draft pull request is open" in world.comments[0]


def test_a_delivery_whose_words_no_database_keeps_is_set_aside_and_the_lane_goes_on(world: World) -> None:
    world.deliver("issues", world.payload("labeled", title="half \ud83d"))
    world.label()

    world.drain()

    assert world.states("deliveries") == ["failed", "done"]
    assert "Done: a draft pull request is open" in world.comments[0]
