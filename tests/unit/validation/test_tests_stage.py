"""The whole stage, with real reports of the tools and a sandbox that leaves what it is told to."""

from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.tests_report import TestsReport
from app.errors import RepoError, TransientError
from app.ports.sandbox import Limits
from app.validation.tests_stage import run_tests, unguessable_name
from tests.fakes.checkout import FakeCheckout
from tests.fakes.sandbox import FakeDependencies, FakeSandbox

RECORDED = Path(__file__).parent / "recorded"
PACKAGE = '{"devDependencies": {"jest": "^29.7.0"}}'
LOCK = '{"lockfileVersion": 3, "packages": {"node_modules/jest": {"version": "29.7.0"}}}'
SOURCES = dict.fromkeys(("src/basket.test.ts", "src/money.test.ts", "src/exit.test.ts", "src/failing.test.ts"), "")
TYPESCRIPT = FakeCheckout({"package.json": PACKAGE, "package-lock.json": LOCK, "src/broken.test.ts": "", **SOURCES})
REQUIREMENTS = "pytest==9.2.0 --hash=sha256:" + "0" * 64
PYTHON = FakeCheckout({"requirements.txt": REQUIREMENTS, "tests/test_loans.py": "", "tests/test_fees.py": ""})


def recorded(name: str) -> bytes:
    return (RECORDED / name).read_bytes()


def judged(sandbox: FakeSandbox, checkout: FakeCheckout = TYPESCRIPT) -> TestsReport:
    limits = Limits(deadline=timedelta(seconds=90), memory_bytes=512 * 1024**2)
    return run_tests(checkout, sandbox=sandbox, dependencies=FakeDependencies(), limits=limits)


def test_passing_tests_pass() -> None:
    report = judged(FakeSandbox(recorded("jest-29-passing.json"), output="PASS src/money.test.ts"))

    assert (report.verdict, report.reason, report.output_tail) == ("pass", "", "")
    assert (report.tool, report.tool_version, report.duration_ms) == ("Jest", "29.7.0", 1400)
    assert (report.looked_at, report.failed, report.skipped, report.not_run) == (12, 0, 0, 0)
    assert len(report.results) == 12


def test_failing_tests_fail_and_come_first() -> None:
    report = judged(FakeSandbox(recorded("jest-29-failing.json"), exit_code=1, output="\x1b[31mFAIL"))

    assert (report.verdict, report.reason, report.output_tail) == ("fail", "", "FAIL")
    assert (report.looked_at, report.failed, report.skipped, report.not_run) == (15, 3, 2, 1)
    assert [result.verdict for result in report.results[:5]] == ["fail", "fail", "fail", "error", "pass"]


def test_python_tests_pass() -> None:
    report = judged(FakeSandbox(recorded("pytest-9-passing.xml")), PYTHON)

    assert (report.verdict, report.tool, report.tool_version, report.looked_at) == ("pass", "pytest", "9.2.0", 8)


NO_REPORT = (
    "Jest ended with exit status 0 and left no report: either it could not start, or a test ended the whole run "
    "(`process.exit`, `os._exit`). Its last words are below."
)


@pytest.mark.parametrize(
    ("sandbox", "reason"),
    [
        pytest.param(FakeSandbox(None), NO_REPORT, id="no report"),
        pytest.param(
            FakeSandbox(b"PASS"),
            "The report that Jest left does not have the shape of Jest's (not JSON), so nothing in it counts.",
            id="a report of something else",
        ),
        pytest.param(
            FakeSandbox(recorded("jest-29-passing.json"), exit_code=1),
            "Jest reports that all 12 tests passed, and ended with exit status 1, as if something was wrong: "
            "its last words are below.",
            id="a pass with the exit status of a failure",
        ),
        pytest.param(
            FakeSandbox(recorded("jest-29-failing.json"), exit_code=0),
            "Jest reports 4 failures, and ended with exit status 0, as if all was well.",
            id="a failure with the exit status of a pass",
        ),
        pytest.param(
            FakeSandbox(recorded("jest-29-exit.json"), exit_code=1),
            "Not everything ran (1 did not): what stopped it is shown below.",
            id="a test file that ended its own process",
        ),
        pytest.param(
            FakeSandbox(recorded("jest-29-no-tests.json"), exit_code=0),
            "Jest ran no tests (0 were skipped): add a test, or let one run.",
            id="a success without tests",
        ),
        pytest.param(
            FakeSandbox(recorded("jest-29-passing.json").replace(b'"numTotalTests":12', b'"numTotalTests":99')),
            "The report that Jest left contradicts itself: it counts 99 tests in 2 files and lists 12 in 2.",
            id="a report that disagrees with itself",
        ),
        pytest.param(
            FakeSandbox(recorded("jest-29-passing.json").replace(b"/src/money.test.ts", b"/src/other.test.ts")),
            "The report that Jest left names test files that are not in the repository.",
            id="a test file that is not there",
        ),
        pytest.param(
            FakeSandbox(recorded("jest-29-passing.json"), ended="out_of_memory"),
            "Jest was stopped when it needed more than 512 MiB of memory: look for what grows.",
            id="out of memory",
        ),
        pytest.param(
            FakeSandbox(recorded("jest-29-passing.json"), ended="killed"),
            "Jest was killed before it had finished: its last words are below.",
            id="killed",
        ),
    ],
)
def test_whatever_is_in_doubt_is_no_pass(sandbox: FakeSandbox, reason: str) -> None:
    report = judged(sandbox)

    assert (report.verdict, report.reason, report.timed_out) == ("error", reason, False)


