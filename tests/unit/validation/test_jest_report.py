"""What is read from reports that Jest 29.7.0 and 30.5.2 wrote. How they were recorded: see `recorded/README.md`."""

import json
from pathlib import Path

import pytest

from app.domain.tests_report import TestResult
from app.validation.jest_report import read_jest
from app.validation.tool_report import ToolReport, Unreadable

RECORDED = Path(__file__).parent / "recorded"
PATHS = frozenset(
    f"src/{name}.ts" for name in ("money", "money.test", "basket.test", "failing.test", "broken.test", "exit.test")
)


def recorded(name: str) -> ToolReport:
    report = read_jest((RECORDED / name).read_bytes(), PATHS)
    assert isinstance(report, ToolReport)
    return report


def written(**changes: object) -> bytes:
    report = json.loads((RECORDED / "jest-29-passing.json").read_bytes())
    return json.dumps({**report, **changes}).encode()


def one_failing(message: str, *, name: str = "/sandbox/repo/src/money.test.ts", title: str = "adds") -> ToolReport:
    """A report of one failed test with this message."""
    test = {"fullName": title, "status": "failed", "failureMessages": [message], "location": {"line": 3}}
    report = read_jest(
        written(
            success=False,
            numTotalTestSuites=1,
            numTotalTests=1,
            numPassedTests=0,
            numFailedTests=1,
            testResults=[{"name": name, "status": "failed", "assertionResults": [test]}],
        ),
        PATHS,
    )
    assert isinstance(report, ToolReport)
    return report


def test_a_passing_run_lists_every_test_with_its_place() -> None:
    report = recorded("jest-29-passing.json")

    assert [result.verdict for result in report.results] == ["pass"] * 12
    assert report.files == {"src/money.test.ts", "src/basket.test.ts"}
    assert (report.strange_files, report.contradiction) == (0, "")
    assert report.results[0] == TestResult(
        suite="unit",
        name="subtotal multiplies each price by its quantity",
        verdict="pass",
        duration_ms=5,
        path="src/basket.test.ts",
        line=7,
    )


@pytest.mark.parametrize("name", ["jest-29-failing.json", "jest-30-failing.json"])
def test_a_failure_is_shown_on_the_line_of_the_test_file_where_it_came_up(name: str) -> None:
    failures = [result for result in recorded(name).results if result.verdict == "fail"]

    assert [(failure.name, failure.path, failure.line) for failure in failures] == [
        ("percentOf takes ten percent", "src/failing.test.ts", 5),
        ("percentOf refuses what is out of range", "src/failing.test.ts", 9),
        ("percentOf never finishes", "src/failing.test.ts", 12),
    ]
    assert failures[1].message == (
        "RangeError: percent must be between 0 and 100, got 200\n    at src/money.ts:7\n    at src/failing.test.ts:9"
    )


@pytest.mark.parametrize("name", ["jest-29-failing.json", "jest-30-failing.json"])
def test_skipped_and_planned_tests_did_not_run(name: str) -> None:
    skipped = [result.name for result in recorded(name).results if result.verdict == "skipped"]

    assert skipped == ["percentOf is fast", "percentOf knows currencies"]


@pytest.mark.parametrize(
    ("name", "file", "said"),
    [
        ("jest-29-failing.json", "src/broken.test.ts", "Cannot find module './not-there' from 'src/broken.test.ts'"),
        ("jest-30-failing.json", "src/broken.test.ts", "Cannot find module './not-there' from 'src/broken.test.ts'"),
        ("jest-29-exit.json", "src/exit.test.ts", "crashed for an unknown reason: exitCode=0"),
    ],
)
def test_a_test_file_that_did_not_run_is_an_error_of_its_own(name: str, file: str, said: str) -> None:
    broken = [result for result in recorded(name).results if result.verdict == "error"]

    assert [(result.name, result.path, result.line) for result in broken] == [(f"{file} did not run", file, 1)]
    assert said in (broken[0].message or "")


def test_a_run_without_tests_lists_none() -> None:
    assert recorded("jest-29-no-tests.json") == ToolReport((), frozenset())


