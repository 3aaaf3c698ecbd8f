from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import app.demo
from app.domain.tests_report import TestsReport
from app.ports.dependencies import Dependencies
from app.ports.sandbox import Limits, Sandbox
from app.validation.tests_stage import run_tests
from tests.fakes.checkout import FakeCheckout

SAMPLES = Path(app.demo.__file__).parent / "samples"


@dataclass(frozen=True, slots=True)
class Bench:
    """Where the tests of the sample repositories are run, with a few files changed."""

    sandbox: Sandbox
    dependencies: Dependencies
    folder: Path

    def run(
        self, sample: str, files: Mapping[str, str] | None = None, *, deadline: timedelta = timedelta(minutes=1)
    ) -> TestsReport:
        checkout = FakeCheckout({**files_of(sample), **(files or {})}, folder=self.folder)
        return run_tests(
            checkout, sandbox=self.sandbox, dependencies=self.dependencies, limits=Limits(deadline=deadline)
        )


def files_of(sample: str) -> dict[str, str]:
    """The files of a sample repository, by their path."""
    folder = SAMPLES / sample
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}
