"""What running a repository's tests showed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

Verdict = Literal["pass", "fail", "error", "not_applicable", "skipped"]
Suite = Literal["unit", "integration", "e2e", "performance"]

RESULTS_KEPT = 1_000
MESSAGE_CHARACTERS_KEPT = 256 * 1024

_ORDER: dict[Verdict, int] = {"fail": 0, "error": 1, "pass": 2, "skipped": 3, "not_applicable": 4}


@dataclass(frozen=True, slots=True)
class TestResult:
    """One test, or (verdict `error`) a test file that did not run.

    `path` and `line` are inside the repository, and say where a failure is to be shown.
    """

    suite: Suite
    name: str
    verdict: Verdict
    duration_ms: int
    path: str | None = None
    line: int | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class TestsReport:
    """The outcome of one run of the tests on one head SHA.

    `verdict` is `error` when ACS could not tell (no parseable report, dependencies that do not install, a test run
    that was stopped), and `reason` then says why and what to do next; on other verdicts `reason` is what a person
    should know besides. `timed_out` is true when the deadline ended the run.

    `looked_at` counts the tests that ran to an end, `failed` those of them that failed; `skipped` and `not_run` (files
    or tests that broke before they could be judged) count apart. They count everything, `results` is what `kept` kept.
    """

    verdict: Verdict
    tool: str
    tool_version: str
    looked_at: int
    duration_ms: int
    results: tuple[TestResult, ...] = ()
    reason: str = ""
    timed_out: bool = False
    output_tail: str = ""
    failed: int = 0
    skipped: int = 0
    not_run: int = 0


def kept(results: Iterable[TestResult]) -> tuple[TestResult, ...]:
    """The results worth keeping, small enough for a job's argument: failures first, else in the order given.

    At most 1,000 results, and at most 256 Ki characters of their messages together.
    """
    chosen = sorted(results, key=lambda result: _ORDER[result.verdict])[:RESULTS_KEPT]
    return tuple(_with_messages_up_to(MESSAGE_CHARACTERS_KEPT, chosen))


def together(reports: Sequence[TestsReport]) -> TestsReport:
    """One report on several runs, at least one: it passes when all pass, and fails when one fails."""
    if len(reports) == 1:
        return reports[0]
    return TestsReport(
        verdict=min((report.verdict for report in reports), key=_ORDER.__getitem__),
        tool=" and ".join(report.tool for report in reports),
        tool_version=" and ".join(report.tool_version for report in reports),
        looked_at=sum(report.looked_at for report in reports),
        duration_ms=sum(report.duration_ms for report in reports),
        results=kept(result for report in reports for result in report.results),
        reason=" ".join(report.reason for report in reports if report.reason),
        timed_out=any(report.timed_out for report in reports),
        output_tail="\n".join(report.output_tail for report in reports if report.output_tail),
        failed=sum(report.failed for report in reports),
        skipped=sum(report.skipped for report in reports),
        not_run=sum(report.not_run for report in reports),
    )


def _with_messages_up_to(budget: int, results: Iterable[TestResult]) -> Iterable[TestResult]:
    for result in results:
        budget -= len(result.message or "")
        yield result if budget >= 0 else replace(result, message=None)
