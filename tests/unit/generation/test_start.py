"""The trigger label comes and goes: what is to be seen on the issue, and what is done next."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.repo import Actor
from app.errors import RepoError, StaleFence, TransientError
from app.jobs import AskRequester, GenerateChange, LabelAdded, LabelRemoved, ResumeTask, SayFailed, SayNotStarted
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
    world.label()
    world.generate()

    world.attempt()

    assert (world.comment, world.task, world.audit) == before[:3]


def test_the_label_with_other_words_is_a_new_request_although_the_first_is_worked_on() -> None:
    world = started()
    world.lose_job()
    world.label(title="Add a printer")

    world.attempt()

    assert world.waiting == [GenerateChange(world.issue, 2)]
    assert world.task is not None
    assert world.task.run.title == "Add a printer"


def test_an_older_request_changes_nothing_whatever_became_of_the_newer_one() -> None:
    world = World()
    world.label(title="Add a parser for words")
    late = world.lose_job()
    world.clock.move(timedelta(seconds=1))
    world.label(title="Add a parser for dates")
    world.attempt()
    world.lose_job()
    world.arrive(AskRequester(world.issue, 1, "Which module?"))
    world.work()

    world.arrive(late)
    world.work()

    assert ASKED in world.comment
    assert world.task is not None
    assert world.task.run.title == "Add a parser for dates"


def test_a_request_is_not_believed_while_the_host_shows_what_was_before_it() -> None:
    world = World()
    before = world.host.issues[world.issue.number]
    world.label()
    world.host.issues[world.issue.number] = before

    with pytest.raises(TransientError, match="octo/shop#1 as it was before its own delivery"):
        world.attempt()
    world.clock.move(timedelta(minutes=1))
    world.attempt()

    assert (world.comments, world.waiting) == ([], [])


def test_a_cancellation_that_is_not_true_does_not_stop_what_is_begun_after_it() -> None:
    world = World()
    world.label()
    world.late_unlabel()

    world.attempt()
    assert [type(job) for job in world.waiting] == [LabelRemoved, GenerateChange]
    world.attempt()
    world.generate()
    world.work()

    assert DONE in world.comment
    assert world.branches == ["acs/issue-1-add-a-parser"]


def test_an_issue_that_is_reopened_with_the_label_is_taken_up_again() -> None:
    world = started()
    world.close()
    world.work()
    assert CANCELLED in world.comment
    world.clock.move(PROGRESS_EVERY)

    world.reopen(title="Add a better parser")
    world.attempt()

    assert WORKING in world.comment
    assert world.waiting == [GenerateChange(world.issue, 2)]
    assert world.task is not None
    assert world.task.run.title == "Add a better parser"


def test_an_issue_that_got_the_label_while_it_was_closed_is_begun_when_it_is_reopened() -> None:
    world = World()
    world.close()
    world.label()
    world.work()
    assert world.comments == []

    world.reopen()
    world.attempt()

    assert world.waiting == [GenerateChange(world.issue, 1)]


def test_an_issue_that_is_reopened_without_the_label_is_nothing_to_acs() -> None:
    world = World()
    world.reopen()

    world.work()

    assert (world.comments, world.reactions, world.audit) == ([], set(), [])


@pytest.mark.parametrize("ended", [proposed, asked])
def test_reopening_asks_nothing_anew_where_an_answer_stands_and_costs_no_request(ended: Callable[[], World]) -> None:
    world = ended()
    before = (world.comment, world.task)
    world.host.broken_by = [TransientError("the host was asked")]

    world.reopen()
    world.work()

    assert (world.comment, world.task) == before


def test_a_bot_that_reopens_issues_is_nothing_to_acs_and_costs_no_request() -> None:
    world = World()
    world.label()
    world.lose_job()
    world.host.broken_by = [TransientError("the host was asked")]

    world.reopen(by=BOT)
    world.work()

    assert (world.comments, world.audit) == ([], [])


def test_somebody_without_permission_does_not_start_work_by_reopening() -> None:
    world = started()
    world.close()
    world.work()

    world.reopen(by=EVE)
    world.work()

    cancelled, refused = world.comments
    assert CANCELLED in cancelled
    assert "eve has read permission" in refused


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
    assert WORKING in world.comment
    assert world.waiting == [GenerateChange(world.issue, 2)]


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


def test_a_second_start_that_was_cut_short_and_then_taken_back_leaves_the_answer_that_stood() -> None:
    world = proposed()
    world.clock.move(PROGRESS_EVERY)
    world.pull.is_open = False
    world.before_write = {world.writes + 4: lane_lost}
    world.label()
    with pytest.raises(StaleFence):
        world.attempt()
    assert WORKING in world.comment

    world.unlabel()
    world.work()

    assert DONE in world.comment


def test_a_request_that_was_taken_back_at_once_leaves_the_answer_that_stood() -> None:
    world = started()
    world.lose_job()
    world.arrive(SayFailed(world.issue, 1, "it broke"))
    world.work()
    before = (world.comment, world.task, world.audit)
    world.label()
    world.unlabel()
    writes = world.writes

    world.work()

    assert (world.comment, world.task, world.audit) == before
    assert world.writes == writes + 2  # that the jobs are done


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


def test_a_run_that_a_late_cancellation_stopped_is_set_going_again_as_the_next_one() -> None:
    world = started()
    world.late_unlabel()
    world.lose_job()  # which saw the cancellation, and came back with nothing

    world.attempt()

    assert WORKING in world.comment
    assert "Run 2" in world.comment
    assert world.waiting == [GenerateChange(world.issue, 2)]
    assert world.audit[-1] == ("acs", "task.resume", "resumed")
    world.generate()
    world.work()
    assert DONE in world.comment
    assert world.branches == ["acs/issue-1-add-a-parser-2"]


def test_a_proposal_that_a_late_cancellation_took_away_is_made_again() -> None:
    world = started()
    world.generate()
    world.before_write = {world.writes + 5: world.late_unlabel}

    world.attempt()
    assert world.branches == []
    world.attempt()
    world.generate()
    world.work()

    assert DONE in world.comment
    assert world.branches == ["acs/issue-1-add-a-parser-2"]


def test_a_late_cancellation_of_a_run_that_it_did_not_stop_changes_nothing() -> None:
    world = started()
    world.late_unlabel()
    world.late_unlabel()
    world.lose_job()
    world.attempt()
    before = (world.comment, world.task, world.audit)

    world.attempt()

    assert (world.comment, world.task, world.audit) == before


def test_a_question_stays_when_the_label_is_there_after_all() -> None:
    world = asked()
    before = (world.comment, world.task)
    world.late_unlabel()

    world.work()

    assert (world.comment, world.task) == before


def test_a_cancellation_is_not_refuted_by_what_the_host_showed_before_it() -> None:
    world = started()
    world.lose_job()
    before = world.host.issues[world.issue.number]
    world.clock.move(timedelta(seconds=1))
    world.unlabel()
    after = world.host.issues[world.issue.number]
    world.host.issues[world.issue.number] = before

    with pytest.raises(TransientError):
        world.attempt()
    world.host.issues[world.issue.number] = after
    world.attempt()

    assert CANCELLED in world.comment


def test_a_run_of_an_issue_that_is_gone_ends_although_nobody_can_be_told() -> None:
    world = started()
    world.lose_job()
    world.close()
    del world.host.issues[world.issue.number]
    world.host.comments.clear()

    world.work()

    assert world.task is not None
    assert world.task.state == "cancelled"


def test_a_run_without_any_work_left_is_set_going_again_while_somebody_waits() -> None:
    world = started()
    world.lose_job()
    world.late_unlabel()
    world.lose_job()
    world.arrive(ResumeTask(world.issue, 1))

    world.attempt()

    assert WORKING in world.comment
    assert world.waiting == [GenerateChange(world.issue, 2)]
    world.generate()
    world.work()
    assert DONE in world.comment


def test_a_run_without_any_work_left_ends_when_nobody_waits_any_more() -> None:
    world = started()
    world.unlabel()
    world.lose_job()
    world.lose_job()  # the delivery got lost
    world.arrive(ResumeTask(world.issue, 1))

    world.work()

    assert CANCELLED in world.comment
    assert "The label was removed, or the issue was closed. Nothing was changed." in world.comment
    assert world.audit[-1] == ("acs", "task.cancel", "cancelled")


def test_a_run_that_is_not_the_last_one_any_more_is_not_resumed() -> None:
    world = started()
    world.arrive(ResumeTask(world.issue, 0))
    world.lose_job()
    before = (world.comment, world.task)

    world.work()

    assert (world.comment, world.task) == before


def given_up(world: World) -> None:
    """The request that waits is given up."""
    request = world.lose_job()
    assert isinstance(request, LabelAdded)
    world.arrive(SayNotStarted(request, "GitHub did not answer"))
    world.work()


def test_a_request_that_could_not_be_begun_says_so() -> None:
    world = World()
    world.label()

    given_up(world)

    assert "### ❌ This did not work\n\nGitHub did not answer" in world.comment
    assert "Remove the label and add it again to try once more." in world.comment
    assert world.audit == [("maria", "task.start", "failed")]


def test_a_request_that_could_not_be_begun_and_was_cut_short_says_so_in_the_same_comment() -> None:
    world = World()
    world.before_write = {started().writes: lane_lost}
    world.label()
    with pytest.raises(StaleFence):
        world.attempt()
    assert WORKING in world.comment

    given_up(world)

    assert "### ❌ This did not work" in world.comment


def test_a_request_that_was_told_of_in_vain_can_be_made_again() -> None:
    world = World()
    world.label()
    given_up(world)

    world.unlabel()
    world.label()
    world.work_until(GenerateChange)

    assert WORKING in world.comment


@pytest.mark.parametrize("by", [MARIA, BOT])
def test_nobody_is_told_of_a_request_that_is_not_there_any_more_nor_is_a_bot(by: Actor) -> None:
    world = World()
    world.label(by=by)
    if by is MARIA:
        world.unlabel()

    given_up(world)

    assert (world.comments, world.task) == ([], None)


@pytest.mark.parametrize("standing", [started, proposed])
def test_a_request_that_was_given_up_does_not_disturb_what_stands(standing: Callable[[], World]) -> None:
    world = standing()
    while world.waiting:
        world.lose_job()
    before = (world.comment, world.task)
    world.label()

    given_up(world)

    assert (world.comment, world.task) == before


def test_a_request_that_was_given_up_where_nothing_can_be_said_stays_unsaid() -> None:
    world = World()
    world.label()
    world.host.broken_by = [RepoError("the App is suspended")]

    with pytest.raises(RepoError):
        given_up(world)

    assert (world.task, world.audit) == (None, [])
