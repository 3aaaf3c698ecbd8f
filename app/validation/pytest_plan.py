"""Running a repository's tests with the pytest that its own hashed requirements name.

https://docs.pytest.org/en/stable/reference/reference.html#command-line-flags
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import ClassVar

from app.ports.checkouts import Checkout
from app.ports.dependencies import Ecosystem, Installed
from app.ports.sandbox import Limits, Step
from app.validation.junit_report import read_junit
from app.validation.requirements_txt import Unpinned, pins
from app.validation.tool_report import PACKAGES, ToolReport, Unreadable
from app.validation.unplanned import NotYet

_REQUIREMENTS = ("requirements-dev.txt", "requirements.txt")
_EXPORTS = {
    "uv.lock": "uv export --format requirements-txt --no-emit-project --output-file requirements-dev.txt",
    "poetry.lock": "poetry export --with dev --output requirements-dev.txt",
    "pdm.lock": "pdm export --format requirements --output requirements-dev.txt",
    "Pipfile.lock": "pipenv requirements --dev --hash > requirements-dev.txt",
}
_COMPILE = "uv pip compile --generate-hashes requirements-dev.in --output-file requirements-dev.txt"
_CONFIGURED = {
    "pytest.ini": "",
    ".pytest.ini": "",
    "conftest.py": "",
    "pyproject.toml": "[tool.pytest",
    "setup.cfg": "[tool:pytest]",
    "tox.ini": "[pytest]",
}

_PYTEST = re.compile(rb"^pytest\b(?!-)", re.MULTILINE | re.IGNORECASE)

_COMMAND = (
    "python",
    "-m",
    "pytest",
    "-p",
    "no:cacheprovider",
    "--continue-on-collection-errors",
    "--color=no",
    "-o",
    "junit_family=xunit1",
    "-o",
    "junit_logging=no",
)


@dataclass(frozen=True, slots=True)
class PytestPlan:
    tool: ClassVar[str] = "pytest"
    ecosystem: ClassVar[Ecosystem] = "pip"

    version: str
    manifests: Mapping[str, bytes]

    def step(self, checkout: Checkout, installed: Installed, limits: Limits, report_file: str) -> Step:
        return Step(
            argv=(*_COMMAND, f"--junitxml={report_file}"),
            archive=checkout.archive(),
            read_only={PACKAGES: installed.folder},
            environment={"CI": "true", "NO_COLOR": "1", "PYTHONPATH": PACKAGES, "PYTHONDONTWRITEBYTECODE": "1"},
            collect=(report_file,),
            limits=limits,
        )

    def read(self, report: bytes, paths: Collection[str]) -> ToolReport | Unreadable:
        return read_junit(report, paths)


def plan_pytest(checkout: Checkout, paths: Collection[str]) -> PytestPlan | NotYet | None:
    """How to run the Python tests; `None` where nothing speaks of any."""
    for name in _REQUIREMENTS:
        content = checkout.read(name) or b""
        if _PYTEST.search(content):
            return _with_requirements(name, content)
    return _without_requirements(paths) if _has_tests(checkout, paths) else None


def _with_requirements(name: str, content: bytes) -> PytestPlan | NotYet:
    pinned = pins(content.decode(errors="replace"))
    if isinstance(pinned, Unpinned):
        return NotYet(f"{name}:{pinned.line}: {pinned.why}. `{_COMPILE}` writes a file that ACS installs from.")
    return PytestPlan(pinned.get("pytest", ""), {"requirements.txt": content})


def _without_requirements(paths: Collection[str]) -> NotYet:
    lock = next((name for name in _EXPORTS if name in paths), None)
    if lock:
        return NotYet(f"ACS does not install from {lock} yet: run `{_EXPORTS[lock]}` and commit requirements-dev.txt.")
    return NotYet(
        "No requirements file pins pytest, so ACS cannot install it: put pytest and what the tests need into "
        f"requirements-dev.in, run `{_COMPILE}` and commit both."
    )


def _has_tests(checkout: Checkout, paths: Collection[str]) -> bool:
    return any(_is_test(path) for path in paths) or any(
        name in paths and section.encode() in (checkout.read(name) or b"") for name, section in _CONFIGURED.items()
    )


def _is_test(path: str) -> bool:
    """https://docs.pytest.org/en/stable/explanation/goodpractices.html#conventions-for-python-test-discovery"""
    name = path.rpartition("/")[2]
    return name.endswith(".py") and (name.startswith("test_") or name.endswith("_test.py"))
