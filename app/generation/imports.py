"""Packages that code and manifests ask for, found without running anything."""

import re

from app.generation.languages.shipped import PACKS

_REQUIREMENTS = re.compile(r"(^|/)requirements[^/]*\.(txt|in)$")


def packages(path: str, text: str) -> frozenset[str | None]:
    """Names of the packages that a file imports or declares; `None` stands for an import that cannot be read."""
    name = "requirements.txt" if _REQUIREMENTS.search(path) else path.rpartition("/")[2]
    for pack in PACKS:
        if pack.reads(path) or path.endswith(pack.declarations_only) or name in pack.manifests:
            return pack.packages(path, text)
    return frozenset()


def normalised(name: str) -> str:
    """One spelling per package. https://packaging.python.org/en/latest/specifications/name-normalization/"""
    return name.lower() if name.startswith("@") else re.sub(r"[-_.]+", "-", name).lower()
