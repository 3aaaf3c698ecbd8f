"""Asking for a change by a comment, once more, and taking it back: what the label does, in words."""

from datetime import timedelta

import pytest

from app.jobs import GenerateChange, HeadMoved, RerunChecks
from tests.e2e.requests import module_request
from tests.unit.generation.world import EVE, MARIA
from tests.unit.intake.commands.world import ADA, MONA, TINA, World

REQUEST = module_request("postage")


def working() -> World:
    """A run that was asked for by a comment, whose change is about to be made."""
    world = World()
    world.say("/acs run", body=REQUEST)
    world.work_until(GenerateChange)
    return world


def proposed() -> World:
    world = working()
    world.work()
    return world


def asked_back() -> World:
    """A run that ended with a question, because the issue names no recipe."""
    world = World()
    world.ask("/acs run")
    return world


def test_run_does_what_the_label_does() -> None:
    world = World()
    comment = world.say("/acs run", body=REQUEST)

    world.work()

    assert world.reactions_to(comment) == ["eyes", "rocket"]
    assert world.labels == {"acs"}
    assert "### ✅ Done: a draft pull request is open" in world.progress
    assert "asked for by maria" in world.progress
    assert world.answers() == []


def test_run_takes_the_issue_as_it_stood_when_the_comment_was_written() -> None:
    world = World()
    world.say("/acs run", body=REQUEST)
    world.edit()

    world.work()

    assert world.task is not None
    assert (world.task.run.title, world.task.run.body) == ("Add a parser", REQUEST)


def test_a_specification_becomes_the_request() -> None:
    world = World()
    world.commit({"docs/story.md": REQUEST.encode()})

    reactions, _ = world.ask("/acs run --spec docs/story.md")

    assert reactions == ["eyes"]
    assert "### ✅ Done: a draft pull request is open" in world.progress
    assert world.task is not None
    assert (world.task.run.body, world.task.run.spec) == (REQUEST, "docs/story.md")


@pytest.mark.parametrize(
    ("content", "found"),
    [
        pytest.param(None, "no file docs/story.md", id="no such file"),
        pytest.param(b"", "docs/story.md has 0 bytes", id="an empty file"),
        pytest.param(b"x" * 65_537, "docs/story.md has 65,537 bytes", id="more than 64 KiB"),
        pytest.param(b"\xff\xfe", "docs/story.md is no text in UTF-8", id="no text"),
        pytest.param(b" \n", "docs/story.md holds no text", id="white space"),
        pytest.param(b"a\0b", "docs/story.md holds no text", id="a null character"),
    ],
)
def test_a_specification_that_cannot_be_read_starts_nothing(content: bytes | None, found: str) -> None:
    world = World()
    if content is not None:
        world.commit({"docs/story.md": content})

    reactions, said = world.ask("/acs run --spec docs/story.md")

    assert reactions == ["eyes", "-1"]
    assert "(`not_readable`)" in said
    assert f"- found: {found}" in said
    assert (world.labels, world.task) == (frozenset(), None)


def test_a_specification_of_64_kib_is_read() -> None:
    world = World()
    world.commit({"docs/story.md": b"x" * 65_536})

    world.ask("/acs run --spec docs/story.md")

    assert world.task is not None


@pytest.mark.parametrize("line", ["/acs run", "/acs retry"])
def test_one_run_goes_on_at_a_time(line: str) -> None:
    world = working()

    reactions, said = world.ask(line)

    assert reactions == ["eyes", "-1"]
    assert "(`already_working`)" in said
    assert "run 1 is being worked on" in said
    assert world.task is not None
    assert world.task.run.number == 1


def test_while_its_pull_request_is_open_no_other_is_made() -> None:
    world = proposed()

    _, said = world.ask("/acs run")

    assert "(`already_proposed`)" in said
    assert len(world.host.pulls) == 1


def test_when_its_pull_request_was_closed_the_next_one_is_made() -> None:
    world = proposed()
    world.pull.is_open = False
    world.clock.move(timedelta(minutes=1))

    world.say("/acs run", body=REQUEST)
    world.work()

    assert len(world.host.pulls) == 2


