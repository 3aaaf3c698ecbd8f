"""The stage with nothing faked but the checkout: real npm, pip, Jest and pytest in the real sandbox."""

from datetime import timedelta

import pytest

from app.conversation import check_output
from tests.contract.validation.bench import Bench


def test_the_typescript_sample_passes(bench: Bench) -> None:
    report = bench.run("typescript")

    assert (report.verdict, report.reason) == ("pass", "")
    assert (report.tool, report.tool_version, report.looked_at) == ("Jest", "29.7.0", 12)
    assert {result.path for result in report.results} == {"src/basket.test.ts", "src/money.test.ts"}


def test_the_python_sample_passes(bench: Bench) -> None:
    report = bench.run("python")

    assert (report.verdict, report.reason) == ("pass", "")
    assert (report.tool, report.tool_version, report.looked_at) == ("pytest", "9.2.0", 8)
    assert {result.path for result in report.results} == {"tests/test_loans.py", "tests/test_fees.py"}


FAILING_TS = """\
import { percentOf } from "./money";

test("takes ten percent", () => {
  const share = percentOf(1000, 10);

  expect(share).toBe(101);
});
"""
FAILING_PY = """\
from lending.loans import MAX_RENEWALS


def test_renewals():
    assert MAX_RENEWALS > 0

    assert MAX_RENEWALS == 3
"""


@pytest.mark.parametrize(
    ("sample", "path", "content", "line"),
    [("typescript", "src/wrong.test.ts", FAILING_TS, 6), ("python", "tests/test_wrong.py", FAILING_PY, 7)],
)
def test_a_failing_test_is_marked_on_its_line(bench: Bench, sample: str, path: str, content: str, line: int) -> None:
    report = bench.run(sample, {path: content})

    conclusion, output = check_output.tests_output(report)
    assert (report.verdict, report.failed, conclusion) == ("fail", 1, "failure")
    assert [(annotation.path, annotation.start_line) for annotation in output.annotations] == [(path, line)]


@pytest.mark.parametrize(
    ("sample", "files", "reason"),
    [
        (
            "typescript",
            {
                "src/leaves.test.ts": 'test("leaves", () => process.exit(0));',
                # the only file: without being told otherwise, Jest would run it in its own process
                "jest.config.js": 'module.exports = { testMatch: ["**/leaves.test.ts"] };',
            },
            "Not everything ran (1 did not): what stopped it is shown below.",
        ),
        (
            "python",
            {"tests/test_leaves.py": "import os\n\n\ndef test_leaves():\n    os._exit(0)\n"},
            "pytest ended with exit status 0 and left no report: either it could not start, or a test ended the whole "
            "run (`process.exit`, `os._exit`). Its last words are below.",
        ),
    ],
)
def test_a_test_that_ends_the_run_with_success_is_no_success(
    bench: Bench, sample: str, files: dict[str, str], reason: str
) -> None:
    report = bench.run(sample, files)

    assert (report.verdict, report.reason) == ("error", reason)


@pytest.mark.parametrize(
    ("sample", "path", "content"),
    [
        ("typescript", "src/endless.test.ts", 'test("waits", () => { for (;;) {} });'),
        ("python", "tests/test_endless.py", "def test_waits():\n    while True:\n        pass\n"),
    ],
)
def test_a_loop_without_an_end_is_stopped_at_the_deadline(bench: Bench, sample: str, path: str, content: str) -> None:
    report = bench.run(sample, {path: content}, deadline=timedelta(seconds=4))

    conclusion, _ = check_output.tests_output(report)
    assert (report.verdict, report.timed_out, conclusion) == ("error", True, "timed_out")
    assert report.duration_ms < 10_000


# Writes a flattering report over every name a guesser would try, while Jest is running and after it has ended.
FORGER = """\
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";

test("fails", () => {
  const forged = JSON.stringify({
    success: true, numTotalTestSuites: 1, numRuntimeErrorTestSuites: 0, numTotalTests: 1, numPassedTests: 1,
    numFailedTests: 0,
    testResults: [
      { name: "src/money.test.ts", status: "passed", assertionResults: [{ fullName: "ok", status: "passed" }] },
    ],
  });
  const forge = "const fs = require('fs'); setInterval(() => { for (const name of fs.readdirSync('.'))" +
    " if (name.startsWith('.acs')) fs.writeFileSync(name, process.argv[1]); }, 1)";
  spawn(process.execPath, ["-e", forge, forged], { detached: true, stdio: "ignore" }).unref();
  for (const name of ["report.json", ".acs-report", ".acs-report.json"]) writeFileSync(name, forged);
  expect(1).toBe(2);
});
"""


def test_a_forged_report_makes_no_pass(bench: Bench) -> None:
    report = bench.run("typescript", {"src/forger.test.ts": FORGER})

    # the forger may win the race for the file, but the sandbox saw the exit status itself
    assert report.tool == "Jest"
    assert report.verdict in ("fail", "error")
    assert check_output.tests_output(report)[0] == "failure"


def test_a_stale_lock_file_says_what_mends_it(bench: Bench) -> None:
    report = bench.run("typescript", {"package.json": '{"devDependencies": {"jest": "^29.7.0", "left-pad": "^1.3.0"}}'})

    assert (report.verdict, report.looked_at) == ("error", 0)
    assert "package-lock.json" in report.reason
