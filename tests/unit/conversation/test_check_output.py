"""What people read on the check run "ACS / tests", word for word."""

from dataclasses import replace
from typing import Literal

import pytest
from markdown_it import MarkdownIt

from app.conversation import check_output
from app.domain.tests_report import TestResult, TestsReport, Verdict, together
from app.ports.code_host import Annotation, CheckOutput

PASSED = TestResult("unit", "formatEuro writes 5 cents as €0.05", "pass", 2, path="src/money.test.ts", line=21)
MESSAGE = "Error: expect(received).toBe(expected)\n\nExpected: 101\nReceived: 100\n    at src/basket.test.ts:5"
FAILED = TestResult(
    "unit",
    "percentOf takes ten percent",
    "fail",
    5,
    path="src/basket.test.ts",
    line=5,
    message=MESSAGE,
)
BROKEN = TestResult(
    "unit",
    "src/broken.test.ts did not run",
    "error",
    0,
    path="src/broken.test.ts",
    line=1,
    message="Cannot find module './not-there'",
)
SKIPPED = TestResult("unit", "percentOf is fast", "skipped", 0, path="src/basket.test.ts", line=12)
PASS = TestsReport("pass", "Jest", "29.7.0", looked_at=1, duration_ms=1449, results=(PASSED,))
FAIL = TestsReport(
    "fail",
    "Jest",
    "29.7.0",
    looked_at=12,
    duration_ms=1400,
    results=(FAILED, BROKEN, PASSED, SKIPPED),
    output_tail="Tests: 1 failed",
    failed=1,
    skipped=1,
    not_run=1,
)
REASON = "package-lock.json is missing: run `npm install --package-lock-only` and commit package-lock.json."


def nothing_ran(verdict: Verdict, reason: str, *, timed_out: bool = False) -> TestsReport:
    return TestsReport(verdict, "", "", looked_at=0, duration_ms=0, reason=reason, timed_out=timed_out)


def test_a_check_waits_then_runs() -> None:
    assert check_output.tests_queued() == CheckOutput(
        "Waiting to run the tests", "The tests of this commit run as soon as there is room for them."
    )
    assert check_output.tests_running() == CheckOutput(
        "Running the tests",
        "Dependencies are installed from the lock file, then the tests run in a sandbox without network or secrets.",
    )


def test_passing_tests_are_named() -> None:
    assert check_output.tests_output(PASS) == (
        "success",
        CheckOutput(
            title="1 test passed in 1.4 s",
            summary="""\
1 test passed, run by `Jest 29.7.0`.

**`src/money.test.ts`**

- ✅ `formatEuro writes 5 cents as €0.05` (2 ms)""",
        ),
    )


def test_failing_tests_come_first_with_their_lines_and_messages() -> None:
    assert check_output.tests_output(FAIL) == (
        "failure",
        CheckOutput(
            title="1 of 12 tests failed",
            summary="""\
1 of 12 tests failed, 1 skipped, 1 did not run, run by `Jest 29.7.0`. \
Each failure is marked on its line under *Files changed*: correct the code or the test, and push.

**`src/basket.test.ts`**

- ❌ `percentOf takes ten percent`, line 5 (5 ms)
- ⏭️ `percentOf is fast`

**`src/broken.test.ts`**

- ⚠️ `src/broken.test.ts did not run`, line 1

**`src/money.test.ts`**

- ✅ `formatEuro writes 5 cents as €0.05` (2 ms)

… and 10 more.""",
            text="""\
❌ `percentOf takes ten percent` at `src/basket.test.ts:5`

```text
Error: expect(received).toBe(expected)

Expected: 101
Received: 100
    at src/basket.test.ts:5
```

⚠️ `src/broken.test.ts did not run` at `src/broken.test.ts:1`

```text
Cannot find module './not-there'
```

The last lines of `Jest`:

```text
Tests: 1 failed
```""",
            annotations=(
                Annotation(
                    "src/basket.test.ts",
                    5,
                    5,
                    "failure",
                    "percentOf takes ten percent",
                    MESSAGE,
                ),
                Annotation(
                    "src/broken.test.ts",
                    1,
                    1,
                    "failure",
                    "src/broken.test.ts did not run",
                    "Cannot find module './not-there'",
                ),
            ),
        ),
    )


def test_failing_tests_of_one_tool_do_not_hide_what_kept_another_from_running() -> None:
    broken = TestsReport("error", "pytest", "9.2.0", looked_at=0, duration_ms=0, reason="requirements.txt is missing.")

    conclusion, output = check_output.tests_output(together([FAIL, broken]))

    assert (conclusion, output.title) == ("failure", "1 of 12 tests failed")
    assert (
        "and push.\n\nBesides, ACS could not tell everything:\n\n```text\nrequirements.txt is missing.\n```\n\n"
    ) in output.summary


def test_what_could_not_be_told_says_why_and_what_to_do() -> None:
    assert check_output.tests_output(nothing_ran("error", REASON)) == (
        "failure",
        CheckOutput(
            title=f"Could not tell: {REASON}",
            summary=f"""\
ACS could not tell whether the tests pass:

```text
{REASON}
```

Mend this and push, or re-run this check if it was none of the repository's doing.""",
        ),
    )


