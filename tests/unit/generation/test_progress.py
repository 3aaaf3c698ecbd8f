"""One progress comment to an issue: how a run ends without a change, and what the tests of a proposal said."""

from datetime import timedelta

import pytest

from app.domain.repo import HeadSha
from app.domain.task import TestsNote
from app.errors import Limited, StaleFence
from app.jobs import AskRequester, Job, NoteTests, SayFailed, ShowProgress
from tests.fakes.lane import lane_lost
from tests.unit.generation.world import PROGRESS_EVERY, REPO, World

WORKING = "### ⏳ Working on it"
ASKED = "### ✏️ ACS needs something from you"
FAILED = "### ❌ This did not work"
CANCELLED = "### ⏹️ Cancelled"
DONE = "### ✅ Done: a draft pull request is open"


def started() -> World:
    world = World()
    world.label()
    world.attempt()
    world.lose_job()
    return world


def proposed() -> World:
    world = World()
    world.label()
    world.attempt()
    world.generate()
    world.work()
    return world


def head_of(world: World) -> HeadSha:
    return HeadSha(world.host.branches["acs/issue-1-add-a-parser"])


def note(world: World, title: str, *, passed: bool | None = True, head_sha: HeadSha | None = None) -> None:
    world.arrive(NoteTests(REPO, head_sha or head_of(world), passed, title))
    world.work()


def test_a_requester_is_asked_in_the_progress_comment() -> None:
    world = started()
    world.arrive(AskRequester(world.issue, 1, "Which **module**?"))

    world.work()

    assert ASKED in world.comment
    assert "\n\nWhich **module**?\n\n" in world.comment
    assert world.task is not None
    assert world.task.state == "needs_input"
    assert world.audit[-1] == ("acs", "task.end", "needs_input")


def test_a_run_that_failed_says_why_and_what_to_do_next() -> None:
    world = started()
    world.arrive(SayFailed(world.issue, 1, "octo/shop has no commit yet, @maria"))

    world.work()

    assert FAILED in world.comment
    assert "\n\nocto/shop has no commit yet, @\u200bmaria\n\n" in world.comment
    assert "Remove the label and add it again to try once more." in world.comment
    assert world.audit[-1] == ("acs", "task.end", "failed")


def endings(world: World, run: int) -> list[Job]:
    return [AskRequester(world.issue, run, "Which module?"), SayFailed(world.issue, run, "it broke")]


@pytest.mark.parametrize("which", [0, 1])
def test_a_run_that_ended_already_is_left_alone(which: int) -> None:
    world = proposed()
    before = (world.comment, world.task, world.audit)
    world.arrive(endings(world, 1)[which])

    world.work()

    assert (world.comment, world.task, world.audit) == before


@pytest.mark.parametrize("which", [0, 1])
def test_the_end_of_another_run_does_not_end_this_one(which: int) -> None:
    world = started()
    world.arrive(endings(world, 2)[which])

    world.work()

    assert WORKING in world.comment


@pytest.mark.parametrize("which", [0, 1])
def test_a_run_that_was_taken_back_is_cancelled_rather_than_ended(which: int) -> None:
    world = started()
    world.arrive(endings(world, 1)[which])
    world.unlabel()

    world.attempt()
    assert WORKING in world.comment
    world.work()

    assert CANCELLED in world.comment
    assert [outcome for _, _, outcome in world.audit] == ["started", "cancelled"]


def test_an_end_without_a_beginning_is_said_to_nobody() -> None:
    world = World()
    world.arrive(SayFailed(world.issue, 1, "it broke"))

    world.work()

    assert (world.comments, world.audit) == ([], [])


@pytest.mark.parametrize("write", [1, 2, 3])
def test_an_end_that_is_cut_short_is_said_in_the_end(write: int) -> None:
    world = started()
    world.writes = 0
    world.before_write = {write: lane_lost}
    world.arrive(SayFailed(world.issue, 1, "it broke"))

    with pytest.raises(StaleFence):
        world.attempt()
    world.work()

    assert FAILED in world.comment
    assert [outcome for _, _, outcome in world.audit] == ["started", "failed"]


def test_what_the_tests_said_is_told_in_the_progress_comment() -> None:
    world = proposed()
    assert "- Tests: waiting for the first check\n" in world.comment

    note(world, "2 of 12 tests failed", passed=False)
    note(world, "12 tests passed in 1.4 s")

    assert "- Tests: 12 tests passed in 1.4 s\n" in world.comment
    assert DONE in world.comment
    assert world.task is not None
    assert world.task.tests == TestsNote(head_of(world), True, "12 tests passed in 1.4 s")


def test_the_tests_of_another_head_are_not_those_of_the_proposal() -> None:
    world = proposed()
    before = (world.comment, world.task)

    note(world, "12 tests passed in 1.4 s", head_sha=HeadSha("d" * 40))

    assert (world.comment, world.task) == before


