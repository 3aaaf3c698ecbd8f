"""Comments that speak to ACS: what people see of the answers, and who is heard at all."""

from datetime import timedelta

import pytest

from app.domain.repo import Actor
from app.errors import Limited, RepoError, StaleFence, TransientError
from app.jobs import CommentPosted, ShowAnswers
from tests.unit.generation.world import BOT, EVE, MARIA
from tests.unit.intake.commands.world import ADA, APP_ID, HELPFUL_BOT, MONA, TINA, World

OURS = Actor("acs[bot]", 99, "Bot")
OUTAGE = TransientError("GitHub did not answer")


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        pytest.param("/acs help", "- `/acs run [--spec PATH]`: asks for a change", id="help"),
        pytest.param("/acs help cancel", "`/acs cancel`: takes the request back", id="help with a verb"),
        pytest.param("/acs help templates", "- `typescript-module` `1.0.0`: ", id="help with templates"),
        pytest.param("/acs status", "Nothing was asked for here. Add the label, or write `/acs run`.", id="status"),
        pytest.param("/acs why", "In the way: it has the trigger label, somebody asked for a change.", id="why"),
        pytest.param("/acs ping", "ACS listens. This answer left 0.0 s after the comment had arrived.", id="ping"),
        pytest.param("/acs version", "ACS `1.2.3`", id="version"),
    ],
)
def test_everybody_who_may_read_is_answered(line: str, answer: str) -> None:
    world = World()

    reactions, said = world.ask(line, by=EVE)

    assert reactions == ["rocket"]
    assert answer in said


def test_a_typo_is_answered_and_nothing_is_done() -> None:
    world = World()

    reactions, said = world.ask("/acs rnu")

    assert reactions == ["confused"]
    assert said.startswith("There is no such command. Did you mean `run`? Nothing was done. (`unknown_verb`)")
    assert world.task is None


@pytest.mark.parametrize(
    ("line", "by", "needs", "has"),
    [
        pytest.param("/acs run", EVE, "write", "read", id="run by a reader"),
        pytest.param("/acs run", TINA, "write", "triage", id="run by a triager"),
        pytest.param("/acs retry", EVE, "write", "read", id="retry by a reader"),
        pytest.param("/acs cancel", EVE, "triage", "read", id="cancel by a reader"),
        pytest.param("/acs pause", MARIA, "maintain", "write", id="pause by a writer"),
        pytest.param("/acs resume", MARIA, "maintain", "write", id="resume by a writer"),
        pytest.param("/acs redeliver 0f4e3a8c", MONA, "admin", "maintain", id="redeliver by a maintainer"),
        pytest.param("/acs pause", HELPFUL_BOT, "maintain", "write", id="pause by a bot that is heard"),
    ],
)
def test_who_may_not_is_told_what_it_takes(line: str, by: Actor, needs: str, has: str) -> None:
    world = World()
    world.label()
    world.work()

    reactions, said = world.ask(line, by=by)

    assert reactions == ["-1"]
    assert "This is not done. (`not_allowed`)" in said
    assert f"- expected: {needs} permission\n" in said
    assert f"has {has} permission" in said
    assert world.memory.paused == {}
    assert "acs" in world.labels


def test_who_was_a_writer_when_they_wrote_and_is_none_any_more_is_refused() -> None:
    world = World()
    world.say("/acs run")
    world.host.roles = {MARIA.user_id: "read"}

    world.work()

    assert "maria has read permission" in world.answer()


@pytest.mark.parametrize(
    ("by", "via_app"),
    [
        pytest.param(BOT, None, id="a bot"),
        pytest.param(Actor("octo", 5, "Organization"), None, id="an organisation"),
        pytest.param(OURS, APP_ID, id="this App"),
        pytest.param(MARIA, APP_ID, id="a person through this App"),
        pytest.param(HELPFUL_BOT, APP_ID, id="a bot that is heard, through this App"),
    ],
)
def test_who_is_not_heard_gets_no_answer(by: Actor, via_app: int | None) -> None:
    world = World()
    comment = world.say("/acs run", by=by, via_app=via_app)

    world.work()

    assert (world.reactions_to(comment), world.answers(), world.task) == ([], [], None)