def test_a_closed_issue_asks_for_nothing() -> None:
    world = World()
    world.close()
    world.work()

    _, said = world.ask("/acs run")

    assert "(`wrong_place`)" in said
    assert world.labels == frozenset()


def test_run_is_for_issues() -> None:
    world = World()

    reactions, said = world.ask("/acs run", on=world.open_pull())

    assert reactions == ["-1"]
    assert "(`wrong_place`)" in said
    assert "Write it on an issue." in said


def test_retry_takes_the_issue_as_it_stands_now() -> None:
    world = asked_back()
    assert "### ✏️ ACS needs something from you" in world.progress

    world.say("/acs retry", body=REQUEST)
    world.work()

    assert "### ✅ Done: a draft pull request is open" in world.progress
    assert world.task is not None
    assert world.task.run.number == 2


def test_retry_reads_the_same_document_again() -> None:
    world = World()
    world.commit({"docs/story.md": b"Nothing to go by"})
    world.ask("/acs run --spec docs/story.md")
    world.commit({"docs/story.md": REQUEST.encode()})
    world.clock.move(timedelta(minutes=1))

    world.ask("/acs retry")

    assert "### ✅ Done: a draft pull request is open" in world.progress


def test_there_is_nothing_to_retry_where_nothing_was_asked_for() -> None:
    _, said = World().ask("/acs retry")

    assert "(`no_request`)" in said
    assert "Write `/acs run`, or add the label." in said


def test_retry_on_a_pull_request_runs_its_checks_again() -> None:
    world = World()
    pull = world.open_pull()

    comment = world.say("/acs retry", on=pull)
    world.work_until(RerunChecks)

    assert world.waiting == [RerunChecks(world.issue.repo, world.host.pulls[pull].last_head, 9)]
    assert world.reactions_to(comment) == ["eyes", "rocket"]


@pytest.mark.parametrize(
    ("closed", "found"),
    [
        pytest.param(True, "it is closed", id="closed"),
        pytest.param(False, "its head has not been announced to ACS", id="a head nobody announced"),
    ],
)
def test_a_pull_request_that_acs_does_not_check_has_nothing_to_retry(closed: bool, found: str) -> None:
    world = World()
    pull = world.open_pull()
    world.host.pulls[pull].is_open = not closed
    if not closed:
        world.memory.heads.clear()

    _, said = world.ask("/acs retry", on=pull)

    assert "(`not_checked`)" in said
    assert found in said


def test_cancel_takes_the_request_back() -> None:
    world = working()

    comment = world.say("/acs cancel", by=TINA, cancels=True)
    world.work()

    assert world.reactions_to(comment) == ["rocket"]
    assert "### ⏹️ Cancelled" in world.progress
    assert "tina cancelled it. Nothing was changed." in world.progress
    assert (world.labels, world.branches, world.host.pulls) == (frozenset(), [], {})


def test_cancel_takes_back_a_request_whose_label_the_host_still_shows() -> None:
    world = working()
    world.say("/acs cancel", by=MARIA, cancels=True)
    world.attempt(1)
    world.host.label(world.issue, "acs")

    world.work()

    assert "### ⏹️ Cancelled" in world.progress


def test_cancel_on_the_pull_request_of_a_request_that_ended_leaves_it_alone() -> None:
    world = proposed()
    world.host.label(world.issue)
    (pull,) = world.host.pulls

    _, said = world.ask("/acs cancel", on=pull)

    assert "(`already_ended`)" in said
    assert "run 1 ended: proposed" in said
    assert world.pull.is_open


def test_there_is_nothing_to_cancel_where_nothing_was_asked_for() -> None:
    world = World()

    assert "(`no_request`)" in world.ask("/acs cancel")[1]
    assert "(`no_request`)" in world.ask("/acs cancel", on=world.open_pull())[1]


