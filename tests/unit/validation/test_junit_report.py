"""What is read from reports that pytest 9.2.0 wrote. How they were recorded: see `recorded/README.md`."""

from pathlib import Path

import pytest

from app.domain.tests_report import TestResult
from app.validation.junit_report import read_junit
from app.validation.tool_report import ToolReport, Unreadable

RECORDED = Path(__file__).parent / "recorded"
PATHS = frozenset({"things.py", "tests/test_a.py", "tests/test_broken.py", "tests/test_loans.py", "tests/test_fees.py"})


def recorded(name: str) -> ToolReport:
    report = read_junit((RECORDED / name).read_bytes(), PATHS)
    assert isinstance(report, ToolReport)
    return report


def suite(cases: str, *, failures: int = 0, errors: int = 0, skipped: int = 0) -> bytes:
    counts = f'failures="{failures}" errors="{errors}" skipped="{skipped}"'
    return f"<testsuites><testsuite {counts}>{cases}</testsuite></testsuites>".encode()


def case(inner: str = "", *, name: str = "test_x", file: str = "tests/test_a.py") -> str:
    return f'<testcase classname="tests.test_a" name="{name}" file="{file}" line="4" time="0.002">{inner}</testcase>'


def read(report: bytes) -> ToolReport:
    read = read_junit(report, PATHS)
    assert isinstance(read, ToolReport)
    return read


def test_a_passing_run_lists_every_test_with_its_place() -> None:
    report = recorded("pytest-9-passing.xml")

    assert [result.verdict for result in report.results] == ["pass"] * 8
    assert report.files == {"tests/test_loans.py", "tests/test_fees.py"}
    assert (report.strange_files, report.contradiction) == (0, "")


def test_a_failure_is_shown_on_the_line_of_the_test_file_where_it_came_up() -> None:
    failures = [result for result in recorded("pytest-9-failing.xml").results if result.verdict == "fail"]

    assert [(failure.name, failure.path, failure.line) for failure in failures] == [
        ("test_halves_an_odd_number", "tests/test_a.py", 11),
        ("TestRefusals::test_text", "tests/test_a.py", 16),
        ("test_late_failed", "tests/test_a.py", 50),
    ]
    assert failures[0].message == (
        "def test_halves_an_odd_number():\n>       assert half(3) == 2\nE       assert 1 == 2\n"
        "E        +  where 1 = half(3)\n\ntests/test_a.py:11: AssertionError"
    )


def test_what_broke_before_or_after_a_test_is_an_error_of_its_own() -> None:
    broken = [result for result in recorded("pytest-9-failing.xml").results if result.verdict == "error"]

    assert [(result.name, result.path, result.line) for result in broken] == [
        ("tests/test_broken.py did not run", "tests/test_broken.py", 1),
        ("test_needs_a_database", "tests/test_a.py", 21),
        ("test_late", "tests/test_a.py", 45),
        ("test_late_failed", "tests/test_a.py", 45),
    ]


def test_skipped_tests_and_known_failures_did_not_run() -> None:
    skipped = [result for result in recorded("pytest-9-failing.xml").results if result.verdict == "skipped"]

    assert [(result.name, result.message) for result in skipped] == [("test_is_fast", None), ("test_known_bug", None)]


BILLION_LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]>
<testsuites><testsuite failures="0" errors="0" skipped="0"><testcase name="&lol2;"/></testsuite></testsuites>"""


@pytest.mark.parametrize(
    ("report", "reason"),
    [
        pytest.param(b"", "does not have the shape of pytest's", id="empty"),
        pytest.param(b"all tests passed", "does not have the shape of pytest's", id="not XML"),
        pytest.param(b"<testsuites>\x00", "does not have the shape of pytest's", id="a NUL"),
        pytest.param(BILLION_LAUGHS, "declares a document type", id="entities that multiply"),
        pytest.param(
            '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'.encode("utf-16"),
            "declares a document type",
            id="a document type in another encoding",
        ),
        pytest.param(b"<a>" * 1_000_000, "is nested more than 8 levels deep", id="a million levels deep"),
        pytest.param(suite("<testcase/>"), "does not have the shape of pytest's", id="a test without a name"),
        pytest.param(suite("", failures=-1), "does not have the shape of pytest's", id="a negative count"),
        pytest.param(
            suite('<testcase name="a" time="inf"/>'), "does not have the shape of pytest's", id="an endless test"
        ),
        pytest.param(suite('<testcase name="a"/>' * 100_001), "lists more than 100,000 tests", id="too many tests"),
    ],
)
def test_what_is_not_a_report_of_pytest_is_unreadable(report: bytes, reason: str) -> None:
    assert read_junit(report, PATHS) == Unreadable(reason)


@pytest.mark.parametrize(
    ("report", "contradiction"),
    [
        pytest.param(
            suite(case("<failure/>")),
            "counts 0 failed, 0 broken and 0 skipped tests and lists 1, 0 and 0",
            id="an uncounted failure",
        ),
        pytest.param(
            suite(case(), failures=1),
            "counts 1 failed, 0 broken and 0 skipped tests and lists 0, 0 and 0",
            id="an unlisted failure",
        ),
    ],
)
def test_a_report_that_disagrees_with_itself_says_where(report: bytes, contradiction: str) -> None:
    assert read(report).contradiction == contradiction


@pytest.mark.parametrize("file", ["", "/etc/passwd", "../tests/test_a.py", ".site-packages/tests/test_a.py"])
def test_a_file_outside_the_repository_is_nowhere(file: str) -> None:
    report = read(suite(case(file=file)))

    assert (report.results[0].path, report.files, report.strange_files) == (None, frozenset(), 1)


@pytest.mark.parametrize(
    ("place", "line"),
    [
        pytest.param("tests/test_a.py:7: AssertionError", 7, id="the test file"),
        pytest.param("tests/test_a.py:7: \nthings.py:3: TypeError", 7, id="the test file before the code it tests"),
        pytest.param("things.py:3: TypeError", 5, id="another file"),
        pytest.param("tests/test_a.py:0: x", 5, id="line zero"),
        pytest.param("tests/test_a.py:99999999999: x", 5, id="a line beyond any file"),
    ],
)
def test_the_line_comes_from_the_traceback_or_from_the_test(place: str, line: int) -> None:
    report = read(suite(case(f"<failure>{place}</failure>"), failures=1))

    assert report.results[0].line == line


def test_a_failure_without_a_traceback_says_its_message() -> None:
    report = read(suite(case('<failure message="[XPASS(strict)] it works"/>'), failures=1))

    assert report.results == (
        TestResult("unit", "test_x", "fail", 2, path="tests/test_a.py", line=5, message="[XPASS(strict)] it works"),
    )


def test_names_and_messages_are_plain_and_bounded() -> None:
    noisy = case("<failure>" + "no \u202e" * 100_000 + "</failure>", name="x" * 10_000)

    result = read(suite(noisy, failures=1)).results[0]

    assert result.name == "x" * 299 + "…"
    assert result.message is not None
    assert len(result.message) == 4_000
    assert result.message.startswith("no \ufffdno \ufffd")
