"""The text that asks a model to mend what failed: that alone, with the real lines, quoted as data and bounded."""

from app.generation.edits.applying import apply
from app.generation.edits.edit import Replace
from app.generation.edits.repair import MAX_CHARS, repair_prompt, repair_prompt_of
from app.generation.edits.result import Rejected
from tests.fakes.checkout import FakeCheckout
from tests.unit.generation.edits.answering import read

FILE = "first\nsecond\nthird\n```\nfourth\nfifth\nsixth\nseventh\n"


def test_a_repair_prompt_holds_what_failed_and_what_is_kept() -> None:
    edits = [
        Replace("a.md", ("third", "```", "forth"), ("x",), 4),
        Replace("a.md", ("seventh",), ("y",), 12),
    ]
    rejected = apply(edits, FakeCheckout({"a.md": FILE}))
    assert isinstance(rejected, Rejected)

    assert repair_prompt_of(rejected) == (
        "1 of your edits could not be applied, so nothing was changed. Send these again, mended:\n"
        "\n"
        "1. answer line 4: a.md has no such lines: copy them from the file as it is now (not found)\n"
        "You wrote:\n"
        "````\n"
        "third\n"
        "```\n"
        "forth\n"
        "````\n"
        "The file has, lines 1 to 7:\n"
        "````\n"
        "first\n"
        "second\n"
        "third\n"
        "```\n"
        "fourth\n"
        "fifth\n"
        "sixth\n"
        "````\n"
        "\n"
        "These edits fit and are kept: do not send them again.\n"
        "- a.md (answer line 12)"
    )


def test_a_repair_prompt_of_an_answer_that_could_not_be_read_names_its_line() -> None:
    edits, problems = read("search-replace", "a.ts\n<<<<<<< SEARCH\nx\n")

    assert repair_prompt(problems, edits) == (
        "1 of your edits could not be applied, so nothing was changed. Send these again, mended:\n"
        "\n"
        "1. answer line 2: a.ts has a block that breaks off before its end: the answer was cut, or `>>>>>>> REPLACE` "
        "is missing (unfinished)"
    )


def test_a_repair_prompt_is_never_long() -> None:
    lines = tuple(f"{'x' * 1_000}{number}" for number in range(100))
    edits = [Replace(f"{number}.md", (*lines, "nowhere"), ("y",), number) for number in range(1, 200)]
    files = {f"{number}.md": "\n".join(lines) for number in range(1, 200)}
    rejected = apply(edits, FakeCheckout(files))
    assert isinstance(rejected, Rejected)

    prompt = repair_prompt_of(rejected)

    assert len(prompt) <= MAX_CHARS
    assert "The rest is left out here because it is too long." in prompt
