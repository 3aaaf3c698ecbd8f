"""Believing a test tool, or not: its report and its exit status must both be there and say the same.

Exit statuses lie by themselves (a test that calls `process.exit(0)`), and so do reports: any doubt is `error`.
"""

from dataclasses import replace
from datetime import timedelta

from app.domain.plain_text import plain
from app.domain.tests_report import TestsReport, kept
from app.ports.sandbox import Limits, Outcome
from app.validation.tool_report import ToolReport, Unreadable

OUTPUT_TAIL = 4_000


def judge(
    tool: str, tool_version: str, outcome: Outcome, report: ToolReport | Unreadable | None, limits: Limits
) -> TestsReport:
    """What one run of the tests showed; `report` is `None` where the tool left none."""
    run = TestsReport(
        verdict="error",
        tool=tool,
        tool_version=tool_version,
        looked_at=0,
        duration_ms=outcome.duration // timedelta(milliseconds=1),
        timed_out=outcome.ended == "timed_out",
        output_tail=_tail(outcome.output),
    )
    if outcome.ended != "exited":
        return replace(run, reason=_stopped(tool, outcome, limits))
    if report is None:
        return replace(run, reason=_no_report(tool, outcome))
    if isinstance(report, Unreadable):
        return replace(run, reason=f"The report that {tool} left {report.reason}, so nothing in it counts.")
    return _believed(_counted(run, report), report, outcome.exit_code)


def _counted(run: TestsReport, report: ToolReport) -> TestsReport:
    verdicts = [result.verdict for result in report.results]
    return replace(
        run,
        looked_at=verdicts.count("pass") + verdicts.count("fail"),
        failed=verdicts.count("fail"),
        skipped=verdicts.count("skipped"),
        not_run=verdicts.count("error"),
        results=kept(report.results),
    )


def _believed(run: TestsReport, report: ToolReport, exit_code: int | None) -> TestsReport:
    doubt = _doubt(run, report, exit_code)
    if doubt:
        return replace(run, reason=doubt)
    if run.failed:
        return replace(run, verdict="fail")
    return replace(run, verdict="pass", output_tail="")


def _doubt(run: TestsReport, report: ToolReport, exit_code: int | None) -> str:
    """Why the report proves nothing; empty where it can be believed."""
    if report.contradiction:
        return f"The report that {run.tool} left contradicts itself: it {report.contradiction}."
    if report.strange_files:
        return f"The report that {run.tool} left names test files that are not in the repository."
    if exit_code == 0 and (run.failed or run.not_run):
        return (
            f"{run.tool} reports {run.failed + run.not_run} failures, and ended with exit status 0, as if all was well."
        )
    if run.failed:
        return ""
    if run.not_run:
        return f"Not everything ran ({run.not_run} did not): what stopped it is shown below."
    if run.looked_at == 0:
        return f"{run.tool} ran no tests ({run.skipped} were skipped): add a test, or let one run."
    if exit_code != 0:
        return (
            f"{run.tool} reports that all {run.looked_at} tests passed, and ended with exit status {exit_code}, "
            "as if something was wrong: its last words are below."
        )
    return ""


def _stopped(tool: str, outcome: Outcome, limits: Limits) -> str:
    match outcome.ended:
        case "timed_out":
            seconds = f"{limits.deadline.total_seconds():g} s"
            return (
                f"{tool} was stopped after {seconds}, before it had finished: look for a test that waits for something "
                "that never comes, or for a loop without an end."
            )
        case "out_of_memory":
            mebibytes = limits.memory_bytes // 1024**2
            return f"{tool} was stopped when it needed more than {mebibytes} MiB of memory: look for what grows."
        case "killed" | "exited":
            return f"{tool} was killed before it had finished: its last words are below."


def _no_report(tool: str, outcome: Outcome) -> str:
    return (
        f"{tool} ended with exit status {outcome.exit_code} and left no report: either it could not start, or a test "
        "ended the whole run (`process.exit`, `os._exit`). Its last words are below."
    )


def _tail(output: str) -> str:
    return plain(output[-4 * OUTPUT_TAIL :], 4 * OUTPUT_TAIL)[-OUTPUT_TAIL:]
