"""What the demo begins with: people, and a sample repository for every kind of template."""

from collections.abc import Mapping
from pathlib import Path

from app.demo.github.records import Role
from app.demo.github.seed import Seed, SeedApp, SeedPerson, SeedRepository

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
"""The repository that each shipped template is for; its issue form is there."""


def seed(samples: Path, webhook_url: str) -> Seed:
    """The repositories from their folders, with the App on all of them."""
    return Seed(
        people=[SeedPerson(login=login) for login in ROLES],
        repositories=[
            SeedRepository(full_name=name, files=samples / folder, roles=ROLES, labels=("acs",))
            for name, folder in SAMPLES.items()
        ],
        app=SeedApp(webhook_url=webhook_url),
    )
