"""The packages a template builds on, looked up in what a repository declares and locks; nothing is installed."""

from collections.abc import Iterator, Mapping

from pydantic import BaseModel, ConfigDict, ValidationError

from app.domain.change import ReadItem
from app.domain.recipe import PackagesMissing
from app.errors import RepoError
from app.generation.imports import normalised, packages
from app.generation.recipes.template import Template
from app.ports.checkouts import Checkout

_NPM_LOCK = "package-lock.json"
_PYTHON_MANIFESTS = ("requirements-dev.txt", "requirements.txt", "pyproject.toml")
_IN_LOCK = "node_modules/"


class _NpmLock(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    packages: Mapping[str, object] = {}


def missing_packages(template: Template, base: Checkout) -> PackagesMissing | None:
    """What the template requires and the base lacks, or `None` where it has everything."""
    manifest = template.manifest
    groups = tuple(tuple(names.split(" | ")) for names in manifest.requires)
    if not groups:
        return None
    there = _python(base) if manifest.language == "python" else frozenset(_npm(base))
    missing = tuple(group for group in groups if there.isdisjoint(map(normalised, group)))
    return PackagesMissing(manifest.name, manifest.language, missing) if missing else None


def read_items(template: Template) -> tuple[ReadItem, ...]:
    """What was read to know that everything the template requires is there."""
    if not template.manifest.requires:
        return ()
    names = _PYTHON_MANIFESTS if template.manifest.language == "python" else ("package.json", _NPM_LOCK)
    return (ReadItem(", ".join(names), "whether the packages that the template builds on are there"),)


def _npm(base: Checkout) -> Iterator[str]:
    """What `package.json` asks for, and what comes with it into the top of `node_modules`."""
    yield from _declared(base, "package.json")
    try:
        lock = _NpmLock.model_validate_json(base.read(_NPM_LOCK) or b"{}")
    except (ValidationError, RepoError):  # a lock file that cannot be read vouches for nothing
        return
    yield from (normalised(path.removeprefix(_IN_LOCK)) for path in lock.packages if path.startswith(_IN_LOCK))


def _python(base: Checkout) -> frozenset[str]:
    """What the check installs: the first requirements file with pytest in it; without one, whatever is declared."""
    declared = {name: frozenset(_declared(base, name)) for name in _PYTHON_MANIFESTS}
    installed = next((found for name, found in declared.items() if name.endswith(".txt") and "pytest" in found), None)
    return frozenset(name for names in declared.values() for name in names) if installed is None else installed


def _declared(base: Checkout, path: str) -> Iterator[str]:
    text = (base.read(path) or b"").decode(errors="replace")
    return (normalised(name) for name in packages(path, text) if name is not None)
