"""Text that somebody else wrote, made fit to be looked at: no control characters, nothing invisible, a known length."""

import re
import unicodedata

# CSI sequences (colours, cursor), OSC sequences (titles, hyperlinks), and any other two-character escape
_TERMINAL = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b.|\x9b[0-?]*[ -/]*[@-~]")
_LINE_BREAKS = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def plain(text: str, limit: int) -> str:
    """The text as a reader sees it, at most `limit` characters; its end is cut with an ellipsis.

    Terminal sequences and control characters are gone, every kind of line break is a newline. What would be there
    without being seen (bidirectional and zero-width characters, private use, lone surrogates) becomes U+FFFD.
    """
    text = _TERMINAL.sub("", text[: limit * 4])
    text = "".join(_seen(character) for character in _LINE_BREAKS.sub("\n", text)).strip("\n")
    return text if len(text) <= limit else text[: limit - 1] + "…"


def one_line(text: str, limit: int) -> str:
    """The same on a single line: any run of white space is one space."""
    return plain(" ".join(plain(text, limit * 4).split()), limit)


def visible(text: str) -> str:
    """The text without what would be there without being seen, and without control characters but tab and newline."""
    return "".join(character for character in text if _seen(character) not in ("", "\ufffd"))


def _seen(character: str) -> str:
    if character in "\n\t" or unicodedata.category(character) not in _UNSEEN:
        return character
    return "" if unicodedata.category(character) == "Cc" else "\ufffd"
