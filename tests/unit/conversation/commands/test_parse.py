"""What a comment asks for: the grammar, and everything that is nobody's command."""

import pytest

from app.conversation.commands.answers import help_words
from app.conversation.commands.arguments import Parameter, read_arguments
from app.conversation.commands.parse import parse
from app.conversation.commands.table import TABLE
from app.domain.command import (
    Cancel,
    Command,
    CommandProblem,
    Help,
    NotForUs,
    Pause,
    Ping,
    ProblemReason,
    Redeliver,
    Resume,
    Retry,
    Run,
    Status,
    Version,
    Why,
)

GUID = "0f4e3a8c-1111-4222-8333-944455556666"
DEEP = Parameter("deep", "takes its time")


@pytest.mark.parametrize(
    ("body", "command"),
    [
        pytest.param("/acs", Help(), id="nothing but the word"),
        pytest.param("/acs help", Help(), id="help"),
        pytest.param("/acs help run", Help("run"), id="help with a verb"),
        pytest.param("/acs help templates", Help("templates"), id="help with templates"),
        pytest.param("/acs status", Status(), id="status"),
        pytest.param("/acs why", Why(), id="why"),
        pytest.param("/acs ping", Ping(), id="ping"),
        pytest.param("/acs version", Version(), id="version"),
        pytest.param("/acs run", Run(), id="run"),
        pytest.param("/acs run --spec docs/story.md", Run("docs/story.md"), id="an option and its value"),
        pytest.param("/acs run --spec=docs/story.md", Run("docs/story.md"), id="an option with an equals sign"),
        pytest.param('/acs run --spec "docs/a b.md"', Run("docs/a b.md"), id="a value in quotes"),
        pytest.param('/acs run --spec="docs/a b.md"', Run("docs/a b.md"), id="a value in quotes behind equals"),
        pytest.param("/acs run --spec docs/__init__.md", Run("docs/__init__.md"), id="a path that looks like emphasis"),
        pytest.param("/acs run --spec .github/story.md", Run(".github/story.md"), id="a hidden folder"),
        pytest.param("/acs retry", Retry(), id="retry"),
        pytest.param("/acs cancel", Cancel(), id="cancel"),
        pytest.param("/acs pause", Pause(), id="pause"),
        pytest.param('/acs pause --reason "a release"', Pause("a release"), id="a reason"),
        pytest.param("/acs pause --reason can't", Pause("can't"), id="an apostrophe is no quote"),
        pytest.param("/acs resume", Resume(), id="resume"),
        pytest.param(f"/acs redeliver {GUID}", Redeliver(GUID), id="an argument"),
        pytest.param("/ACS Status", Status(), id="upper case"),
        pytest.param("  /acs\tstatus  ", Status(), id="white space"),
        pytest.param("\n\n/acs status\n\nThank you!", Status(), id="empty lines before, words after"),
        pytest.param("\r\n/acs status\r\nThank you!", Status(), id="line ends of a browser"),
        pytest.param("／ａｃｓ ｓｔａｔｕｓ", Status(), id="full-width letters"),
        pytest.param("/acs retry <!-- once more -->", Retry(), id="an HTML comment behind it"),
        pytest.param("/acs retry `please`", Retry(), id="code behind it"),
        pytest.param("/acs retry [now](https://example.com)", Retry(), id="a link behind it"),
        pytest.param("/acs retry\n\n> /acs cancel", Retry(), id="a quoted command behind it"),
        pytest.param("/acs retry\n\n```\n/acs cancel\n```", Retry(), id="a command in code behind it"),
        pytest.param("/acs retry\n- /acs cancel", Retry(), id="a command in a list behind it"),
    ],
)
def test_a_comment_asks_for_this(body: str, command: Command) -> None:
    assert parse(body) == command


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("", id="nothing"),
        pytest.param("\n \n", id="empty lines"),
        pytest.param("Looks good to me", id="words"),
        pytest.param("Please write /acs run", id="a command within a line"),
        pytest.param("Thanks!\n/acs run", id="a command in the second line"),
        pytest.param("/acsrun", id="a longer word"),
        pytest.param("/acs-run", id="a hyphen"),
        pytest.param("acs run", id="no slash"),
        pytest.param("//acs run", id="two slashes"),
        pytest.param("> /acs run", id="a quote"),
        pytest.param(">/acs run", id="a quote without a space"),
        pytest.param("    /acs run", id="indented code"),
        pytest.param("\t/acs run", id="code by a tab"),
        pytest.param("```\n/acs run\n```", id="fenced code"),
        pytest.param("`/acs run`", id="a code span"),
        pytest.param("<!-- /acs run -->", id="an HTML comment"),
        pytest.param("<!--\n/acs run\n-->", id="a command inside an HTML comment"),
        pytest.param("<!-- note -->\n/acs run", id="an HTML comment is the first line"),
        pytest.param("<details>\n/acs run\n</details>", id="HTML"),
        pytest.param("- /acs run", id="a list"),
        pytest.param("1. /acs run", id="a numbered list"),
        pytest.param("# /acs run", id="a heading"),
        pytest.param("[/acs run](https://example.com)", id="a link"),
        pytest.param("![/acs run](https://example.com/a.png)", id="an image"),
        pytest.param("**/acs run**", id="emphasis"),
        pytest.param("\\/acs run", id="an escaped slash"),
        pytest.param("&sol;acs run", id="an entity"),
        pytest.param("I agree.\n\nOn Mon, ACS wrote:\n> " + help_words().replace("\n", "\n> "), id="an e-mail reply"),
        pytest.param("> " + help_words().replace("\n", "\n> ") + "\n\nThanks", id="a reply below the help text"),
        pytest.param(help_words(), id="the help text itself"),
    ],
)
def test_a_comment_is_not_for_acs(body: str) -> None:
    assert parse(body) == NotForUs()


