"""Rules of the house that no other tool checks."""

import pkgutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

import app
import handlers
from app.wiring import PERMISSIONS, RESYNC

MANIFEST: dict[str, Any] = YAML(typ="safe").load(  # pyright: ignore[reportUnknownMemberType]  # untyped library
    Path(str(files(app))).parent / "app.yml"
)
STRENGTH = ("read", "write")


def test_the_app_asks_for_exactly_the_events_that_have_a_handler() -> None:
    assert set(MANIFEST["default_events"]) == set(handlers.ROUTES)


def test_the_app_asks_for_exactly_the_permissions_its_jobs_use() -> None:
    used = {"metadata": "read"}
    for permissions in (*PERMISSIONS.values(), RESYNC):
        for name, level in permissions.items():
            used[name] = max(level, used.get(name, "read"), key=STRENGTH.index)

    assert MANIFEST["default_permissions"] == used


def test_importing_any_module_does_nothing() -> None:
    entry_points = {"app.demo.github.__main__", "app.demo.model.__main__"}
    # migrations are scripts that Alembic runs, and what the sandbox runs inside is not imported
    names = [
        module.name
        for package in (app, handlers)
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        if ".migrations" not in module.name and module.name not in entry_points
    ]
    program = f"import importlib, sys\nfor name in {names!r}: importlib.import_module(name)"

    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, env={}, check=False
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert len(names) > 50