def test_a_bot_that_the_operator_named_may_do_what_writers_may() -> None:
    world = World()

    reactions, _ = world.ask("/acs run", by=HELPFUL_BOT)

    assert reactions == ["eyes", "rocket"]
    assert world.task is not None
    assert world.task.run.requested_by == HELPFUL_BOT


def test_a_reaction_that_fails_holds_nothing_up() -> None:
    world = World()
    comment = world.say("/acs ping")
    del world.host.comments[next(one for one in world.host.comments if one == comment)]

    world.work()

    assert "ACS listens." in world.answer()


def test_a_lane_that_is_lost_is_no_reaction_that_fails() -> None:
    world = World()
    world.say("/acs ping")

    def lose() -> None:
        raise StaleFence

    world.before_write[1] = lose
    with pytest.raises(StaleFence):
        world.attempt()


def test_two_hundred_comments_in_a_minute_are_one_comment_of_ours() -> None:
    world = World()
    for number in range(200):
        world.say("/acs stauts" if number % 2 else "/acs run", by=EVE)
    edits: list[str] = []

    for _ in range(200):
        world.clock.move(timedelta(seconds=0.3))
        world.attempt()
        edits += [one for one in world.answers() if one not in edits]

    assert len(world.answers()) == 1
    assert len(edits) <= 14  # once in 5 s
    assert world.task is None
    world.work()
    assert "Did you mean `status`?" in world.answer()


def test_an_answer_that_comes_too_soon_is_shown_a_little_later() -> None:
    world = World()
    world.ask("/acs ping")
    world.say("/acs ping", by=EVE)
    world.attempt()
    world.say("/acs version", by=ADA)
    world.attempt()
    world.say("/acs status", by=TINA)
    world.attempt()

    assert world.later == [ShowAnswers(world.issue)]
    world.work()
    assert world.answer() == "Nothing was asked for here. Add the label, or write `/acs run`."
    assert "eve asked" in world.answers()[0]


def test_an_answer_waits_for_room() -> None:
    world = World()
    world.ask("/acs ping")
    world.clock.move(timedelta(minutes=1))
    world.say("/acs version")
    world.before_write[world.writes + 3] = _no_room  # behind the reaction, and the look at what is known

    world.attempt()

    assert world.later == [ShowAnswers(world.issue)]
    world.work()
    assert "ACS `1.2.3`" in world.answer()


def _no_room() -> None:
    raise Limited("no room", retry_after=timedelta(seconds=30))


def test_an_answer_that_somebody_deleted_is_written_again() -> None:
    world = World()
    world.ask("/acs ping")
    world.host.comments.clear()
    world.clock.move(timedelta(minutes=1))

    world.ask("/acs version")

    assert len(world.answers()) == 1


def test_an_outage_is_waited_out_and_nothing_is_done_twice() -> None:
    world = World()
    comment = world.say("/acs run")
    world.host.broken_by = [OUTAGE]
    with pytest.raises(TransientError):
        world.attempt()

    world.work()

    assert world.reactions_to(comment) == ["eyes", "rocket"]
    assert world.task is not None
    assert world.task.run.number == 1


def test_every_command_is_in_the_audit_log_with_its_outcome() -> None:
    world = World()
    for line, by in (("/acs ping", EVE), ("/acs rnu", EVE), ("/acs run", EVE), ("/acs help templates", EVE)):
        world.ask(line, by=by)

    assert [(line.actor, line.outcome, line.facts["verb"]) for line in world.memory.audit] == [
        ("eve", "done", "ping"),
        ("eve", "unknown_verb", "none"),
        ("eve", "not_allowed", "run"),
        ("eve", "handed on", "help"),
    ]


def test_on_a_pull_request_commands_are_answered_there() -> None:
    world = World()
    pull = world.open_pull()

    reactions, said = world.ask("/acs why", on=pull)

    assert reactions == ["rocket"]
    assert "Nothing stands in the way." in said
    assert "| it comes from this repository | ✅ | branch topic |" in said
    assert world.answers() == []


def test_an_issue_that_is_gone_ends_the_command() -> None:
    world = World()
    world.say("/acs ping")
    del world.host.issues[world.issue.number]

    with pytest.raises(RepoError, match="has no issue"):
        world.attempt()
    assert isinstance(world.waiting[0], CommentPosted)
