"""Words of code and of prose, so that `late fee`, `lateFee` and `LATE_FEES` meet."""

import re
from collections import Counter

_NAME = re.compile(r"[^\W\d_][\w]*|\d{2,}")
_PART = re.compile(r"[A-Z]+(?![^\WA-Z\d_])|[A-Z]?[^\WA-Z\d_]+|\d{2,}")
_LONGEST = 40
_TOO_COMMON = frozenset(
    [
        *("the", "and", "that", "this", "with", "for", "from", "when", "then", "should", "must", "not", "are", "was"),
        *("can", "will", "have", "has", "but", "all", "any", "its", "into", "our", "you", "your", "they", "there"),
        *("want", "need", "please", "would", "could", "also", "given", "who", "which", "what", "each", "per", "of"),
        *("in", "on", "to", "is", "it", "as", "at", "be", "by", "or", "an", "if", "so", "we", "do", "no"),
        *("const", "let", "var", "return", "import", "export", "function", "def", "class", "self", "none", "null"),
    ]
)


def words(text: str) -> Counter[str]:
    """How often each word is there: whole names, and their parts, in small letters and without a plural's s."""
    counted: Counter[str] = Counter()
    for name, times in Counter(_NAME.findall(text)).items():
        if len(name) > _LONGEST:
            continue
        parts = _PART.findall(name)
        forms = {_folded(part) for part in (name, *parts)} if len(parts) > 1 else {_folded(name)}
        for form in forms:
            if len(form) > 1 and form not in _TOO_COMMON:
                counted[form] += times
    return counted


def _folded(word: str) -> str:
    small = word.casefold()
    return small[:-1] if len(small) > 3 and small.endswith("s") and not small.endswith("ss") else small
