"""What running a repository's tests showed."""

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["pass", "fail", "error", "not_applicable", "skipped"]
Suite = Literal["unit", "integration", "e2e", "performance"]


@dataclass(frozen=True, slots=True)
class TestResult:
    """One test. `path` and `line` are inside the repository, and say where a failure is to be shown."""

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
    that was stopped), and `reason` then says why and what to do next. `looked_at` counts the tests that ran.
    `timed_out` is true when the deadline ended the run.
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
