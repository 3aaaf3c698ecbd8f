"""What people read in the progress comment, in full."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from app.conversation.progress import cancelled_message, failure_message, progress_comment, refusal
from app.domain.repo import Actor, BaseSha, HeadSha, IssueRef, RepoRef
from app.domain.task import Base, Proposal, Run, Task, TestsNote

START = datetime(2026, 1, 1, tzinfo=UTC)
ISSUE = IssueRef(RepoRef("github.com", 1, 42, "octo", "shop"), 7)
RUN = Run(1, "Add a parser", "", "acs/issue-7-add-a-parser", Actor("maria", 7, "User"), START, 1)
TASK = Task(ISSUE, RUN, "working")
PROPOSAL = Proposal(
    8, "https://github.com/octo/shop/pull/8", RUN.branch, Base("main", BaseSha("b" * 40)), HeadSha("c" * 40), True
)
PROPOSED = TASK.proposed(PROPOSAL, START + timedelta(seconds=1.26))


def test_a_run_that_goes_on_says_what_comes_and_how_to_stop_it() -> None:
    assert progress_comment(TASK) == (
        "<!-- acs:task=github.com/42/7 -->\n"
        "### ⏳ Working on it\n\n"
        "The request was taken as it stood when the label was added. A draft pull request follows here; "
        "remove the label or close the issue to stop.\n\n"
        "<sub>Run 1, asked for by maria</sub>\n"
    )


def test_a_run_that_is_done_links_what_it_made() -> None:
    assert progress_comment(PROPOSED) == (
        "<!-- acs:task=github.com/42/7 -->\n"
        "### ✅ Done: a draft pull request is open\n\n"
        "- Pull request: #8\n"
        "- Branch: `acs/issue-7-add-a-parser`, made from `main` at `bbbbbbbbbbbb`\n"
        "- Commit: `cccccccccccc`, signed\n"
        "- Tests: waiting for the first check\n\n"
        "<sub>Run 1, asked for by maria · 1.3 s</sub>\n"
    )


def test_the_last_check_is_told_in_the_progress_comment() -> None:
    noted = replace(PROPOSED, tests=TestsNote(HeadSha("c" * 40), True, "12 tests passed in 1.4 s"))

    assert "- Tests: 12 tests passed in 1.4 s\n" in progress_comment(noted)


def test_a_commit_that_the_host_did_not_sign_is_not_called_signed() -> None:
    unsigned = replace(PROPOSED, proposal=replace(PROPOSAL, is_verified=False))

    assert "- Commit: `cccccccccccc`, not signed\n" in progress_comment(unsigned)


def test_a_run_that_failed_says_why_and_what_to_do_next() -> None:
    failed = TASK.ended("failed", START + timedelta(seconds=2), failure_message("octo/shop has no commit yet"))

    assert progress_comment(failed) == (
        "<!-- acs:task=github.com/42/7 -->\n"
        "### ❌ This did not work\n\n"
        "octo/shop has no commit yet\n\n"
        "Remove the label and add it again to try once more.\n\n"
        "<sub>Run 1, asked for by maria · 2.0 s</sub>\n"
    )


def test_a_run_that_was_taken_back_says_by_whom() -> None:
    cancelled = TASK.ended("cancelled", START, cancelled_message("maria", "removed the label"))

    assert "maria removed the label. Nothing was changed. Add the label again to start over." in progress_comment(
        cancelled
    )


def test_somebody_who_may_not_start_work_is_told_in_one_polite_sentence() -> None:
    reason = "eve has read permission, and starting work takes write permission"

    assert refusal(reason, "<!-- acs:refused=9 -->") == (
        "<!-- acs:refused=9 -->\n"
        "Thank you for asking; eve has read permission, and starting work takes write permission, "
        "so ACS leaves this one to the maintainers.\n"
    )
