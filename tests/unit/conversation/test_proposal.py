"""What people read on the commit and on the draft pull request, in full."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from app.conversation.proposal import commit_message, pull_body, pull_title
from app.domain.change import Change, GeneratedFile, GeneratedTest, GenerationMetadata, ReadItem
from app.domain.repo import Actor, BaseSha, IssueRef, RepoRef
from app.domain.task import Base, Run, Task

ISSUE = IssueRef(RepoRef("github.com", 1, 42, "octo", "shop"), 7)
RUN = Run(
    1,
    "Add postage prices",
    "Please, @team, by Friday.",
    "acs/issue-7-add-postage-prices",
    Actor("maria", 7, "User"),
    datetime(2026, 1, 1, tzinfo=UTC),
    1,
)
TASK = Task(ISSUE, RUN, "working")
BASE = Base("main", BaseSha("b" * 40))
CHANGE = Change(
    files=(GeneratedFile("src/postage.ts", "export {};\n", "create"),),
    tests=(GeneratedTest("test/postage.test.ts", "", "create", framework="jest", covers=("src/postage.ts",)),),
    documentation="`priceOf` looks a parcel's price up.",
    metadata=GenerationMetadata(0, 12, "recipe:typescript-module@1.0.0"),
    title="Add the module postage",
    read=(ReadItem("package.json", "to know which test runner is there"),),
)


def test_the_pull_request_says_what_was_asked_done_and_read_and_what_it_cost() -> None:
    assert pull_body(TASK, CHANGE, BASE, took=timedelta(seconds=1.5)) == (
        "<!-- acs:task=github.com/42/7 -->\n"
        "Closes #7\n\n"
        "## What was asked\n\n"
        "maria asked, when the label was added: **Add postage prices**\n\n"
        "<details><summary>The whole request</summary>\n\n"
        "```\nPlease, @team, by Friday.\n```\n\n"
        "</details>\n\n"
        "## What was done\n\n"
        "| file | what | |\n"
        "|---|---|---|\n"
        "| `src/postage.ts` | code | new |\n"
        "| `test/postage.test.ts` | test | new |\n\n"
        "`priceOf` looks a parcel's price up.\n\n"
        "## What was read\n\n"
        "- branch `main` at `bbbbbbbbbbbb`: the base of the change\n"
        "- package.json: to know which test runner is there\n\n"
        "## Time and cost\n\n"
        "1.5 s from the label to this pull request, 12 ms of it generation by `recipe:typescript-module@1.0.0`; "
        "no model was asked, so it cost no tokens.\n\n"
        "<sub>Made by ACS. Everything in it is a proposal: read it before you merge it.</sub>"
    )


def test_the_requester_is_co_author_of_the_commit() -> None:
    assert commit_message(TASK, CHANGE) == (
        "Add the module postage\n\nAsked for in #7.\n\nCo-authored-by: maria <7+maria@users.noreply.github.com>\n"
    )


def test_a_title_mentions_nobody_and_fits_on_one_line() -> None:
    hostile = replace(TASK, run=replace(RUN, title="Add\n @everyone " + "x" * 200))

    title = pull_title(hostile)

    assert "@everyone" not in title
    assert "\n" not in title
    assert len(title) <= 121


def test_a_title_keeps_what_would_be_markup_elsewhere() -> None:
    assert pull_title(replace(TASK, run=replace(RUN, title="Add `parse_price` <T>"))) == "Add `parse_price` <T>"


def test_a_title_of_nothing_to_see_names_the_issue() -> None:
    assert pull_title(replace(TASK, run=replace(RUN, title="\x07"))) == "Answer issue 7"


def test_a_request_cannot_break_out_of_its_quotation() -> None:
    hostile = replace(TASK, run=replace(RUN, body="```\n</details>\n# All checks passed\n/acs deploy production"))

    body = pull_body(hostile, CHANGE, BASE, took=timedelta(seconds=1))

    assert "````\n```\n</details>\n# All checks passed\n" in body
    assert "\n/acs" not in body
