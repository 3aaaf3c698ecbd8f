"""Comments that stand for code which was not written out: applied as they are they would delete it."""

import re
from collections.abc import Collection, Iterable
from pathlib import PurePosixPath

DOTS = "..."
_NO_ELLIPSIS = frozenset([".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"])
_COMMENT = re.compile(r"^\s*(?:#|//|/\*+|\{/\*|<!--|--|\*)\s*(?P<words>.{0,200}?)\s*(?:\*/\}?|-->)?\s*$")
_STANDS_FOR = re.compile(
    r"\b(existing|rest|remain(?:s|ing|der)?|unchanged|same|omitted|previous|before|above|below|here)\b", re.IGNORECASE
)


def left_out(path: str, written: Iterable[str], known: Collection[str]) -> str | None:
    """The first written line that stands for other code and was not among the known lines."""
    known = {line.strip() for line in known}
    return next((line for line in written if line.strip() not in known and _is_placeholder(path, line)), None)


def _is_placeholder(path: str, line: str) -> bool:
    if line.strip() in (DOTS, "\u2026"):  # in Python three dots are code
        return PurePosixPath(path).suffix in _NO_ELLIPSIS
    comment = _COMMENT.match(line[:300])
    if comment is None:
        return False
    words = comment["words"]
    if words in (DOTS, "\u2026"):
        return True
    dotted = words.startswith((DOTS, "\u2026")) or words.endswith((DOTS, "\u2026"))
    return dotted and _STANDS_FOR.search(words) is not None