def test_tests_that_do_not_end_are_stopped_and_prove_nothing() -> None:
    report = judged(FakeSandbox(recorded("jest-29-passing.json"), ended="timed_out", output="RUNS src/a.test.ts"))

    assert (report.verdict, report.timed_out, report.output_tail) == ("error", True, "RUNS src/a.test.ts")
    assert report.reason == (
        "Jest was stopped after 90 s, before it had finished: look for a test that waits for something that never "
        "comes, or for a loop without an end."
    )


def test_the_tests_run_offline_on_the_installed_packages_and_report_under_a_name_nobody_can_guess() -> None:
    sandbox, dependencies = FakeSandbox(recorded("jest-29-passing.json")), FakeDependencies()

    run_tests(TYPESCRIPT, sandbox=sandbox, dependencies=dependencies, limits=Limits(), report_name=lambda: "r")

    (step,) = sandbox.steps
    assert dependencies.installed == [
        ("npm", {"package.json": PACKAGE.encode(), "package-lock.json": LOCK.encode()}),
    ]
    assert (step.network, step.archive, dict(step.read_only)) == (
        False,
        TYPESCRIPT.archive(),
        {"node_modules": Path("/installed/npm")},
    )
    assert (step.argv[0], step.argv[-1], step.collect) == ("jest", "--outputFile=r", ("r",))
    assert unguessable_name() != unguessable_name()


def test_python_finds_the_installed_packages() -> None:
    sandbox = FakeSandbox(recorded("pytest-9-passing.xml"))

    judged(sandbox, PYTHON)

    (step,) = sandbox.steps
    assert (step.argv[:3], step.environment["PYTHONPATH"], step.network) == (
        ("python", "-m", "pytest"),
        ".site-packages",
        False,
    )
    assert step.read_only == {".site-packages": Path("/installed/pip")}


BOTH = FakeCheckout(
    {
        "package.json": PACKAGE,
        "package-lock.json": LOCK,
        "requirements.txt": REQUIREMENTS,
        "src/broken.test.ts": "",
        **SOURCES,
    }
)


def test_a_repository_with_two_kinds_of_tests_needs_both_to_pass() -> None:
    report = judged(FakeSandbox(recorded("jest-29-passing.json")), BOTH)

    assert (report.verdict, report.tool, report.looked_at) == ("error", "Jest and pytest", 12)
    assert report.reason == "The report that pytest left does not have the shape of pytest's, so nothing in it counts."


def test_what_one_tool_found_is_kept_when_the_packages_of_the_other_do_not_install() -> None:
    dependencies = FakeDependencies(refusal=RepoError("requirements.txt does not install"), refused=["pip"])
    sandbox = FakeSandbox(recorded("jest-29-failing.json"), exit_code=1)

    report = run_tests(BOTH, sandbox=sandbox, dependencies=dependencies, limits=Limits())

    assert (report.verdict, report.failed, report.tool) == ("fail", 3, "Jest and pytest")
    assert report.reason == "requirements.txt does not install"


def test_a_repository_without_tests_says_so_and_runs_nothing() -> None:
    sandbox = FakeSandbox()

    report = judged(sandbox, FakeCheckout({"README.md": "# Hello"}))

    assert (report.verdict, report.looked_at, sandbox.steps) == ("not_applicable", 0, [])
    assert report.reason == "There is neither a test script in package.json nor a pytest configuration or test file."


def test_a_missing_lock_file_says_what_mends_it_and_runs_nothing() -> None:
    sandbox = FakeSandbox()

    report = judged(sandbox, FakeCheckout({"package.json": PACKAGE}))

    assert (report.verdict, sandbox.steps) == ("error", [])
    assert report.reason == (
        "package-lock.json is missing: run `npm install --package-lock-only` and commit package-lock.json."
    )


def test_dependencies_that_do_not_install_are_the_repositorys_to_mend() -> None:
    refusal = RepoError("package-lock.json does not fit package.json: run `npm install` and commit package-lock.json")

    report = run_tests(
        TYPESCRIPT, sandbox=FakeSandbox(), dependencies=FakeDependencies(refusal=refusal), limits=Limits()
    )

    assert (report.verdict, report.reason) == ("error", str(refusal))


def test_where_repository_code_cannot_run_safely_it_does_not_run() -> None:
    report = judged(FakeSandbox(unsafe="this kernel refuses user namespaces: set kernel.unprivileged_userns_clone=1"))

    assert (report.verdict, report.reason) == (
        "error",
        "No code of this repository was run, because that is not safe here: "
        "this kernel refuses user namespaces: set kernel.unprivileged_userns_clone=1",
    )


def test_a_package_index_that_does_not_answer_is_tried_again_later() -> None:
    dependencies = FakeDependencies(refusal=TransientError("the registry did not answer"))

    with pytest.raises(TransientError, match="the registry did not answer"):
        run_tests(TYPESCRIPT, sandbox=FakeSandbox(), dependencies=dependencies, limits=Limits())
