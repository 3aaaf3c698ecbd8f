"""What the check run "ACS / tests" says: a title, a summary a person understands, and a remark on each failing line.

https://docs.github.com/en/rest/checks/runs#update-a-check-run
"""

from collections.abc import Iterable, Iterator
from typing import assert_never

from app.conversation.quoting import code, fenced
from app.domain.plain_text import one_line, plain
from app.domain.tests_report import TestResult, TestsReport, Verdict
from app.ports.code_host import Annotation, CheckOutput, Conclusion

TESTS_CHECK = "ACS / tests"
TITLE_LENGTH = 200
LONGEST_NAME = 200
LONGEST_BLOCK = 4_000
BLOCKS_BYTES = 60_000  # GitHub takes 65,535 bytes; the rest is for what stands around the blocks
TESTS_LISTED = 200
FAILURES_QUOTED = 20
MESSAGE_LENGTH = 1_000  # characters, of at most four bytes each

_ICONS: dict[Verdict, str] = {"pass": "✅", "fail": "❌", "error": "⚠️", "skipped": "⏭️", "not_applicable": "➖"}


def tests_queued() -> CheckOutput:
    return CheckOutput("Waiting to run the tests", "The tests of this commit run as soon as there is room for them.")


def tests_running() -> CheckOutput:
    return CheckOutput(
        "Running the tests",
        "Dependencies are installed from the lock file, then the tests run in a sandbox without network or secrets.",
    )


def forks_not_checked() -> tuple[Conclusion, CheckOutput]:
    """What stands on the head of a fork: its code is not run, and a required check is not satisfied."""
    return "action_required", CheckOutput(
        "Not run: this commit comes from a fork",
        "ACS does not run code from forks. To have it checked, a maintainer who has read it pushes it to a branch of "
        "this repository.",
    )


def tests_not_needed() -> tuple[Conclusion, CheckOutput]:
    """What stands on a head that nobody waits for any more."""
    return "cancelled", CheckOutput(
        "Not needed any more",
        "The pull request has newer commits, or is closed. Re-run this check to have these tests run all the same.",
    )


def tests_output(report: TestsReport) -> tuple[Conclusion, CheckOutput]:
    """How the check run ends, and what is to be read on it.

    Whatever came out of the repository stands in code or plain text: nobody is mentioned, nothing linked or rendered.
    """
    failures = [result for result in report.results if result.verdict in ("fail", "error")]
    output = CheckOutput(
        title=one_line(_title(report), TITLE_LENGTH),
        summary="\n\n".join([_opening(report), *_tests_by_file(report)]),
        text="\n\n".join(_within_limit([*_quoted(failures), *_last_words(report)])),
        annotations=tuple(_annotation(result, result.path) for result in failures if result.path),
    )
    return _conclusion(report), output


def _conclusion(report: TestsReport) -> Conclusion:
    match report.verdict:
        case "pass":
            return "success"
        case "fail":
            return "failure"
        case "error":
            return "timed_out" if report.timed_out else "failure"
        case "not_applicable":
            return "neutral"
        case "skipped":
            return "skipped"
        case _:
            assert_never(report.verdict)


def _title(report: TestsReport) -> str:
    match report.verdict:
        case "pass":
            return f"{_tests(report.looked_at)} passed in {report.duration_ms / 1000:.1f} s"
        case "fail":
            return f"{report.failed} of {_tests(report.looked_at)} failed"
        case "error":
            return f"Could not tell: {report.reason}"
        case "not_applicable":
            return "No tests to run"
        case "skipped":
            return "The tests were not run"
        case _:
            assert_never(report.verdict)


def _opening(report: TestsReport) -> str:
    tool = _named(f"{report.tool} {report.tool_version}".strip())
    match report.verdict:
        case "pass":
            return f"{_tests(report.looked_at)} passed{_besides(report)}, run by {tool}."
        case "fail":
            return (
                f"{report.failed} of {_tests(report.looked_at)} failed{_besides(report)}, run by {tool}. "
                "Each failure is marked on its line under *Files changed*: correct the code or the test, and push."
                + (f"\n\nBesides, ACS could not tell everything:\n\n{_block(report.reason)}" if report.reason else "")
            )
        case "error":
            return (
                f"ACS could not tell whether the tests pass:\n\n{_block(report.reason)}\n\n"
                "Mend this and push, or re-run this check if it was none of the repository's doing."
            )
        case "not_applicable" | "skipped":
            return f"This check says nothing about the change:\n\n{_block(report.reason or 'the tests were not run')}"
        case _:
            assert_never(report.verdict)


def _besides(report: TestsReport) -> str:
    skipped = f", {report.skipped} skipped" if report.skipped else ""
    return skipped + (f", {report.not_run} did not run" if report.not_run else "")


def _tests_by_file(report: TestsReport) -> Iterator[str]:
    """The tests as one list for each file, in the order of the results, up to what a check run holds."""
    files: dict[str, list[str]] = {}
    used = listed = 0
    for result in report.results[:TESTS_LISTED]:
        line = _line(result)
        heading = f"**{_named(result.path or 'Not in a file of the repository')}**\n"
        used += _size_bytes(line) + _size_bytes(heading) + 2
        if used > BLOCKS_BYTES:
            break
        files.setdefault(heading, []).append(line)
        listed += 1
    yield from ("\n".join([heading, *lines]) for heading, lines in files.items())
    unlisted = report.looked_at + report.skipped + report.not_run - listed
    if listed and unlisted > 0:
        yield f"… and {unlisted} more."


def _line(result: TestResult) -> str:
    at = f", line {result.line}" if result.line and result.verdict in ("fail", "error") else ""
    took = f" ({result.duration_ms} ms)" if result.verdict in ("pass", "fail") else ""
    return f"- {_ICONS[result.verdict]} {_named(result.name)}{at}{took}"


def _quoted(failures: list[TestResult]) -> Iterator[str]:
    for result in failures[:FAILURES_QUOTED]:
        place = f" at {_named(f'{result.path}:{result.line or 1}')}" if result.path else ""
        said = _block(result.message or "It failed without a message.")
        yield f"{_ICONS[result.verdict]} {_named(result.name)}{place}\n\n{said}"


def _last_words(report: TestsReport) -> Iterator[str]:
    if report.output_tail:
        yield f"The last lines of {_named(report.tool)}:\n\n{_block(report.output_tail)}"


def _within_limit(blocks: Iterable[str]) -> Iterator[str]:
    """Whole blocks, in their order, as long as they fit."""
    used = 0
    for block in blocks:
        used += _size_bytes(block) + 2
        if used > BLOCKS_BYTES:
            return
        yield block


def _annotation(result: TestResult, path: str) -> Annotation:
    line = result.line or 1
    message = plain(result.message or "", MESSAGE_LENGTH) or "It failed without a message."
    return Annotation(path, line, line, "failure", title=one_line(result.name, TITLE_LENGTH), message=message)


def _tests(count: int) -> str:
    return "1 test" if count == 1 else f"{count} tests"


def _named(text: str) -> str:
    return code(text, LONGEST_NAME)


def _block(text: str) -> str:
    return fenced(plain(text, LONGEST_BLOCK), "text")


def _size_bytes(text: str) -> int:
    """GitHub's limits are met in bytes as well as in characters. https://github.com/github/docs/issues/35252"""
    return len(text.encode())
