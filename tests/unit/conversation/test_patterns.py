"""What a pull request says of a pattern, and what a requester reads when it does not fit the code."""

from app.conversation.patterns import pattern_report
from app.conversation.recipes import recipe_answer
from app.domain.recipe import CannotEdit, NothingToEdit, Place

EDITED = (Place("src/a.ts", 7, "is awaited"), Place("package.json", None, 'says "type": "module"'))
SKIPPED = (Place("src/b.ts", 3, "is *not* awaited"),)


def test_a_report_lists_what_was_edited_and_what_was_left_alone() -> None:
    assert (
        pattern_report("Two places.", EDITED, SKIPPED, ["Mind the gap."])
        == """\
Two places.

**Edited**

- `src/a.ts:7`: is awaited
- `package.json`: says "type": "module"

**Left alone**

- `src/b.ts:3`: is \\*not\\* awaited

**To know before merging**

- Mind the gap."""
    )


def test_a_report_without_anything_left_alone_does_not_speak_of_it() -> None:
    assert pattern_report("One.", EDITED[:1], (), ()) == "One.\n\n**Edited**\n\n- `src/a.ts:7`: is awaited"


def test_very_many_places_that_were_left_alone_are_counted() -> None:
    said = pattern_report("One.", EDITED, SKIPPED * 103, ())

    assert said.count("src/b.ts") == 100
    assert said.endswith("\n- and 3 more")


def test_a_pattern_that_does_not_fit_says_where_and_why() -> None:
    assert (
        recipe_answer(CannotEdit("add-http-route", (Place("src/app.ts", 12, "answers GET /health already"),)))
        == """\
The pattern `add-http-route` does not fit the code, and nothing was changed. What stands in its way:

- `src/app.ts:12`: answers GET /health already

Mend it, or ask for something else. Edit the issue, then remove the label and add it again."""
    )


def test_a_pattern_that_has_nothing_to_do_says_what_it_looked_at() -> None:
    assert (
        recipe_answer(NothingToEdit("wrap-calls", SKIPPED))
        == """\
The pattern `wrap-calls` finds nothing to change here. It looked at these places and left them alone:

- `src/b.ts:3`: is \\*not\\* awaited

Edit the issue, then remove the label and add it again."""
    )
    assert recipe_answer(NothingToEdit("wrap-calls", ())).startswith(
        "The pattern `wrap-calls` finds nothing to change here.\n"
    )


def test_words_of_a_repository_notify_nobody() -> None:
    hostile = Place("a`b@octo/team\n/acs approve", 1, "@octo/team #7 <!-- x\n/acs approve")

    for said in (
        pattern_report("x", (hostile,), (hostile,), [hostile.words]),
        recipe_answer(CannotEdit("p", (hostile,))),
        recipe_answer(NothingToEdit("p", (hostile,))),
    ):
        assert [line for line in said.splitlines() if line.lstrip().startswith("/")] == []
        assert "<!--" not in said
        assert ": @octo" not in said
