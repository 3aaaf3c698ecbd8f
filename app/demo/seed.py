"""What the demo begins with: people, and sample repositories with the issue forms of all that ACS offers for them."""

import shutil
from collections.abc import Iterator, Mapping
from importlib.resources import as_file, files
from pathlib import Path

from app.demo.github.records import Role
from app.demo.github.seed import Seed, SeedApp, SeedPerson, SeedRepository
from app.domain.change import Language
from app.generation.recipes.catalogue import Recipe, shipped_recipes
from app.generation.recipes.issue_form import issue_form

ROLES: Mapping[str, Role] = {"maria": "admin", "omar": "write", "tina": "triage"}
SHOP = "octo/shop"
SLUG = "octo/slug"
LENDING = "octo/lending"
BOOKINGS = "octo/bookings"
SAMPLES: Mapping[str, str] = {SHOP: "typescript", SLUG: "javascript", LENDING: "python", BOOKINGS: "flask"}
"""The folder of each repository below `app/demo/samples`."""
TEMPLATES: Mapping[str, str] = {
    "typescript-module": SHOP,
    "typescript-http-service": SHOP,
    "javascript-cli": SLUG,
    "python-module": LENDING,
    "flask-service": BOOKINGS,
}
"""The repository that each shipped template is for. Patterns are for all that are written in one of their languages."""
_LANGUAGES: Mapping[str, Language] = {SHOP: "typescript", SLUG: "javascript", LENDING: "python", BOOKINGS: "python"}


def seed(folder: Path, webhook_url: str) -> Seed:
    """The repositories, laid out below a new folder, with the App on all of them."""
    with as_file(files("app.demo") / "samples") as samples:
        shutil.copytree(samples, folder, ignore=shutil.ignore_patterns("__pycache__", ".pytest_cache"))
    for name, sample in SAMPLES.items():
        forms = folder / sample / ".github" / "ISSUE_TEMPLATE"
        forms.mkdir(parents=True)
        for recipe in _offered(name):
            (forms / f"acs-{recipe.name}.yml").write_text(issue_form(recipe))
    return Seed(
        people=[SeedPerson(login=login) for login in ROLES],
        repositories=[
            SeedRepository(full_name=name, files=folder / sample, roles=ROLES, labels=("acs",))
            for name, sample in SAMPLES.items()
        ],
        app=SeedApp(webhook_url=webhook_url),
    )


def _offered(repository: str) -> Iterator[Recipe]:
    for recipe in shipped_recipes():
        speaks = _LANGUAGES[repository] in recipe.summary.languages
        if TEMPLATES[recipe.name] == repository if recipe.kind == "template" else speaks:
            yield recipe