@pytest.mark.parametrize(
    ("body", "reason", "did_you_mean"),
    [
        pytest.param("/acs runn", "unknown_verb", "run", id="a typo"),
        pytest.param("/acs statsu", "unknown_verb", "status", id="letters swapped"),
        pytest.param("/acs xyzzy", "unknown_verb", None, id="nothing near"),
        pytest.param("/acs help hlep", "bad_value", "help", id="a typo in what help is about"),
        pytest.param("/acs run --spce a.md", "unknown_option", "--spec", id="a typo in an option"),
        pytest.param("/acs run —spec a.md", "unknown_option", "--spec", id="a dash of a telephone"),
        pytest.param("/acs status --all", "unknown_option", None, id="an option where there are none"),
        pytest.param("/acs run --spec=a --spec=b", "duplicate_option", None, id="an option twice"),
        pytest.param("/acs run --spec", "missing_value", None, id="no value"),
        pytest.param("/acs run --spec --reason", "missing_value", None, id="an option for a value"),
        pytest.param("/acs run --spec `a.md`", "missing_value", None, id="a value in code"),
        pytest.param("/acs run --spec=", "bad_value", None, id="an empty value"),
        pytest.param("/acs run --spec ../secrets", "bad_value", None, id="a path that leads out"),
        pytest.param("/acs run --spec docs/../../etc", "bad_value", None, id="a path that leads out later"),
        pytest.param("/acs run --spec /etc/passwd", "bad_value", None, id="an absolute path"),
        pytest.param("/acs run --spec docs\\a.md", "bad_value", None, id="a backslash"),
        pytest.param("/acs run --spec a//b", "bad_value", None, id="an empty folder"),
        pytest.param(f"/acs pause --reason {'x' * 201}", "bad_value", None, id="a long reason"),
        pytest.param("/acs redeliver", "missing_argument", None, id="no argument"),
        pytest.param(f"/acs redeliver {GUID} {GUID}", "unexpected_argument", None, id="two arguments"),
        pytest.param("/acs run ; rm -rf /", "unexpected_argument", None, id="a shell is not there"),
        pytest.param("/acs run $(id)", "unexpected_argument", None, id="nor is its substitution"),
        pytest.param('/acs pause --reason "a release', "unclosed_quote", None, id="half a quote"),
        pytest.param("/acs run " + "x" * 292, "too_long", None, id="301 characters"),
        pytest.param("/acs run\n/acs cancel", "more_than_one", None, id="two commands"),
        pytest.param("/acs run\n\nand then\n\n/acs cancel", "more_than_one", None, id="a second command further down"),
        pytest.param("/acs \u202enur", "hidden_characters", None, id="right to left"),
        pytest.param("\u200b/acs run", "hidden_characters", None, id="a space without width before it"),
        pytest.param("/a\u00adcs run", "hidden_characters", None, id="a soft hyphen within it"),
        pytest.param("/acs run\u2028/acs cancel", "hidden_characters", None, id="a line separator"),
        pytest.param("/acs run \u3164", "hidden_characters", None, id="a filler"),
        pytest.param("/acs run \x1b[2J", "hidden_characters", None, id="a terminal sequence"),
        pytest.param("/acs run \U000e0072\U000e0075", "hidden_characters", None, id="tags"),
    ],
)
def test_a_comment_that_cannot_be_understood_says_why(
    body: str, reason: ProblemReason, did_you_mean: str | None
) -> None:
    problem = parse(body)

    assert isinstance(problem, CommandProblem)
    assert (problem.reason, problem.did_you_mean) == (reason, did_you_mean)


def test_a_line_of_300_characters_is_read() -> None:
    assert parse('/acs pause --reason "' + "x" * 200 + '"' + " " * 78) == Pause("x" * 200)


def test_an_option_without_a_value_is_there_or_not() -> None:
    assert read_arguments(["--deep"], None, [DEEP]) == {"deep": "--deep"}
    assert read_arguments([], None, [DEEP]) == {}
    problem = read_arguments(["--deep=yes"], None, [DEEP])
    assert isinstance(problem, CommandProblem)
    assert problem.reason == "unexpected_value"


def test_the_table_has_a_row_for_each_command_by_its_name() -> None:
    assert {one.verb for one in TABLE} == {kind.__name__.lower() for kind in Command.__args__}