@pytest.mark.parametrize(
    ("report", "reason"),
    [
        pytest.param(b"", "does not have the shape of Jest's (not JSON)", id="empty"),
        pytest.param(b"\xff\xfe", "does not have the shape of Jest's (not JSON)", id="not text"),
        pytest.param(b"[" * 1_000_000, "does not have the shape of Jest's (not JSON)", id="a million levels deep"),
        pytest.param(b"[]", "does not have the shape of Jest's (not JSON)", id="a list"),
        pytest.param(b"{}", "does not have the shape of Jest's (success)", id="an empty object"),
        pytest.param(
            written(numPassedTests=-1), "does not have the shape of Jest's (numPassedTests)", id="a negative count"
        ),
        pytest.param(
            written(numPassedTests=10**30), "does not have the shape of Jest's (numPassedTests)", id="a huge count"
        ),
        pytest.param(written(success="true"), "does not have the shape of Jest's (success)", id="a word for a truth"),
        pytest.param(
            written(testResults=[{"name": "a", "status": "fine"}]),
            "does not have the shape of Jest's (testResults.0.status)",
            id="an unknown status",
        ),
    ],
)
def test_what_is_not_a_report_of_jest_is_unreadable(report: bytes, reason: str) -> None:
    assert read_jest(report, PATHS) == Unreadable(reason)


@pytest.mark.parametrize(
    ("report", "contradiction"),
    [
        pytest.param(written(numTotalTests=13), "counts 13 tests in 2 files and lists 12 in 2", id="more than listed"),
        pytest.param(
            written(testResults=[], numTotalTestSuites=2), "counts 12 tests in 2 files and lists 0 in 0", id="no files"
        ),
        pytest.param(
            written(numRuntimeErrorTestSuites=1), "calls itself a success and lists failures", id="a broken success"
        ),
    ],
)
def test_a_report_that_disagrees_with_itself_says_where(report: bytes, contradiction: str) -> None:
    read = read_jest(report, PATHS)

    assert isinstance(read, ToolReport)
    assert read.contradiction == contradiction


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../../src/money.test.ts", "/sandbox/repo/node_modules/a/src/money.test.ts", ""]
)
def test_a_file_outside_the_repository_is_nowhere(name: str) -> None:
    report = one_failing("Error: no", name=name)

    assert (report.results[0].path, report.files, report.strange_files) == (None, frozenset(), 1)


@pytest.mark.parametrize(
    ("frame", "line"),
    [
        pytest.param("at Object.toBe (/sandbox/repo/src/money.test.ts:5:33)", 5, id="a named function"),
        pytest.param("at /sandbox/repo/src/money.test.ts:6:1", 6, id="an anonymous function"),
        pytest.param("at async file:///sandbox/repo/src/money.test.ts:7:1", 7, id="an ES module"),
        pytest.param("at Object.toBe (/sandbox/repo/src/basket.test.ts:5:33)", 3, id="another file"),
        pytest.param("at x (/sandbox/repo/node_modules/x/src/money.test.ts:5:33)", 3, id="a dependency"),
        pytest.param("at x (src/money.test.ts:99999999999999999999:1)", 3, id="a line beyond any file"),
        pytest.param("at x (src/money.test.ts:0:1)", 3, id="line zero"),
        pytest.param("at x (src/money.test.ts:٣:1)", 3, id="digits of another script"),
        pytest.param("at at at ((((((:::::))))", 3, id="noise"),
    ],
)
def test_the_line_comes_from_a_stack_frame_of_the_test_file_or_from_the_test(frame: str, line: int) -> None:
    assert one_failing(f"Error: no\n    {frame}").results[0].line == line


def test_a_folder_in_parentheses_is_a_folder() -> None:
    paths = PATHS | {"src/(shop)/a.test.ts"}
    frame = "Error: no\n    at x (/sandbox/repo/src/(shop)/a.test.ts:5:1)"
    test = {"fullName": "adds", "status": "failed", "failureMessages": [frame]}
    suite = {"name": "/sandbox/repo/src/(shop)/a.test.ts", "status": "failed", "assertionResults": [test]}

    report = read_jest(written(testResults=[suite]), paths)

    assert isinstance(report, ToolReport)
    assert (report.results[0].path, report.results[0].line) == ("src/(shop)/a.test.ts", 5)


def test_names_and_messages_are_plain_and_bounded() -> None:
    result = one_failing("\x1b[31m" + "no \x00\u202e" * 10_000, title="adds\n\x1b[2J" + "x" * 10_000).results[0]

    assert result.name == "adds " + "x" * 294 + "…"
    assert result.message is not None
    assert len(result.message) == 4_000
    assert result.message.startswith("no \ufffdno \ufffd")
