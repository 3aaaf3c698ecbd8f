"""Where shipped templates are filled in on the sample repositories, and what they make is run, in the real sandbox."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.demo.seed import SAMPLES, TEMPLATES
from app.domain.change import Change
from app.domain.tests_report import TestsReport
from app.generation.recipes.catalogue import shipped_template
from app.generation.recipes.lane import Ready, generate, plan_recipe
from app.ports.sandbox import Outcome, Step
from tests.contract.validation.bench import Bench, files_of
from tests.fakes.checkout import FakeCheckout

HOSTILE = Path(__file__).with_name("requests")
Files = Mapping[str, str]


def sample_for(template: str) -> str:
    """The folder of the sample repository that a template is for."""
    return SAMPLES[TEMPLATES[template]]


def example_of(template: str) -> str:
    return shipped_template(template).example


def hostile_request(template: str) -> str:
    """A request whose values try to leave their place, and whose names are as long as they may be."""
    return (HOSTILE / f"{template}.md").read_text()


def fill_in(template: str, request: str) -> dict[str, str]:
    """The files that a template makes of a request on its sample repository, by path."""
    return fill_in_here(request, files_of(sample_for(template)))


def fill_in_here(request: str, base: Files) -> dict[str, str]:
    """The files that a request becomes on a repository with these files."""
    checkout = FakeCheckout(base)
    ready = plan_recipe("A request", request, checkout)
    assert isinstance(ready, Ready), ready
    change = generate(ready, checkout, monotonic=time.monotonic)
    assert isinstance(change, Change), change
    return {file.path: file.content for file in change}


def fill_in_both(template: str) -> dict[str, str]:
    """What it makes of its example and of a hostile request, side by side."""
    return fill_in(template, example_of(template)) | fill_in(template, hostile_request(template))


@dataclass(frozen=True, slots=True)
class Workshop:
    bench: Bench

    def run_tests(self, template: str, files: Files) -> TestsReport:
        return self.bench.run(sample_for(template), files)

    def run_node(self, files: Files, *argv: str) -> Outcome:
        """Run a tool that the TypeScript sample has installed, on these files."""
        sample = files_of("typescript")
        manifests = {name: sample[name].encode() for name in ("package.json", "package-lock.json")}
        installed = self.bench.dependencies.install("npm", manifests)
        return self.bench.sandbox.run(
            Step(
                argv=argv,
                archive=FakeCheckout(files, folder=self.bench.folder).archive(),
                read_only={"node_modules": installed.folder},
            )
        )
