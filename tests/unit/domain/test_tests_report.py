from dataclasses import replace

from pydantic import TypeAdapter

from app.domain.tests_report import TestResult, TestsReport, Verdict, kept, together


def result(verdict: Verdict, name: str = "adds", message: str | None = None) -> TestResult:
    return TestResult("unit", name, verdict, duration_ms=3, path="src/a.test.ts", line=7, message=message)


REPORT = TestsReport("pass", "Jest", "29.7.0", looked_at=2, duration_ms=900, results=(result("pass"),))


def test_a_report_survives_being_a_jobs_argument() -> None:
    adapter = TypeAdapter(TestsReport)
    report = replace(REPORT, results=(result("fail", message="größer\n"), result("pass")), timed_out=True, failed=1)

    assert adapter.validate_json(adapter.dump_json(report)) == report


def test_failures_are_kept_before_anything_else() -> None:
    results = [*[result("pass", f"passes {n}") for n in range(1_500)], result("error"), result("fail")]

    chosen = kept(results)

    assert len(chosen) == 1_000
    assert [one.verdict for one in chosen[:3]] == ["fail", "error", "pass"]
    assert chosen[2].name == "passes 0"


def test_messages_are_kept_until_they_are_too_many() -> None:
    chosen = kept(result("fail", message="x" * 4_000) for _ in range(1_000))

    assert len(chosen) == 1_000
    assert sum(len(one.message or "") for one in chosen) == 65 * 4_000


def test_two_runs_pass_together_only_when_both_pass() -> None:
    broken = replace(REPORT, tool="pytest", tool_version="9.2.0", verdict="error", not_run=1, reason="It broke.")
    failed = replace(broken, verdict="fail", failed=1, not_run=0, reason="", results=(result("fail"),))

    assert together([REPORT]) == REPORT
    assert together([REPORT, REPORT]).verdict == "pass"
    assert together([REPORT, broken]).verdict == "error"
    assert together([broken, failed]).verdict == "fail"
    assert together([REPORT, failed]) == TestsReport(
        verdict="fail",
        tool="Jest and pytest",
        tool_version="29.7.0 and 9.2.0",
        looked_at=4,
        duration_ms=1800,
        results=(result("fail"), result("pass")),
        failed=1,
    )
