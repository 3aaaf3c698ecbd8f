"""The check run "ACS / tests" on a head: when it is there, what it says, and when code is run for it."""

import pytest

from app.domain.tests_report import TestResult, TestsReport, Verdict
from app.errors import RepoError, StaleFence, TransientError
from app.jobs import ConcludeTests, NoteTests, RunTests
from app.ports.code_host import Conclusion
from tests.fakes.lane import lane_lost
from tests.unit.validation.world import ANOTHER_APP, FILES, REPO, World


def report(verdict: Verdict, *, timed_out: bool = False) -> TestsReport:
    failure = TestResult("unit", "adds", "fail", 3, "src/money.test.ts", 7, "expected 2")
    return TestsReport(
        verdict,
        tool="Jest",
        tool_version="29.7.0",
        looked_at=12,
        duration_ms=1400,
        failed=1 if verdict == "fail" else 0,
        results=(failure,) if verdict == "fail" else (),
        reason="it is so" if verdict != "pass" else "",
        timed_out=timed_out,
    )


def test_a_new_head_gets_a_check_run_that_waits_and_then_its_tests_run() -> None:
    world = World()
    world.head_moves()

    world.attempt()

    assert world.state == ("queued", None, "Waiting to run the tests")
    assert (world.check.run.name, world.check.run.head_sha) == ("ACS / tests", world.head)
    assert world.waiting == [RunTests(REPO, world.head, world.check.run.id)]
    assert world.audit == [("check.queue", "queued")]


def test_a_check_run_says_that_the_tests_are_running_until_they_are_concluded() -> None:
    world = World()
    world.head_moves()

    world.attempt()
    world.attempt()
    assert world.state == ("in_progress", None, "Running the tests")
    assert world.check.started_at == world.clock.now()

    assert world.finish() == [NoteTests(REPO, world.head, True, "12 tests passed in 1.4 s")]
    assert world.state == ("completed", "success", "12 tests passed in 1.4 s")
    assert world.check.completed_at == world.clock.now()
    assert world.audit == [("check.queue", "queued"), ("tests.run", "pass"), ("check.conclude", "success")]


@pytest.mark.parametrize("write", range(1, 9))
def test_a_check_that_is_cut_short_anywhere_is_one_check_in_the_end(write: int) -> None:
    world = World()
    world.head_moves()
    world.before_write = {write: lane_lost}

    with pytest.raises(StaleFence):
        world.finish()
    world.finish()

    assert world.state == ("completed", "success", "12 tests passed in 1.4 s")
    assert world.audit == [("check.queue", "queued"), ("tests.run", "pass"), ("check.conclude", "success")]


def test_a_check_is_written_in_eight_steps() -> None:
    world = World()
    world.head_moves()

    world.finish()

    assert world.writes == 8


def test_the_code_of_a_fork_is_not_run_and_its_check_is_not_passed() -> None:
    world = World()
    world.head_moves(is_fork=True)

    world.work()

    assert world.state == ("completed", "action_required", "Not run: this commit comes from a fork")
    assert (world.sandbox.steps, world.dependencies.installed) == ([], [])


@pytest.mark.parametrize("write", range(1, 5))
def test_the_check_of_a_fork_that_is_cut_short_anywhere_is_still_not_passed(write: int) -> None:
    world = World()
    world.head_moves(is_fork=True)
    world.before_write = {write: lane_lost}

    with pytest.raises(StaleFence):
        world.work()
    world.work()

    assert world.state[:2] == ("completed", "action_required")


def test_a_re_run_is_another_check_run_on_the_same_head() -> None:
    world = World()
    world.head_moves()
    world.finish()
    world.lose_job()

    world.rerun()
    world.finish()

    first, again = world.runs
    assert (first.head_sha, first.name, first.conclusion) == (again.head_sha, again.name, again.conclusion)
    assert len(world.sandbox.steps) == 2


