"""Heads come and go: which of them are checked, and what becomes of the check runs that nobody waits for any more."""

from datetime import timedelta
from random import Random

import pytest

from app.domain.repo import HeadSha
from app.errors import StaleFence, TransientError
from app.jobs import ConcludeTests, HeadMoved, ResumeCheck, RunTests
from app.ports.code_host import CheckRunId
from tests.fakes.lane import lane_lost
from tests.unit.validation.world import REPO, World

NOT_NEEDED = ("completed", "cancelled", "Not needed any more")


def running() -> World:
    """The tests of a head are about to run."""
    world = World()
    world.head_moves()
    world.attempt()
    return world


def stuck() -> World:
    """The tests of a head ran, and what they showed was never said."""
    world = running()
    world.attempt()
    assert isinstance(world.lose_job(), ConcludeTests)
    return world


def resume(world: World) -> None:
    world.arrive(ResumeCheck(REPO, world.head, world.check.run.id))
    world.work()


def test_a_head_that_was_replaced_before_it_was_seen_gets_no_check_run() -> None:
    world = World()
    old = world.push()
    new = world.push()
    world.announce(new)
    world.announce(old)

    world.work()

    assert world.conclusions == {new: ["success"]}
    assert len(world.sandbox.steps) == 1


def test_a_head_of_a_pull_request_that_is_closed_gets_no_check_run() -> None:
    world = World()
    world.host.pulls[8].is_open = False
    world.head_moves()

    world.work()

    assert (world.runs, world.sandbox.steps) == ([], [])


def test_a_head_is_not_believed_to_be_old_while_the_host_shows_what_was_before_it() -> None:
    world = World()
    old = world.head
    new = world.push()
    world.host.pulls[8].updated_at = world.clock.now()
    world.announce(new)
    world.host.branches["topic"], world.host.pulls[8].updated_at = old, world.clock.now() - timedelta(seconds=1)

    with pytest.raises(TransientError, match="octo/shop#8 as it was before its own delivery"):
        world.attempt()
    world.host.branches["topic"] = new
    world.host.pulls[8].updated_at = world.clock.now()
    world.work()

    assert world.conclusions == {new: ["success"]}


def test_the_check_run_of_a_head_that_is_replaced_is_concluded_and_its_tests_do_not_run() -> None:
    world = running()
    old, new = world.head, world.push()
    world.announce(new)
    tests_of_old = world.lose_job()
    world.attempt()

    assert world.conclusions == {old: ["cancelled"], new: ["queued"]}
    world.arrive(tests_of_old)
    world.work()

    assert world.conclusions == {old: ["cancelled"], new: ["success"]}
    assert len(world.sandbox.steps) == 1


def test_tests_that_were_running_when_their_head_was_replaced_conclude_nothing_else() -> None:
    world = running()
    old, new = world.head, world.push()
    world.attempt()
    concluding = world.lose_job()
    world.announce(new)
    world.work()
    old_run = world.runs[0].id
    world.host.ports().checks.start(REPO, old_run, at=world.clock.now(), output=world.host.checks[old_run].output)

    world.arrive(concluding)
    world.work()

    assert world.conclusions == {old: ["cancelled"], new: ["success"]}
    assert [line.operation for line in world.memory.audit].count("check.conclude") == 3


def test_a_head_that_another_pull_request_has_is_still_checked_when_one_moves_on() -> None:
    world = World()
    world.head_moves(pull=5)
    world.head_moves()
    world.attempt()
    world.attempt()
    shared, new = world.head, world.push()
    world.announce(new)

    world.work()

    assert world.conclusions == {shared: ["success"], new: ["success"]}


@pytest.mark.parametrize("closed", [True, False])
def test_a_head_that_another_pull_request_had_is_checked_no_more_when_both_moved_on(closed: bool) -> None:
    world = World()
    world.head_moves(pull=5)
    world.attempt()
    world.lose_job()
    world.head_moves()
    world.attempt()
    shared, new = world.head, world.push()
    if closed:
        world.host.pulls[5].is_open = False
    else:
        world.host.branches["other"] = new
    world.announce(new)

    world.work()

    assert world.conclusions == {shared: ["cancelled"], new: ["success"]}


def test_a_head_is_checked_once_however_often_it_is_announced() -> None:
    world = World()
    world.head_moves()
    world.head_moves()
    world.work()

    world.head_moves()
    world.work()

    assert world.conclusions == {world.head: ["success"]}


def test_a_head_that_comes_back_after_its_check_was_stopped_is_checked_again() -> None:
    world = running()
    first = world.head
    tests = world.lose_job()
    world.announce(world.push())
    world.work()
    world.host.branches["topic"] = first
    world.arrive(tests)

    world.announce(first)
    world.work()

    assert world.conclusions[first] == ["cancelled", "success"]


