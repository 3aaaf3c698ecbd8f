from datetime import timedelta

import pytest

from app.conversation.plan import criteria_text, plan_text, questions, quote_text, receipt_text, stuck_text
from app.domain.change import ForbiddenPath, TooManyFiles
from app.domain.plan import Criterion, Plan, PlannedFile, Unclear
from app.domain.receipt import Between, Quote, Receipt, StepTaken
from app.domain.stuck import NeverWritten, NoAnswer, NoBudget, NoFit, Stuck, TooMuch
from app.domain.usage import MicroUsd, Usage

QUOTE = Quote("fast", 2, seconds=Between(11, 109), cost=Between(21_200, 63_600))
PLAN = Plan(
    title="Round money half to even",
    summary="Changes `round`.\nAsk @maria.",
    lane="fast",
    risk="low",
    files=(PlannedFile("src/money.ts", "modify", "Round half to even"), PlannedFile("a.test.ts", "create", "See #7")),
    criteria=(Criterion("2.5 becomes 2", "a.test.ts: rounds"), Criterion("Faster", None, "there is no benchmark")),
    lines=100,
)


def test_questions_are_put_to_the_requester_with_what_to_do_next() -> None:
    assert questions(Unclear(("Which currency?", "Does @maria know?"))) == (
        "ACS does not guess. Before it writes anything, it needs to know:\n\n"
        "1. Which currency?\n"
        "2. Does @\u200bmaria know?\n\n"
        "Answer in the issue's text. Edit the issue, then remove the label and add it again."
    )


@pytest.mark.parametrize(
    ("stuck", "words"),
    [
        pytest.param(
            NoBudget("repository-day", MicroUsd(30_000_000), MicroUsd(29_900_000), MicroUsd(200_000)),
            "Nothing more was asked of the model: the budget of this repository for today is $30.00, $29.90 of it is "
            "spent, and the next answer can cost $0.2000.",
            id="no budget",
        ),
        pytest.param(
            NoAnswer("writing", "refused: ask @maria"),
            "While writing, the model refused: ask @\u200bmaria. Nothing of it was used.",
            id="no answer",
        ),
        pytest.param(
            NoFit(("a.ts is not there",)),
            "The model's edits could not be used, and mending them did not help. Nothing was changed:\n\n"
            "- a.ts is not there",
            id="no fit",
        ),
        pytest.param(
            TooMuch((TooManyFiles(1, ("a.ts", "b.ts")),), ("a.ts", "b.ts")),
            "The change breaks its limits, and a second attempt did too:\n\n"
            "- `maxFiles` is 1, the change has 2 files: `a.ts`, `b.ts`\n\n"
            "Ask for less in one issue. It would have touched:\n\n- `a.ts`\n- `b.ts`",
            id="too much",
        ),
        pytest.param(
            NeverWritten((ForbiddenPath(".github/workflows/ci.yml", "is inside .github/workflows"),)),
            "This request needs files that ACS never writes:\n\n"
            "- the path `.github/workflows/ci.yml` is inside .github/workflows\n\nAsk for the rest without them.",
            id="never written",
        ),
    ],
)
def test_who_asked_is_told_why_there_is_no_change_and_what_it_cost(stuck: Stuck, words: str) -> None:
    spent = Receipt((StepTaken("plan", timedelta(seconds=2), Usage(3_000, 300), MicroUsd(5_400)),))

    again = "Edit the issue, then remove the label and add it again."
    assert stuck_text(stuck, Receipt()).replace("\\", "") == f"{words}\n\n{again}"
    assert "\n\nThis took 2.0 s, 3,300 tokens and $0.0054.\n\n" in stuck_text(stuck, spent)


def test_a_plan_shows_what_will_be_done_and_what_it_will_cost() -> None:
    assert plan_text(PLAN, QUOTE) == (
        "**Round money half to even**\n\n"
        "Changes \\`round\\`. Ask @\u200bmaria.\n\n"
        "Expected: fast lane, 2 files, 11-109 s, $0.0212-$0.0636 (estimated from the plan's size); risk low.\n\n"
        "- change `src/money.ts`: Round half to even\n"
        "- new `a.test.ts`: See \\#\u200b7\n\n"
        "| what is to be true | shown by |\n"
        "|---|---|\n"
        "| 2\\.5 becomes 2 | `a.test.ts: rounds` |\n"
        "| Faster | no test: there is no benchmark |"
    )


def test_a_quote_says_where_it_comes_from() -> None:
    learnt = Quote("deep", 1, seconds=Between(60, 200), cost=Between(0, 1_200_000), learnt_from=12)

    assert quote_text(learnt) == "deep lane, one file, 60-200 s, $0.00-$1.20 (as 12 earlier changes here)"


def test_a_request_without_criteria_has_no_table_of_them() -> None:
    assert criteria_text(()) == ""


def test_a_receipt_adds_up() -> None:
    receipt = Receipt(
        (
            StepTaken("read", timedelta(milliseconds=240)),
            StepTaken("plan", timedelta(seconds=2), Usage(3_000, 300), MicroUsd(5_400)),
            StepTaken("edit", timedelta(seconds=20), Usage(12_000, 2_000, 3_000), MicroUsd(25_300)),
        )
    )

    assert receipt_text(receipt) == (
        "| step | seconds | tokens read | of them cached | written | cost |\n"
        "|---|--:|--:|--:|--:|--:|\n"
        "| reading the repository | 0.2 | 0 | 0 | 0 | $0.00 |\n"
        "| planning | 2.0 | 3,000 | 0 | 300 | $0.0054 |\n"
        "| writing | 20.0 | 12,000 | 3,000 | 2,000 | $0.0253 |\n"
        "| **in all** | 22.2 | 15,000 | 3,000 | 2,300 | $0.0307 |"
    )