def test_a_cancellation_by_somebody_who_may_not_stops_nothing() -> None:
    world = working()

    comment = world.say("/acs cancel", by=EVE, cancels=True)
    world.work()

    assert world.reactions_to(comment) == ["-1"]
    assert "### ✅ Done: a draft pull request is open" in world.progress
    assert world.task is not None
    assert world.task.run.number == 2  # the first was stopped when the comment arrived


def test_a_comment_that_is_older_than_the_request_does_not_take_it_back() -> None:
    world = World()
    world.say("/acs cancel")
    late = world.lose_job()
    world.clock.move(timedelta(minutes=5))
    world.say("/acs run", body=REQUEST)
    world.work_until(GenerateChange)

    world.arrive(late)
    world.work()

    assert "(`out_of_date`)" in world.answer()
    assert "### ✅ Done" in world.progress


def test_status_follows_the_request() -> None:
    world = working()
    assert world.ask_now("/acs status") == "Run 1, asked for by maria: it is being worked on."
    world.work()
    (pull,) = world.host.pulls
    assert world.ask("/acs status")[1] == (
        f"Run 1, asked for by maria: its change is proposed in #{pull}. Tests: waiting for the first check."
    )


def test_why_names_each_fact_of_a_request() -> None:
    world = asked_back()
    world.host.label(world.issue)

    _, said = world.ask("/acs why")

    assert said == (
        "In the way: it has the trigger label, a change was proposed.\n\n"
        "| what | | fact |\n|---|---|---|\n"
        "| the issue is open | ✅ | as the code host shows it now |\n"
        "| it has the trigger label | ❌ | acs |\n"
        "| the repository is not paused | ✅ | new work begins |\n"
        "| who asked may write | ✅ | maria has write permission |\n"
        "| it was not taken back | ✅ | run 1 began 2026-01-01 12:00:00 UTC |\n"
        "| a change was proposed | ❌ | the progress comment says why |"
    )


def test_while_paused_nothing_new_begins_and_it_is_said_once() -> None:
    world = World()
    _, said = world.ask('/acs pause --reason "a release"', by=MONA)
    assert said.startswith("ACS is paused in this repository by mona since 2026-01-01 12:00 UTC: `a release`.")
    world.label(body=REQUEST)

    for _ in range(5):
        world.attempt()

    told = [one for one in world.comments if one.startswith("<!-- acs:paused=")]
    assert len(told) == 1
    assert "ACS is paused in this repository by mona" in told[0]
    assert world.task is None
    assert "(`paused`)" in world.ask_now("/acs run")

    world.ask_now("/acs resume", by=ADA)
    world.work()

    assert "### ✅ Done: a draft pull request is open" in world.progress


def test_while_paused_no_check_begins() -> None:
    world = World()
    pull = world.open_pull()
    world.ask("/acs pause", by=MONA)
    head = world.host.pulls[pull].last_head
    moved = HeadMoved(world.pull_ref(pull), head, is_fork=False)
    again = RerunChecks(world.issue.repo, head, 9)
    world.arrive(moved)
    world.arrive(again)

    world.attempt()
    world.attempt()

    assert world.host.checks == {}
    assert world.later == [moved, again]


def test_what_goes_on_when_a_repository_is_paused_goes_on() -> None:
    world = working()
    world.say("/acs pause", by=MONA)

    world.work()

    assert "### ✅ Done: a draft pull request is open" in world.progress


def test_a_request_that_waits_can_be_taken_back() -> None:
    world = World()
    world.ask("/acs pause", by=MONA)
    world.label(body=REQUEST)
    world.attempt()

    world.ask_now("/acs cancel")
    world.work()

    assert world.labels == frozenset()
    assert world.task is None


def test_pausing_twice_and_resuming_twice_is_said() -> None:
    world = World()
    assert "(`not_paused`)" in world.ask("/acs resume", by=MONA)[1]
    world.ask("/acs pause", by=MONA)
    assert "(`already_paused`)" in world.ask("/acs pause", by=ADA)[1]
