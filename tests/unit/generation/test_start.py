"""The trigger label comes and goes: what is to be seen on the issue, and what is done next."""

from dataclasses import replace

import pytest

from app.domain.repo import Actor
from app.errors import StaleFence, TransientError
from app.jobs import AskRequester, GenerateChange, LabelAdded
from app.ports.code_host import CommentId
from tests.fakes.code_host import THE_APP, Comment
from tests.fakes.lane import lane_lost
from tests.unit.generation.world import BOT, EVE, MARIA, PROGRESS_EVERY, World

WORKING = "### ⏳ Working on it"
DONE = "### ✅ Done"
CANCELLED = "### ⏹️ Cancelled"
ASKED = "### ✏️ ACS needs something from you"


def started() -> World:
    world = World()
    world.label()
    world.attempt()
    return world


def proposed() -> World:
    world = started()
    world.generate()
    world.work()
    return world


def asked() -> World:
    world = started()
    world.lose_job()
    world.arrive(AskRequester(world.issue, 1, "Which module?"))
    world.work()
    return world


def test_the_label_is_acknowledged_and_the_change_comes_next() -> None:
    world = started()

    assert world.reactions == {"eyes"}
    assert WORKING in world.comment
    assert world.waiting == [GenerateChange(world.issue, 1)]
    assert world.audit == [("maria", "task.start", "started")]


def test_the_words_of_the_moment_of_the_label_are_kept() -> None:
    world = World()
    world.label(title="Add a parser", body="for dates")

    world.attempt()

    assert world.task is not None
    assert (world.task.run.title, world.task.run.body) == ("Add a parser", "for dates")
    assert (world.task.run.branch, world.task.run.requested_by) == ("acs/issue-1-add-a-parser", MARIA)


def test_another_label_does_nothing() -> None:
    world = World()
    world.label("bug")

    world.work()

    assert (world.reactions, world.comments, world.audit, world.task) == (set(), [], [], None)


def test_a_bot_gets_no_answer_whatever_it_may_and_costs_no_request() -> None:
    world = World()
    world.host.broken_by = [TransientError("the host was asked")]
    world.label(by=BOT)

    world.work()

    assert (world.reactions, world.comments, world.task) == (set(), [], None)
    assert world.audit == [("dependabot[bot]", "task.start", "refused")]


def test_somebody_without_permission_gets_one_sentence_however_often_they_label() -> None:
    world = World()
    world.label(by=EVE)
    world.label(by=EVE)

    world.work()

    assert "eve has read permission, and starting work takes write permission" in world.comment
    assert (world.reactions, world.task) == (set(), None)
    assert world.audit == [("eve", "task.start", "refused")] * 2


def test_each_of_those_without_permission_gets_a_sentence_of_their_own() -> None:
    world = World()
    world.label(by=EVE)
    world.label(by=Actor("tom", 10, "User"))

    world.work()

    of_eve, of_tom = world.comments
    assert ("eve has" in of_eve, "tom has" in of_tom) == (True, True)


def test_a_refusal_that_was_cut_short_is_still_one_sentence() -> None:
    for write in (1, 2, 3, 4):
        world = World()
        world.before_write = {write: lane_lost}
        world.label(by=EVE)

        with pytest.raises(StaleFence):
            world.work()
        world.work()

        assert len(world.comments) == 1


def test_somebody_without_permission_does_not_disturb_a_run() -> None:
    world = started()
    world.label(by=EVE)
    world.unlabel("bug", by=EVE)

    world.generate()
    world.work()

    assert DONE in world.comments[0]


def test_the_label_on_an_issue_that_is_worked_on_changes_nothing() -> None:
    world = started()
    before = (world.comment, world.task, world.audit, world.waiting)
    world.label(title="Something else")
    world.generate()

    world.attempt()

    assert (world.comment, world.task, world.audit) == before[:3]


def test_the_label_changes_nothing_while_the_pull_request_is_open() -> None:
    world = proposed()
    before = (world.comment, world.task, world.audit)
    world.label()

    world.work()

    assert (world.comment, world.task, world.audit) == before
    assert world.branches == ["acs/issue-1-add-a-parser"]


def test_the_label_starts_a_second_run_on_a_branch_of_its_own_once_the_pull_request_is_closed() -> None:
    world = proposed()
    world.pull.is_open = False
    world.label()
    world.attempt()
    assert world.waiting == [GenerateChange(world.issue, 2)]

    world.generate()
    world.work()

    assert world.branches == ["acs/issue-1-add-a-parser", "acs/issue-1-add-a-parser-2"]
    assert [pull.is_open for pull in world.host.pulls.values()] == [False, True]
    assert "Run 2" in world.comment