def test_the_tests_of_an_earlier_proposal_are_not_told_in_the_next_run() -> None:
    world = proposed()
    world.pull.is_open = False
    world.label()
    world.attempt()
    world.lose_job()

    note(world, "12 tests passed in 1.4 s")

    assert WORKING in world.comment


def test_a_progress_comment_that_somebody_deleted_is_written_again_once() -> None:
    world = started()
    world.host.comments.clear()

    world.arrive(AskRequester(world.issue, 1, "Which module?"))
    world.work()
    assert ASKED in world.comment
    world.clock.move(PROGRESS_EVERY)
    world.label()
    world.attempt()

    assert WORKING in world.comment


def test_a_comment_that_is_written_again_and_cut_short_is_still_one() -> None:
    world = started()
    world.host.comments.clear()
    world.arrive(SayFailed(world.issue, 1, "it broke"))
    world.writes = 0
    world.before_write = {4: lane_lost}

    with pytest.raises(StaleFence):
        world.attempt()
    world.work()

    assert FAILED in world.comment


def test_a_comment_that_was_written_again_and_then_forgotten_is_found_and_brought_up_to_date() -> None:
    world = proposed()
    world.clock.move(PROGRESS_EVERY)
    world.host.comments.clear()
    world.arrive(NoteTests(REPO, head_of(world), True, "1 test passed"))
    world.writes = 0
    world.before_write = {5: lane_lost}
    with pytest.raises(StaleFence):
        world.attempt()
    assert "1 test passed" in world.comment
    world.lose_job()

    note(world, "2 tests passed")

    assert "2 tests passed" in world.comment


def test_a_deleted_comment_does_not_undo_a_proposal() -> None:
    world = World()
    world.label()
    world.attempt()
    world.generate()
    world.host.comments.clear()

    world.work()

    assert DONE in world.comment
    assert world.pull.is_open


def test_the_first_edit_follows_the_comment_at_once() -> None:
    world = proposed()

    assert DONE in world.comment
    assert world.later == []


def test_an_edit_that_comes_too_soon_is_made_later_and_says_what_is_so_by_then() -> None:
    world = proposed()
    for passed in range(1, 4):
        world.arrive(NoteTests(REPO, head_of(world), True, f"{passed} tests passed"))
        world.attempt()

    assert "waiting for the first check" in world.comment
    assert world.later == [ShowProgress(world.issue)]
    shown_at = world.clock.now()
    world.work()

    assert "- Tests: 3 tests passed\n" in world.comment
    assert world.clock.now() - shown_at == PROGRESS_EVERY


def test_the_next_edit_waits_for_the_last_one_whichever_job_made_it() -> None:
    world = proposed()
    note(world, "1 test passed")
    world.clock.move(PROGRESS_EVERY - timedelta(seconds=1))

    world.arrive(NoteTests(REPO, head_of(world), True, "2 tests passed"))
    world.attempt()

    assert "- Tests: 1 test passed\n" in world.comment
    world.clock.move(timedelta(seconds=1))
    world.attempt()
    assert "- Tests: 2 tests passed\n" in world.comment


def test_what_the_comment_says_already_is_not_sent_again() -> None:
    world = proposed()
    note(world, "12 tests passed")
    world.clock.move(PROGRESS_EVERY)
    world.writes = 0

    note(world, "12 tests passed")

    assert world.writes == 1  # the record


def test_an_edit_for_which_there_is_no_room_is_made_later_and_holds_nothing_up() -> None:
    world = World()
    world.label()
    world.attempt()
    world.generate()
    edit = PULL_KNOWN + 2
    world.writes = 0
    world.before_write = {edit: no_room}

    world.attempt()

    assert world.task is not None
    assert world.task.state == "proposed"
    assert WORKING in world.comment
    assert world.later == [ShowProgress(world.issue)]
    world.work()
    assert DONE in world.comment


def test_a_first_comment_for_which_there_is_no_room_waits_with_its_job() -> None:
    world = World()
    world.before_write = {3: no_room}
    world.label()

    with pytest.raises(Limited):
        world.attempt()
    assert world.comments == []

    world.attempt()
    assert WORKING in world.comment


def test_the_comment_that_replaced_a_deleted_one_is_edited_from_then_on() -> None:
    world = proposed()
    world.host.comments.clear()
    note(world, "1 test passed")
    world.clock.move(PROGRESS_EVERY)
    world.writes = 0

    note(world, "2 tests passed")

    assert "- Tests: 2 tests passed\n" in world.comment
    assert world.writes == 3  # what is meant, the edit, the record


def test_progress_of_an_issue_that_has_no_task_is_shown_to_nobody() -> None:
    world = World()
    world.arrive(ShowProgress(world.issue))

    world.work()

    assert world.comments == []


PULL_KNOWN = 9  # of the writes of a proposal, the last before the progress comment


def no_room() -> None:
    raise Limited("the budget is used up", retry_after=timedelta(minutes=1))
