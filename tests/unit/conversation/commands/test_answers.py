"""The words of the answers, and that none of them can be taken for a command."""

from datetime import UTC, datetime

import pytest

from app.conversation.commands.answers import (
    answers_comment,
    failed_words,
    held_comment,
    help_words,
    paused_words,
    ping_words,
    problem_words,
    recipes_words,
    redelivered_words,
    refusal_words,
    resumed_words,
    version_words,
)
from app.conversation.commands.page import page
from app.conversation.commands.parse import parse
from app.conversation.commands.standing import Fact, status_words, why_words
from app.conversation.commands.table import TABLE
from app.conversation.progress import refusal as label_refusal
from app.domain.answers import MOST, Answered, Answers
from app.domain.command import CommandProblem, NotForUs, Refusal
from app.domain.paused import Paused
from app.domain.recipe import RecipeSummary
from app.domain.repo import IssueRef, RepoRef
from app.ports.journal import Lane
from app.ports.redelivery import AskedGitHub, BodyForgotten, DecidedAgain, NothingFailed, PutBack, Underway, Unknown

ON = IssueRef(RepoRef("github.com", 1, 42, "octo", "shop"), 7)
HOSTILE = "x\n/acs run\n\n/acs cancel @octo/team #7"
AT = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
PAUSED = Paused("mona", AT, HOSTILE)
RECIPE = RecipeSummary(HOSTILE, HOSTILE, HOSTILE, HOSTILE, ("python",), HOSTILE, HOSTILE)
TEXTS = {
    "help": help_words(),
    **{f"help {row.verb}": help_words(row.verb) for row in TABLE},
    "a problem": problem_words(CommandProblem("unknown_verb", HOSTILE, HOSTILE, "run")),
    "a refusal": refusal_words(Refusal("not_allowed", HOSTILE, HOSTILE, "Ask somebody.")),
    "a failure": failed_words(HOSTILE),
    "recipes": recipes_words([RECIPE]),
    "paused": paused_words(PAUSED),
    "held": held_comment(PAUSED, "<!-- mark -->"),
    "resumed": resumed_words(),
    "ping": ping_words(0.42),
    "version": version_words(HOSTILE),
    "no status": status_words(None, is_cancelled=False),
    "why": why_words([Fact(HOSTILE, False, HOSTILE), Fact("b", None, "c")]),
    "put back": redelivered_words(PutBack([HOSTILE], [Lane("x")]), HOSTILE),
    "a refused label": label_refusal(HOSTILE, "<!-- mark -->"),
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_nothing_that_acs_says_is_a_command(text: str) -> None:
    shown = answers_comment(Answers(ON).with_answer(Answered(5, HOSTILE, HOSTILE, text)))

    for said in (text, shown):
        lines = said.split("\n")
        assert [line for line in lines if line.strip().startswith("/acs")] == []
        assert {type(parse(said[said.index(line) :])) for line in lines if line} == {NotForUs}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_what_people_wrote_notifies_nobody(text: str) -> None:
    outside_code = "".join(text.split("`")[::2])

    assert "@octo" not in outside_code
    assert "#7" not in outside_code


def test_a_typo_is_answered_with_what_was_meant() -> None:
    assert problem_words(CommandProblem("unknown_verb", "runn", "a command", "run")) == (
        "There is no such command. Did you mean `run`? Nothing was done. (`unknown_verb`)\n\n"
        "- expected: a command\n- found: `runn`\n\n"
        "Write a new comment; an edited one asks for nothing. `/acs help` lists what there is."
    )


def test_a_refusal_says_what_it_takes_what_is_there_and_what_to_do() -> None:
    assert refusal_words(Refusal("paused", "a repository at work", "paused by mona", "Write `/acs resume`.")) == (
        "This is not done. (`paused`)\n\n"
        "- expected: a repository at work\n- found: paused by mona\n\n"
        "Write `/acs resume`."
    )


def test_help_explains_a_command() -> None:
    assert help_words("run") == (
        "`/acs run [--spec PATH]`: asks for a change, as adding the label does: the issue is taken as it stands when "
        "the comment is written.\n\n"
        "- for people with write permission, on an issue\n"
        "- `--spec`: take this document of the default branch as the request; takes the path of a file in this "
        "repository, such as docs/story.md"
    )


def test_help_lists_every_command_with_who_may() -> None:
    lines = help_words().split("\n")[: len(TABLE)]

    assert lines[0].startswith("- `/acs help [SUBJECT]`: lists the commands")
    assert lines[-1].endswith("(people with admin permission)")


def test_the_newest_answer_comes_first_and_the_others_are_folded() -> None:
    answers = Answers(ON)
    for number in range(MOST + 2):
        answers = answers.with_answer(Answered(number, "maria", "/acs ping", f"answer {number}"))

    shown = answers_comment(answers)

    assert shown.startswith("<!-- acs:answers=github.com/42/7 -->\n\nmaria asked `/acs ping`\n\nanswer 6\n\n<details>")
    assert [number for number in range(MOST + 2) if f"answer {number}" in shown] == [2, 3, 4, 5, 6]


def test_an_answer_to_the_same_comment_takes_the_place_of_the_first() -> None:
    twice = Answers(ON).with_answer(Answered(5, "m", "x", "first")).with_answer(Answered(5, "m", "x", "second"))

    assert [one.text for one in twice.answered] == ["second"]


def test_what_is_in_the_way_is_said_first() -> None:
    facts = [Fact("the issue is open", True, "now"), Fact("it has the trigger label", False, "acs")]

    assert why_words([*facts, Fact("its tests pass", None, "running")]) == (
        "In the way: it has the trigger label.\n\n"
        "| what | | fact |\n|---|---|---|\n"
        "| the issue is open | ✅ | now |\n"
        "| it has the trigger label | ❌ | acs |\n"
        "| its tests pass | ⏳ | running |"
    )


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        pytest.param(DecidedAgain(Lane("a")), "is done again from its beginning", id="decided again"),
        pytest.param(Underway(Lane("a")), "is being worked on already", id="underway"),
        pytest.param(NothingFailed(), "nothing of it failed", id="nothing failed"),
        pytest.param(BodyForgotten(), "too old", id="too old"),
        pytest.param(AskedGitHub(7), "never arrived, and is asked for again", id="asked for"),
        pytest.param(Unknown(None), "is not kept any more", id="unknown"),
    ],
)
def test_it_is_said_what_came_of_a_redelivery(
    outcome: DecidedAgain | Underway | NothingFailed | BodyForgotten | AskedGitHub | Unknown, said: str
) -> None:
    assert said in redelivered_words(outcome, "0f4e3a8c")


def test_the_page_of_commands_is_the_tables(request: pytest.FixtureRequest) -> None:
    written = (request.config.rootpath / "docs" / "commands.md").read_text()

    assert written == page(), "python -m app.conversation.commands.page > docs/commands.md"
