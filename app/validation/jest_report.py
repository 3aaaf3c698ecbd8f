"""Reading the JSON that `jest --json --testLocationInResults` writes.

https://jestjs.io/docs/cli#--json and https://jestjs.io/docs/cli#--testlocationinresults
"""

from collections.abc import Collection, Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from app.domain.plain_text import one_line, plain
from app.domain.tests_report import TestResult, Verdict
from app.validation.tool_report import MESSAGE_LENGTH, NAME_LENGTH, TESTS_READ, ToolReport, Unreadable, inside

Count = Annotated[int, Field(ge=0, le=TESTS_READ)]
Status = Literal["passed", "failed", "pending", "skipped", "todo", "disabled", "focused"]

_VERDICTS: dict[Status, Verdict] = {
    "passed": "pass",
    "focused": "pass",
    "failed": "fail",
    "pending": "skipped",
    "skipped": "skipped",
    "todo": "skipped",
    "disabled": "skipped",
}


class _Written(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True, alias_generator=to_camel)


class _Location(_Written):
    line: Annotated[int, Field(ge=1, le=10_000_000)]


class _Assertion(_Written):
    full_name: str
    status: Status
    duration: Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)] | None = None
    location: _Location | None = None
    failure_messages: Annotated[list[str], Field(max_length=1_000)] = []


class _Suite(_Written):
    name: str
    status: Literal["passed", "failed", "pending", "skipped", "focused"]
    message: str = ""
    assertion_results: Annotated[list[_Assertion], Field(max_length=TESTS_READ)]


class _Report(_Written):
    success: bool
    num_total_test_suites: Count
    num_runtime_error_test_suites: Count
    num_total_tests: Count
    num_passed_tests: Count
    num_failed_tests: Count
    test_results: Annotated[list[_Suite], Field(max_length=TESTS_READ)]


def read_jest(report: bytes, paths: Collection[str]) -> ToolReport | Unreadable:
    """What the report says about a repository that has the files `paths`."""
    try:
        written = _Report.model_validate_json(report)
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors(include_url=False)[0]["loc"])
        return Unreadable(f"does not have the shape of Jest's ({one_line(place, 100) or 'not JSON'})")
    named = [inside(paths, suite.name) for suite in written.test_results]
    return ToolReport(
        results=tuple(
            result
            for suite, path in zip(written.test_results, named, strict=True)
            for result in _results(suite, path, paths)
        ),
        files=frozenset(path for path in named if path),
        strange_files=named.count(None),
        contradiction=_contradiction(written),
    )


def _results(suite: _Suite, path: str | None, paths: Collection[str]) -> Iterator[TestResult]:
    if suite.status == "failed" and not any(test.status == "failed" for test in suite.assertion_results):
        yield TestResult(
            suite="unit",
            name=f"{path or 'A test file'} did not run",
            verdict="error",
            duration_ms=0,
            path=path,
            line=_failing_line(suite.message, path, paths) or 1,
            message=plain(suite.message, MESSAGE_LENGTH),
        )
    for test in suite.assertion_results:
        yield _result(test, path, paths)


def _result(test: _Assertion, path: str | None, paths: Collection[str]) -> TestResult:
    verdict = _VERDICTS[test.status]
    text = "\n\n".join(test.failure_messages) if verdict == "fail" else ""
    written_at = test.location.line if test.location else None
    return TestResult(
        suite="unit",
        name=one_line(test.full_name, NAME_LENGTH) or "(a test without a name)",
        verdict=verdict,
        duration_ms=round(test.duration or 0),
        path=path,
        line=_failing_line(text, path, paths) or written_at,
        message=_told(text, paths) or None,
    )


def _failing_line(text: str, path: str | None, paths: Collection[str]) -> int | None:
    """The line of the innermost stack frame that is in the test file itself."""
    frames = (_frame(line) for line in _beginning(text))
    return next((line for file, line in frames if path and line and inside(paths, file) == path), None)


def _told(text: str, paths: Collection[str]) -> str:
    """The message without the stack frames of Jest and Node.js, and with paths as the repository has them."""
    lines: list[str] = []
    for line in _beginning(text):
        if line.startswith("    at "):
            path, number = inside(paths, _frame(line)[0]), _frame(line)[1]
            lines += [f"    at {path}:{number}"] if path and number else []
        else:
            lines.append(line)
    return plain("\n".join(lines), MESSAGE_LENGTH)


def _beginning(text: str) -> list[str]:
    return text[: 4 * MESSAGE_LENGTH].splitlines()


def _frame(line: str) -> tuple[str, int]:
    """The file and line of `at name (file:line:column)` or `at file:line:column`; line 0 where it is neither."""
    line = line.strip()
    place = line.removeprefix("at ").removeprefix("async ")
    if place.endswith(")"):
        place = place.partition(" (")[2].removesuffix(")")
    file, _, position = place.rpartition(":")[0].rpartition(":")
    is_frame = line.startswith("at ") and position.isascii() and position.isdigit() and len(position) < 8
    return (file, int(position)) if is_frame else ("", 0)


def _contradiction(written: _Report) -> str:
    tests = [test.status for suite in written.test_results for test in suite.assertion_results]
    claimed = (
        written.num_total_test_suites,
        written.num_total_tests,
        written.num_passed_tests,
        written.num_failed_tests,
    )
    listed = (len(written.test_results), len(tests), tests.count("passed"), tests.count("failed"))
    if claimed != listed:
        return f"counts {claimed[1]} tests in {claimed[0]} files and lists {listed[1]} in {listed[0]}"
    bad = written.num_failed_tests + sum(suite.status == "failed" for suite in written.test_results)
    if written.success and (bad or written.num_runtime_error_test_suites):
        return "calls itself a success and lists failures"
    return ""