def test_a_request_that_lacked_something_is_taken_up_again_in_the_same_comment() -> None:
    world = asked()
    world.clock.move(PROGRESS_EVERY)
    world.label(body="the module shipping")

    world.attempt()

    assert WORKING in world.comment
    assert world.waiting == [GenerateChange(world.issue, 2)]


def test_a_request_taken_back_before_it_was_seen_leaves_no_trace_on_the_issue() -> None:
    world = World()
    world.label()
    world.unlabel()

    world.work()

    assert (world.reactions, world.comments, world.task, world.audit) == (set(), [], None, [])


def test_a_request_made_again_after_it_was_taken_back_is_a_new_one() -> None:
    world = started()
    world.unlabel()
    world.label()
    world.lose_job()

    world.attempt()
    world.attempt()
    assert world.waiting == [GenerateChange(world.issue, 2)]

    world.lose_job()
    world.attempt()
    assert WORKING in world.comment


def test_a_run_that_was_taken_back_and_never_ended_does_not_stand_in_the_way() -> None:
    world = started()
    world.lose_job()
    world.unlabel()
    world.lose_job()
    world.label()

    world.attempt()

    assert world.waiting == [GenerateChange(world.issue, 2)]


def test_a_start_that_is_cut_short_anywhere_is_one_start_in_the_end() -> None:
    undisturbed = started()
    task = undisturbed.task
    assert task is not None
    for write in range(1, undisturbed.writes + 1):
        world = World()
        world.before_write = {write: lane_lost}
        world.label()

        with pytest.raises(StaleFence):
            world.attempt()
        assert (world.task, world.audit) == (None, [])
        world.attempt()

        assert (world.reactions, world.comments) == (undisturbed.reactions, undisturbed.comments)
        assert world.task is not None
        assert replace(world.task, shown=None) == replace(task, shown=None)
        assert (world.audit, world.waiting) == (undisturbed.audit, undisturbed.waiting)


def test_who_has_lost_the_lane_writes_nothing() -> None:
    world = World()
    world.before_write = {1: lane_lost}
    world.label()

    with pytest.raises(StaleFence):
        world.attempt()

    assert (world.reactions, world.comments, world.task, world.audit) == (set(), [], None, [])
    assert [type(job) for job in world.waiting] == [LabelAdded]


def test_a_start_that_was_cut_short_and_then_taken_back_does_not_look_as_if_it_went_on() -> None:
    world = World()
    world.before_write = {started().writes: lane_lost}
    world.label()
    with pytest.raises(StaleFence):
        world.attempt()
    assert WORKING in world.comment

    world.unlabel()
    world.work()

    assert CANCELLED in world.comment
    assert world.branches == []


@pytest.mark.parametrize("how", ["removed the label", "closed the issue"])
def test_a_run_ends_when_its_request_is_taken_back(how: str) -> None:
    world = started()
    world.unlabel() if how == "removed the label" else world.close()

    world.work()

    assert CANCELLED in world.comment
    assert f"maria {how}. Nothing was changed." in world.comment
    assert (world.branches, world.host.pulls) == ([], {})
    assert world.task is not None
    assert world.task.state == "cancelled"
    assert world.audit[-1] == ("maria", "task.cancel", "cancelled")


@pytest.mark.parametrize("how", ["removed the label", "closed the issue"])
def test_a_question_is_withdrawn_when_the_request_is_taken_back(how: str) -> None:
    world = asked()
    world.unlabel() if how == "removed the label" else world.close()

    world.work()

    assert CANCELLED in world.comment


@pytest.mark.parametrize("how", ["removed the label", "closed the issue"])
def test_a_proposal_stands_when_the_label_goes_or_the_issue_is_closed(how: str) -> None:
    world = proposed()
    before = (world.comment, world.task, world.audit)
    world.unlabel() if how == "removed the label" else world.close()

    world.work()

    assert (world.comment, world.task, world.audit) == before
    assert world.pull.is_open


def test_a_run_goes_on_when_another_label_is_removed() -> None:
    world = started()
    world.unlabel("bug")

    world.generate()
    world.work()

    assert DONE in world.comment


def test_closing_an_issue_that_nobody_asked_for_says_nothing() -> None:
    world = World()
    world.close()

    world.work()

    assert (world.comments, world.audit) == ([], [])


def test_somebody_who_copies_the_hidden_marker_does_not_become_the_progress_comment() -> None:
    world = World()
    copied = Comment(world.issue.number, "eve", "<!-- acs:task=github.com/42/1 -->")
    world.host.comments[CommentId(world.host.next_number())] = copied
    world.before_write = {3: lane_lost}
    world.label()
    with pytest.raises(StaleFence):
        world.attempt()

    world.attempt()

    assert [comment.author for comment in world.host.comments.values()] == ["eve", THE_APP]
    assert copied.body == "<!-- acs:task=github.com/42/1 -->"
