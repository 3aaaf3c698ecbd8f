"""The languages that ACS knows."""

import posixpath
from functools import lru_cache

from app.generation.languages.ecmascript import JAVASCRIPT, TYPESCRIPT
from app.generation.languages.go import GO
from app.generation.languages.pack import LanguagePack
from app.generation.languages.python import PYTHON

PACKS: tuple[LanguagePack, ...] = (TYPESCRIPT, JAVASCRIPT, PYTHON, GO)
LOCK_FILES = frozenset(name.lower() for pack in PACKS for name in pack.lock_files)
MANIFESTS = tuple(dict.fromkeys(name for pack in PACKS for name in pack.manifests))


_BY_ENDING = {ending: pack for pack in PACKS for ending in pack.grammars}


@lru_cache(maxsize=32_768)
def pack_of(path: str) -> LanguagePack | None:
    """The language that a file is written in."""
    pack = _BY_ENDING.get(posixpath.splitext(path)[1])
    return pack if pack and pack.reads(path) else None


def grammar_of(path: str) -> str | None:
    """What tree-sitter calls the language of a file."""
    pack = pack_of(path)
    return pack.grammar_of(path) if pack else None


def is_test(path: str) -> bool:
    pack = pack_of(path)
    return pack is not None and pack.subject(path) is not None
