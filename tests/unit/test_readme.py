"""What the README shows works."""

import re
from importlib.resources import files
from pathlib import Path

import app
from app.generation.recipes.lane import Ready, plan_recipe
from tests.fakes.checkout import FakeCheckout

README = (Path(str(files(app))).parent / "README.md").read_text()


def test_the_request_in_the_readme_is_complete() -> None:
    (example,) = re.findall(r"^````markdown\n(.*?)^````$", README, re.MULTILINE | re.DOTALL)

    base = FakeCheckout({"package.json": '{"devDependencies": {"jest": "30"}}'})
    assert isinstance(plan_recipe("Add shipping zones", example, base), Ready)


def test_every_command_of_make_and_acs_in_the_readme_exists() -> None:
    makefile = (Path(str(files(app))).parent / "Makefile").read_text()

    for target in re.findall(r"`make (\w+)", README):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
