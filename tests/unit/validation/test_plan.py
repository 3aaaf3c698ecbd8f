from collections.abc import Mapping

import pytest

from app.validation.jest_plan import JestPlan
from app.validation.plan import Plan, plan
from app.validation.pytest_plan import PytestPlan
from app.validation.unplanned import NotApplicable, NotYet
from tests.fakes.checkout import FakeCheckout

PACKAGE = '{"devDependencies": {"jest": "^29.7.0"}}'
LOCK = '{"lockfileVersion": 3, "packages": {"": {}, "node_modules/jest": {"version": "29.7.0"}}}'
HASH = "--hash=sha256:" + "0" * 64
PINNED = f"pytest==9.2.0 {HASH}\n"


def planned(files: Mapping[str, str]) -> tuple[Plan, ...] | NotApplicable | NotYet:
    return plan(FakeCheckout(files), frozenset(files))


def test_a_package_with_jest_and_a_lock_is_run_with_the_jest_of_its_lock() -> None:
    files = {"package.json": PACKAGE, "package-lock.json": LOCK, "src/a.test.ts": ""}

    assert planned(files) == (
        JestPlan("29.7.0", {"package.json": PACKAGE.encode(), "package-lock.json": LOCK.encode()}),
    )


def test_a_test_script_that_lets_jest_load_es_modules_is_heeded() -> None:
    script = '"scripts": {"test": "node --experimental-vm-modules node_modules/jest/bin/jest.js"}, '
    plans = planned({"package.json": PACKAGE.replace("{", "{" + script, 1), "package-lock.json": LOCK})

    assert isinstance(plans, tuple)
    (plan,) = plans
    assert isinstance(plan, JestPlan)
    assert plan.node_options == {"NODE_OPTIONS": "--experimental-vm-modules"}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_hashed_requirements_with_pytest_are_run_with_that_pytest(name: str) -> None:
    assert planned({name: PINNED}) == (PytestPlan("9.2.0", {"requirements.txt": PINNED.encode()}),)


def test_a_repository_with_both_kinds_of_tests_is_run_with_both() -> None:
    files = {"package.json": PACKAGE, "package-lock.json": LOCK, "requirements.txt": PINNED}

    match planned(files):
        case (JestPlan(), PytestPlan()):
            pass
        case other:
            pytest.fail(f"{other}")


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"README.md": ""}, id="nothing but words"),
        pytest.param({"package.json": '{"name": "site"}'}, id="a package without tests"),
        pytest.param(
            {"package.json": '{"scripts": {"test": "echo \\"Error: no test specified\\" && exit 1"}}'},
            id="the test script that npm init writes",
        ),
        pytest.param({"requirements.txt": f"pytest-cov==7.0 {HASH}", "app.py": ""}, id="a plug-in of pytest only"),
    ],
)
def test_a_repository_without_tests_has_none_to_run(files: Mapping[str, str]) -> None:
    assert planned(files) == NotApplicable(
        "There is neither a test script in package.json nor a pytest configuration or test file."
    )


MEND_LOCK = "run `npm install --package-lock-only` and commit package-lock.json."
COMPILE = "uv pip compile --generate-hashes requirements-dev.in --output-file requirements-dev.txt"


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        pytest.param({"package.json": PACKAGE}, f"package-lock.json is missing: {MEND_LOCK}", id="no lock"),
        pytest.param(
            {"package.json": PACKAGE, "pnpm-lock.yaml": ""},
            f"ACS does not install from pnpm-lock.yaml yet: {MEND_LOCK}",
            id="another package manager's lock",
        ),
        pytest.param(
            {"package.json": PACKAGE, "package-lock.json": "<<<<<<< HEAD"},
            "package-lock.json is not npm's: run `npm install --package-lock-only` and commit what it writes.",
            id="a lock with a merge conflict",
        ),
        pytest.param({"package.json": "{"}, "package.json is not valid JSON: correct it.", id="no JSON"),
        pytest.param(
            {"package.json": '{"devDependencies": ["jest"]}'},
            "package.json is not valid at devDependencies: correct it.",
            id="a list of dependencies",
        ),
        pytest.param(
            {"package.json": '{"scripts": {"test": "vitest run"}}'},
            "package.json runs its tests with `vitest run`, and ACS runs Jest and pytest only: "
            "add Jest with `npm install --save-dev jest`.",
            id="another test runner",
        ),
        pytest.param(
            {"requirements.txt": "pytest==9.2.0\n"},
            f"requirements.txt:1: pytest has no hash. `{COMPILE}` writes a file that ACS installs from.",
            id="requirements without hashes",
        ),
        pytest.param(
            {"tests/test_a.py": "", "uv.lock": ""},
            "ACS does not install from uv.lock yet: run `uv export --format requirements-txt --no-emit-project "
            "--output-file requirements-dev.txt` and commit requirements-dev.txt.",
            id="another tool's lock",
        ),
        pytest.param(
            {"pyproject.toml": "[tool.pytest.ini_options]\n"},
            "No requirements file pins pytest, so ACS cannot install it: put pytest and what the tests need into "
            f"requirements-dev.in, run `{COMPILE}` and commit both.",
            id="pytest configured and not pinned",
        ),
        pytest.param(
            {"package.json": PACKAGE, "package-lock.json": LOCK, "requirements.txt": "pytest\n"},
            "requirements.txt:1: only packages with an exact version (`name==1.2.3`) are installed. "
            f"`{COMPILE}` writes a file that ACS installs from.",
            id="one of two kinds of tests",
        ),
    ],
)
def test_tests_that_cannot_be_run_yet_say_what_is_to_be_done(files: Mapping[str, str], reason: str) -> None:
    assert planned(files) == NotYet(reason)
