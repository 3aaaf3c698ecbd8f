"""The page for those who write templates: its example works, and it names everything there is."""

import re
from dataclasses import fields
from importlib.resources import files
from pathlib import Path

import pytest

import app
from app.generation.recipes.filters import FILTERS, FUNCTIONS
from app.generation.recipes.repository import Repository
from app.generation.recipes.schema import PARAMETER_TYPES
from app.generation.recipes.template import FileSpec, Manifest
from tests.contract.generation.workshop import Workshop, fill_in_here
from tests.contract.validation.bench import files_of

PAGE = (Path(str(files(app))).parent / "docs" / "templates.md").read_text()
FENCED = r"(?P<fence>`{3,})\w+\n(?P<content>.*?)^(?P=fence)$"
SHOWN = {
    found["path"]: found["content"] for found in re.finditer(rf"(?ms)^\*\*`(?P<path>[^`\n]+)`\*\*\n\n{FENCED}", PAGE)
}
FOLDER = ".github/acs/templates/feature-flag"


def made() -> dict[str, str]:
    """What the template of the page makes of its example."""
    return fill_in_here(SHOWN[f"{FOLDER}/example.md"], {**files_of("typescript"), **SHOWN})


def test_the_example_makes_what_the_page_shows() -> None:
    (shown,) = re.findall(r"(?ms)gives `src/flags/fastCheckout\.ts`:\n\n```ts\n(.*?)^```$", PAGE)

    assert made() == {
        "src/flags/fastCheckout.ts": shown,
        "src/flags/index.ts": 'export * from "./fastCheckout";\n',
        "src/flags/fastCheckout.test.ts": made()["src/flags/fastCheckout.test.ts"],
    }


def test_the_tests_that_the_example_makes_pass(workshop: Workshop) -> None:
    report = workshop.bench.run("typescript", made())

    assert (report.verdict, report.reason) == ("pass", "")
    assert len([result for result in report.results if result.path == "src/flags/fastCheckout.test.ts"]) == 3


NAMES: frozenset[str] = frozenset(
    [
        *(name for model in (Manifest, FileSpec, *PARAMETER_TYPES) for name in model.model_fields),
        *(str(kind.model_fields["type"].annotation).split("'")[1] for kind in PARAMETER_TYPES),
        *(field.name for field in fields(Repository)),
        *FILTERS,
        *FUNCTIONS,
    ]
)


@pytest.mark.parametrize("name", sorted(NAMES))
def test_everything_a_template_can_use_is_named(name: str) -> None:
    assert re.search(rf"`{name}[`(:]", PAGE)
