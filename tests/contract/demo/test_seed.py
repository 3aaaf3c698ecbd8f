"""What is on the demo's local GitHub before the story begins, and what is left for people to try."""

import io
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from app.demo.github.local import LocalGitHub
from app.demo.seed import SAMPLES, TEMPLATES, seed
from app.demo.stack import Registration, Stack
from app.demo.story import Sample
from app.demo.tour import offer
from app.generation.recipes.catalogue import shipped_recipes, shipped_templates
from app.generation.recipes.issue_form import issue_form

FORMS = ".github/ISSUE_TEMPLATE"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Sample]:
    nobody = Registration(api_url="", app_id=1, private_key="", webhook_secret="")
    planted = seed(tmp_path / "samples", "http://127.0.0.1:9/nobody")
    with LocalGitHub.start(tmp_path / "github", planted) as github:
        yield Sample(github, Stack(tmp_path / "acs", 9, nobody))


def test_every_shipped_template_has_a_repository() -> None:
    assert set(TEMPLATES) == {template.name for template in shipped_templates()}


def test_everything_that_acs_ships_has_its_form_in_a_repository_it_fits(shop: Sample) -> None:
    forms: dict[str, set[str]] = {}
    for name in SAMPLES:
        sample = shop.beside(name)
        for entry in sample.act("maria", "GET", f"/contents/{FORMS}"):
            content = sample.act("maria", "GET", f"/contents/{entry['path']}")["content"]
            forms.setdefault(entry["name"], set()).add(b64decode(content).decode())

    assert forms == {f"acs-{recipe.name}.yml": {issue_form(recipe)} for recipe in shipped_recipes()}


def test_a_template_has_its_form_where_it_fits(shop: Sample) -> None:
    for template, name in TEMPLATES.items():
        found = [entry["name"] for entry in shop.beside(name).act("maria", "GET", f"/contents/{FORMS}")]
        assert f"acs-{template}.yml" in found


def test_people_are_left_an_issue_for_every_template(shop: Sample) -> None:
    said = io.StringIO()

    offer(shop, Console(file=said, width=1000))

    for template, name in TEMPLATES.items():
        issues = shop.beside(name).act("maria", "GET", "/issues")
        (issue,) = [one for one in issues if one["title"] == f"Try the template {template}"]
        assert f"template: {template}" in issue["body"]
        assert issue["labels"] == []
        assert issue["html_url"] in said.getvalue()
