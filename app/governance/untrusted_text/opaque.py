"""Text that is seen and cannot be read: encoded, styled, or pushed out of the window."""

import re
import unicodedata
from collections.abc import Callable

from app.governance.untrusted_text.findings import Hidden, Quarantined, excerpt

PLACEHOLDER = "[…]"
_DATA_URL = re.compile(r"\bdata:[\w.+-]{0,60}(?:/[\w.+-]{1,60})?(?:;[\w=.+-]{1,60})*,[^\s\"'<>)]+", re.IGNORECASE)
_ENCODED = re.compile(r"[A-Za-z0-9+/_-]{80,}={0,2}|(?:\\x[0-9a-fA-F]{2}|%[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}){20,}")
_STYLED = re.compile(
    "(?:[\U0001d400-\U0001d7ff\U0001f130-\U0001f189\u2460-\u24ff\uff21-\uff3a\uff41-\uff5a\u1d00-\u1d7f]"
    r"[\s.,!?'’-]{0,3}){12,}"
)
_OUT_OF_SIGHT = re.compile(r"[ \t\u00a0\u2000-\u200a\u3000]{60,}\S.*|(?:\n[ \t]*){30,}(?=\S)")


def readable(text: str, line: int, *, is_code: bool = False) -> tuple[str, list[Quarantined]]:
    """The text with a mark in the place of what no reader can read, and what that was."""
    found: list[Quarantined] = []
    kinds: tuple[tuple[Hidden, re.Pattern[str], Callable[[str], bool]], ...] = (
        ("data URL", _DATA_URL, lambda _: True),
        ("encoded text", _ENCODED, _is_encoded),
        ("styled letters", _STYLED, lambda _: True),
        ("text out of sight", _OUT_OF_SIGHT, lambda _: is_code),
    )
    for what, pattern, holds in kinds:

        def mark(match: re.Match[str], what: Hidden = what, holds: Callable[[str], bool] = holds) -> str:
            part = match[0]
            if not holds(part):
                return part
            at = line + match.string.count("\n", 0, match.start())
            found.append(Quarantined(what, at, excerpt(unicodedata.normalize("NFKC", part))))
            return f" {PLACEHOLDER}" if what == "text out of sight" else PLACEHOLDER

        text = pattern.sub(mark, text)
    return text, found


def _is_encoded(part: str) -> bool:
    """A path of 80 characters has words between its slashes, a hash has one case of letters; base64 is a mixture."""
    if part.startswith(("\\", "%")):
        return True
    longest_word = max(map(len, re.split(r"[/_-]", part)))
    kinds = [any(test(each) for each in part) for test in (str.islower, str.isupper, str.isdigit)]
    return (all(kinds) and longest_word > 24) or longest_word > 128
