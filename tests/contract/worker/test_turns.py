"""Whose work a worker does next, and for how long."""

from datetime import timedelta

from app.adapters.sql.lanes import queue_of
from app.ports.journal import Lane
from app.worker.drain import Drain
from tests.contract.worker.world import World

MOMENT = timedelta(milliseconds=1)
FLOOD = 1000
OTHER_INSTALLATION = 2


def work_a_piece(world: World) -> None:
    """Let a worker have a turn that is over after one piece of work."""
    Drain(world.services, turn_seconds=0)("steps")
    world.clock.move(MOMENT)


def has_comment(world: World, issue: int) -> bool:
    return any(comment.issue == issue for comment in world.host.comments.values())


def test_a_flood_of_labelled_issues_does_not_keep_another_installations_first_comment_waiting(world: World) -> None:
    for _ in range(FLOOD):
        issue = world.host.open_issue().number
        world.deliver("issues", world.payload("labeled", issue=issue, installation=OTHER_INSTALLATION))
    for _ in range(20):
        work_a_piece(world)
    world.label()

    pieces = 0
    while not has_comment(world, world.issue.number):
        work_a_piece(world)
        pieces += 1

    assert pieces == 3  # its delivery, one piece of the flood's, its comment


def test_a_worker_whose_turn_is_over_wakes_another_and_stops(world: World) -> None:
    world.deliver("watch", world.payload("started", issue=1))
    world.deliver("watch", world.payload("started", issue=2))

    work_a_piece(world)

    assert world.states("deliveries") == ["done", "received"]
    assert world.woken == [Lane("github.com/42/1")]


def test_a_worker_with_nothing_left_to_do_wakes_nobody(world: World) -> None:
    world.deliver("watch", world.payload("started"))

    world.drain()

    assert (world.states("deliveries"), world.woken) == (["done"], [])


def test_workers_for_long_work_are_woken_when_there_is_some(world: World) -> None:
    world.push()

    Drain(world.services)("steps")

    assert "long" in {queue_of(lane) for lane in world.woken}
    assert world.job("RunTests").state == "ready"