@pytest.mark.parametrize(
    ("verdict", "timed_out", "conclusion", "title"),
    [
        ("error", True, "timed_out", "Could not tell: Jest was stopped."),
        ("not_applicable", False, "neutral", "No tests to run"),
        ("skipped", False, "skipped", "The tests were not run"),
    ],
)
def test_what_was_not_looked_at_is_never_a_success(
    verdict: Literal["error", "not_applicable", "skipped"], timed_out: bool, conclusion: str, title: str
) -> None:
    concluded, output = check_output.tests_output(nothing_ran(verdict, "Jest was stopped.", timed_out=timed_out))

    assert (concluded, output.title) == (conclusion, title)
    assert "Jest was stopped." in output.summary


def test_a_repository_without_tests_is_told_what_was_looked_for() -> None:
    _, output = check_output.tests_output(nothing_ran("not_applicable", "There is no test script in package.json."))

    assert (
        output.summary
        == """\
This check says nothing about the change:

```text
There is no test script in package.json.
```"""
    )


HOSTILE = (
    "</details></summary><script>alert(1)</script><img src=https://evil.example/beacon>\n"
    "# All checks passed\n"
    "```\n~~~\n````\n</code></pre>\n"
    "@acme/owners #1 acme/shop#2 GH-3 https://evil.example [click](javascript:x) ![](https://evil.example/b.png)\n"
    "| a | b |\n|---|---|\n<!-- -->\n- [x] approved\n`` ` ``\n\u202e\u200b\x1b[2J\x00 &lt; $x$ :tada:\n    "
)


@pytest.mark.parametrize("field", ["name", "path", "message", "reason", "output", "tool", "version"])
def test_nothing_from_the_repository_is_rendered(field: str) -> None:
    result = TestResult("unit", "adds", "fail", 1, path="a.test.ts", line=1, message="no")
    report = replace(FAIL, results=(result,), looked_at=1, skipped=0, not_run=0)
    match field:
        case "name":
            report = replace(report, results=(replace(result, name=HOSTILE),))
        case "path":
            report = replace(report, results=(replace(result, path=HOSTILE),))
        case "message":
            report = replace(report, results=(replace(result, message=HOSTILE),))
        case "reason":
            report = replace(report, verdict="error", reason=HOSTILE)
        case "output":
            report = replace(report, output_tail=HOSTILE)
        case "tool":
            report = replace(report, tool=HOSTILE)
        case _:
            report = replace(report, tool_version=HOSTILE)

    _, output = check_output.tests_output(report)

    foreign = ("evil", "owners", "script", "details", "All checks", "approved", "GH-3")
    for document in (output.summary, output.text):
        shown, kinds = outside_code(document)
        assert not [word for word in foreign if word in shown]
        assert kinds <= {"text", "softbreak", "strong_open", "strong_close", "em_open", "em_close", "code_inline"}
        assert not {"\x00", "\x1b", "\u202e", "\u200b"}.intersection(document)
    assert "evil" in output.summary + output.text
    assert not {"\x00", "\x1b", "\u202e", "\n"}.intersection(output.title)


def outside_code(markdown: str) -> tuple[str, set[str]]:
    """What a Markdown renderer shows as prose, and the kinds of inline elements it found."""
    inline = [
        child for token in MarkdownIt("gfm-like", {"linkify": False}).parse(markdown) for child in token.children or ()
    ]
    blocks = {token.type for token in MarkdownIt("gfm-like", {"linkify": False}).parse(markdown)}
    assert blocks <= {
        *("paragraph_open", "paragraph_close", "inline", "fence"),
        *("bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close"),
    }
    return "".join(child.content for child in inline if child.type == "text"), {child.type for child in inline}


def test_a_huge_report_fits_into_a_check_run() -> None:
    results = tuple(
        TestResult(
            "unit", f"{n} " + "🚀" * 300, "fail", 1, path=f"src/{n}/" + "ü" * 250, line=n + 1, message="🔥" * 4_000
        )
        for n in range(1_000)
    )
    report = replace(FAIL, results=results, looked_at=50_000, failed=50_000, output_tail="🔥" * 4_000)

    _, output = check_output.tests_output(report)

    assert len(output.summary.encode()) <= 65_535
    assert len(output.text.encode()) <= 65_535
    assert len(output.title) <= 200
    assert output.summary.endswith(" more.")
    assert len(output.annotations) == 1_000
    assert max(len(annotation.message.encode()) for annotation in output.annotations) <= 4_096
    assert max(len(annotation.title) for annotation in output.annotations) <= 200


def test_at_most_two_hundred_tests_are_listed() -> None:
    report = replace(PASS, results=(PASSED,) * 240, looked_at=240)

    _, output = check_output.tests_output(report)

    assert output.summary.count("✅") == 200
    assert output.summary.endswith("\n\n… and 40 more.")


def test_a_failure_without_a_place_is_listed_without_an_annotation() -> None:
    lost = TestResult("unit", "adds", "fail", 1)

    _, output = check_output.tests_output(replace(FAIL, results=(lost,), output_tail=""))

    assert output.annotations == ()
    assert "**`Not in a file of the repository`**\n\n- ❌ `adds` (1 ms)" in output.summary
    assert output.text == "❌ `adds`\n\n```text\nIt failed without a message.\n```"


def test_an_annotation_always_says_something() -> None:
    _, output = check_output.tests_output(replace(FAIL, results=(replace(FAILED, line=None, message=None),)))

    assert output.annotations == (
        Annotation(
            "src/basket.test.ts", 1, 1, "failure", "percentOf takes ten percent", "It failed without a message."
        ),
    )


def test_the_code_of_a_fork_is_not_run() -> None:
    assert check_output.forks_not_checked()[1] == CheckOutput(
        "Not run: this commit comes from a fork",
        "ACS does not run code from forks. To have it checked, a maintainer who has read it pushes it to a branch of "
        "this repository.",
    )