def test_a_new_head_is_checked_although_the_old_check_run_cannot_be_concluded() -> None:
    world = running()
    old, new = world.head, world.push()
    world.lose_job()
    del world.host.checks[world.check.run.id]
    world.announce(new)

    world.work()

    assert world.conclusions == {new: ["success"]}
    assert [check.conclusion for check in world.memory.checks.values() if check.head_sha == old] == [None]


def test_any_order_of_heads_ends_with_the_last_one_checked_and_no_check_run_open() -> None:
    for seed in range(150):
        random, world = Random(seed), World()
        announced = [world.head]
        waiting = [world.head]
        while waiting or len(announced) < 3:
            if len(announced) < 3 and random.random() < 0.5:
                announced.append(world.push())
                waiting += [announced[-1]] * random.choice((1, 2))
            elif waiting:
                world.announce(waiting.pop(random.randrange(len(waiting))))
            for _ in range(random.choice((0, 1, 5))):
                attempt_any(world, random)
        while world.waiting:
            attempt_any(world, random)

        assert world.conclusions[announced[-1]] == ["success"], seed
        others = [run for head in announced[:-1] for run in world.conclusions.get(head, [])]
        assert set(others) <= {"cancelled", "success"}, seed
        assert {check.conclusion for check in world.memory.checks.values()} <= {"cancelled", "success"}, seed


def attempt_any(world: World, random: Random) -> None:
    """The lane's next job, or the tests of a head, which run beside it."""
    beside = [place for place, job in enumerate(world.waiting) if isinstance(job, RunTests)]
    first = next((place for place, job in enumerate(world.waiting) if not isinstance(job, RunTests)), None)
    places = beside if first is None else [first, *beside]
    if places:
        world.attempt(random.choice(places))


def test_every_head_is_known_even_one_that_came_too_late_to_be_checked() -> None:
    world = World()
    old = world.push()
    world.push()
    world.announce(old)

    world.work()

    assert [sha for _, sha, _ in world.memory.heads] == [old]


def test_a_check_run_that_was_never_concluded_has_its_tests_run_again() -> None:
    world = stuck()
    assert world.state == ("in_progress", None, "Running the tests")

    resume(world)

    assert world.state == ("completed", "success", "12 tests passed in 1.4 s")
    assert len(world.sandbox.steps) == 2


@pytest.mark.parametrize("why", ["closed", "moved on"])
def test_a_check_run_that_was_never_concluded_and_is_not_needed_says_so(why: str) -> None:
    world = stuck()
    check = world.check.run
    if why == "closed":
        world.host.pulls[8].is_open = False
    else:
        world.push()

    world.arrive(ResumeCheck(REPO, check.head_sha, check.id))
    world.work()

    assert world.state == NOT_NEEDED
    assert len(world.sandbox.steps) == 1


def test_a_check_run_that_somebody_else_concluded_is_left_alone_for_good() -> None:
    world = stuck()
    output = world.check.output
    world.host.ports().checks.conclude(
        REPO, world.check.run.id, conclusion="neutral", at=world.clock.now(), output=output
    )

    resume(world)

    assert world.check.run.conclusion == "neutral"
    assert [check.conclusion for check in world.memory.checks.values()] == ["neutral"]


def test_a_check_run_that_is_gone_is_forgotten() -> None:
    world = stuck()
    job = ResumeCheck(REPO, world.head, world.check.run.id)
    world.host.checks.clear()

    world.arrive(job)
    world.work()

    assert [check.conclusion for check in world.memory.checks.values()] == ["cancelled"]


def test_a_check_run_that_is_concluded_or_unknown_costs_no_request() -> None:
    world = running()
    world.work()
    world.host.broken_by = [TransientError("the host was asked")]

    resume(world)
    world.arrive(ResumeCheck(REPO, HeadSha("f" * 40), CheckRunId(1)))
    world.work()

    assert world.state[:2] == ("completed", "success")


def test_the_code_of_a_fork_is_not_run_because_its_head_was_one_of_ours_once() -> None:
    world = stuck()
    world.host.pulls[8].is_open = False
    world.head_moves(pull=5, is_fork=True)
    world.work()

    resume(world)

    assert world.state == NOT_NEEDED


def test_a_fork_is_one_when_either_the_delivery_or_the_host_says_so() -> None:
    world = World()
    world.host.pulls[8].is_fork = True
    world.head_moves()

    world.work()

    assert world.state[1] == "action_required"
    assert world.sandbox.steps == []


@pytest.mark.parametrize("write", range(1, 8))
def test_a_head_that_replaces_another_and_is_cut_short_anywhere_is_checked_once(write: int) -> None:
    world = running()
    old, new = world.head, world.push()
    world.lose_job()
    world.announce(new)
    world.before_write = {world.writes + write: lane_lost}

    with pytest.raises(StaleFence):
        world.work()
    world.work()

    assert world.conclusions == {old: ["cancelled"], new: ["success"]}
    assert HeadMoved not in {type(job) for job in world.waiting}
