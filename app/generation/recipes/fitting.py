"""Which templates an issue that names none may have meant."""

import re

from app.domain.recipe import TemplateSummary
from app.generation.recipes.catalogue import Catalogue
from app.generation.recipes.repository import Repository
from app.generation.recipes.template import Template

_WORD = re.compile(r"[a-z][a-z0-9-]+")
_MAX_CHARS = 64 * 1024


def fitting(catalogue: Catalogue, repository: Repository, text: str) -> tuple[TemplateSummary, ...]:
    """Templates in a language of the repository, those first whose words the issue uses most; all for an empty one."""
    asked = _words(text[:_MAX_CHARS])
    templates = [template for template in catalogue.templates() if _speaks(template, repository)]
    ranked = sorted(templates, key=lambda template: (-len(asked & _words_of(template)), template.name))
    return tuple(template.summary for template in ranked)


def _speaks(template: Template, repository: Repository) -> bool:
    return not repository.languages or template.manifest.language in repository.languages


def _words_of(template: Template) -> frozenset[str]:
    manifest = template.manifest
    return _words(" ".join((manifest.title, manifest.description, *manifest.words)))


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower()))
