"""Where a comment speaks to ACS: in its first line that is not empty, and only where that is plain text.

What GitHub shows as code, as a quote, in a list or not at all is nobody's command: people show each other commands, and
e-mail replies carry our own words back. https://spec.commonmark.org/0.31.2/
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

LOOKED_THROUGH = 10_000  # characters of a comment
LONGEST = 300  # characters of its first line
_TOKEN = re.compile(r"/acs(?=\s|$)", re.IGNORECASE)
_LINE_BREAK = re.compile(r"\r\n?")
_UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# default ignorable code points that have a category of letters or marks, and the blank of Braille
# https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
_BLOCKS = ("blockquote", "code", "fence", "heading", "hr", "html_block", "list", "paragraph")
_INLINES = ("autolink", "backticks", "html_inline", "image", "link")


@dataclass(frozen=True, slots=True)
class FirstLine:
    """The first line of a comment that speaks to ACS: as it was written, and what of it is text, in NFKC.

    `hidden` are the characters in it that nobody sees, and `others` the further lines that look like commands.
    """

    written: str
    text: str
    hidden: tuple[str, ...]
    others: tuple[str, ...]


def first_line(body: str) -> FirstLine | None:
    """The first line of a comment, where it speaks to ACS."""
    lines = _LINE_BREAK.sub("\n", body[:LOOKED_THROUGH]).split("\n")
    start = next((number for number, line in enumerate(lines) if line.strip()), None)
    if start is None or not _is_addressed(lines[start]):
        return None
    written, rest = lines[start], lines[start:]
    paragraphs = list(_paragraph_lines("\n".join(rest)))
    if 0 not in paragraphs:
        return None
    others = tuple(rest[number].strip() for number in paragraphs if number and _is_addressed(rest[number]))
    hidden = tuple(character for character in written if _is_unseen(character))
    text = unicodedata.normalize("NFKC", _text(written[: LONGEST + 1])).strip()
    return FirstLine(written.strip(), text, hidden, others)


def _is_addressed(line: str) -> bool:
    """Whether the line begins with the whole word, for somebody who does not see what is hidden in it.

    Only its beginning is looked at: this is asked of each delivered comment before it is answered.
    """
    seen = "".join(character for character in line.lstrip()[:LONGEST] if not _is_unseen(character) or character == "\t")
    return _TOKEN.match(unicodedata.normalize("NFKC", seen).strip()) is not None


def _is_unseen(character: str) -> bool:
    if character == "\t":
        return False
    is_selector = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
    return is_selector or character in _UNSEEN or unicodedata.category(character) in _UNSEEN_CATEGORIES


def _paragraph_lines(text: str) -> Iterator[int]:
    """The lines of the paragraphs at the top level."""
    for token in _blocks().parse(text):
        if token.type == "paragraph_open" and token.level == 0 and token.map:
            yield from range(*token.map)


def _text(line: str) -> str:
    """The line without its code, HTML, links and images; emphasis is no markup here, so that paths stay whole."""
    (inline,) = _inlines().parseInline(line)
    return "".join(token.content for token in _outside_links(inline.children or ()) if token.type == "text")


def _outside_links(tokens: Sequence[Token]) -> Iterator[Token]:
    depth = 0
    for token in tokens:
        depth += token.nesting if token.type in ("link_open", "link_close") else 0
        if depth == 0:
            yield token


@cache
def _blocks() -> MarkdownIt:
    markdown = MarkdownIt("zero", {"html": True, "maxNesting": 20}).enable([*_BLOCKS])
    markdown.core.ruler.enableOnly(["normalize", "block"])
    return markdown


@cache
def _inlines() -> MarkdownIt:
    return MarkdownIt("zero", {"html": True, "maxNesting": 20}).enable([*_INLINES])