def test_a_re_run_of_another_apps_check_is_ignored() -> None:
    world = World()
    world.head_moves()
    world.attempt()
    world.lose_job()

    world.rerun(app_id=ANOTHER_APP)
    world.work()

    assert world.state == ("queued", None, "Waiting to run the tests")
    assert world.audit == [("check.queue", "queued")]


def test_a_re_run_on_a_head_that_was_never_announced_is_ignored() -> None:
    world = World()

    world.rerun()
    world.work()

    assert (world.runs, world.sandbox.steps, world.audit) == ([], [], [])


def test_a_re_run_does_not_run_the_code_of_a_fork_either() -> None:
    world = World()
    world.head_moves(is_fork=True)

    world.rerun()
    world.work()

    assert [run.conclusion for run in world.runs] == ["action_required", "action_required"]
    assert world.sandbox.steps == []


def test_a_head_that_a_fork_and_a_branch_share_is_run_because_the_branch_has_it() -> None:
    world = World()
    world.head_moves(is_fork=True, pull=5)
    world.head_moves()
    world.finish()
    world.lose_job()

    world.rerun()
    world.finish()

    assert [run.conclusion for run in world.runs] == ["action_required", "success", "success"]


def test_heads_are_known_by_their_pull_requests() -> None:
    world = World()
    world.head_moves(is_fork=True, pull=5)
    world.head_moves()

    world.attempt()
    world.attempt()

    places = [(number, is_fork) for (_, _, number), is_fork in world.memory.heads.items()]
    assert places == [(5, True), (8, False)]


@pytest.mark.parametrize(
    ("told", "conclusion", "passed", "title"),
    [
        pytest.param(report("pass"), "success", True, "12 tests passed in 1.4 s", id="pass"),
        pytest.param(report("fail"), "failure", False, "1 of 12 tests failed", id="fail"),
        pytest.param(report("error"), "failure", False, "Could not tell: it is so", id="error"),
        pytest.param(report("error", timed_out=True), "timed_out", False, "Could not tell: it is so", id="time-out"),
        pytest.param(report("not_applicable"), "neutral", None, "No tests to run", id="nothing to run"),
        pytest.param(report("skipped"), "skipped", None, "The tests were not run", id="skipped"),
    ],
)
def test_what_the_tests_showed_is_the_conclusion_and_is_told_to_the_task(
    told: TestsReport, conclusion: Conclusion, passed: bool | None, title: str
) -> None:
    world = World()
    world.head_moves()
    world.attempt()
    world.lose_job()
    world.arrive(ConcludeTests(REPO, world.head, world.check.run.id, told))

    assert world.finish() == [NoteTests(REPO, world.head, passed, title)]

    assert world.state == ("completed", conclusion, title)
    assert world.audit[-1] == ("check.conclude", conclusion)
    assert world.memory.audit[-1].facts == {"check_run": str(world.check.run.id), "looked_at": "12"}


def test_failures_stand_on_their_lines() -> None:
    world = World()
    world.head_moves()
    world.attempt()
    world.lose_job()

    world.arrive(ConcludeTests(REPO, world.head, world.check.run.id, report("fail")))
    world.finish()

    (remark,) = world.check.annotations
    assert (remark.path, remark.start_line, remark.level) == ("src/money.test.ts", 7, "failure")


def test_a_head_without_a_lock_file_hears_what_to_mend() -> None:
    world = World(files={"package.json": FILES["package.json"], "src/money.test.ts": b""})
    world.head_moves()

    world.finish()

    assert world.state[1] == "failure"
    assert "npm install --package-lock-only" in world.check.output.summary
    assert world.sandbox.steps == []


@pytest.mark.parametrize(
    "refusal", [RepoError("octo/shop has no commit of that name"), TransientError("GitHub did not answer")]
)
def test_a_head_that_cannot_be_read_concludes_nothing_yet(refusal: Exception) -> None:
    world = World()
    world.head_moves()
    world.attempt()
    world.checkouts.refusal = refusal

    with pytest.raises(type(refusal)):
        world.attempt()

    assert world.state == ("in_progress", None, "Running the tests")
    assert world.waiting == [RunTests(REPO, world.head, world.check.run.id)]
