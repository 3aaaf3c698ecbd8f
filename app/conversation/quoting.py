"""Text that people or repositories wrote, made harmless inside Markdown that ACS writes.

In a code span or a fenced block GitHub resolves no mention, issue reference, link or image:
https://github.github.com/gfm/#code-spans
"""

import re

from app.domain.plain_text import one_line, visible

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~$&!])")
_LIST_MARKER = re.compile(r"^(\d{1,9})([.)])|^([-+=])")
# between the two halves of `@team`, `#7`, `GH-7`, `://` and `www.`: what GitHub would link, notify or close
# https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
_MENTION_OR_REFERENCE = re.compile(r"(?<=[@#])(?=\w)|(?i:(?<=\bGH)(?=-\d)|(?<=:)(?=//)|(?<=\bwww)(?=\.))")
_LEADING_SLASH = re.compile(r"(?m)^(?=[ \t]*/)")
_ZERO_WIDTH_SPACE = "\u200b"


def code(text: str, limit: int = 80) -> str:
    """The text as a code span, shortened; what is empty is said to be."""
    flat = one_line(text, limit)
    if not flat:
        return "(empty)"
    fence = "`" * (_longest_run_of_backticks(flat) + 1)
    padding = " " if flat.startswith("`") or flat.endswith("`") else ""
    return f"{fence}{padding}{flat}{padding}{fence}"


def escaped(text: str, limit: int = 500) -> str:
    """The text as plain words of a paragraph or a table cell in a document: no markup, no markers of lists."""
    safe = _MARKDOWN.sub(r"\\\1", one_line(text, limit))
    return _LIST_MARKER.sub(lambda found: f"{found[1] or ''}\\{found[2] or found[3]}", safe)


def inert(text: str, limit: int = 500) -> str:
    """Like `escaped`, for comments: mentions and references notify nobody, and no line reads as a command."""
    safe = _MENTION_OR_REFERENCE.sub(_ZERO_WIDTH_SPACE, escaped(text, limit))
    return _LEADING_SLASH.sub(_ZERO_WIDTH_SPACE, safe)


def title(text: str, limit: int) -> str:
    """The text for places that render no Markdown: one line that mentions nobody and refers to nothing."""
    return _MENTION_OR_REFERENCE.sub(_ZERO_WIDTH_SPACE, one_line(text, limit))


def fenced(text: str, language: str = "") -> str:
    """The text as a fenced block that nothing in it can close; no line of it reads as a command."""
    body = _LEADING_SLASH.sub(_ZERO_WIDTH_SPACE, visible(text).rstrip("\n"))
    fence = "`" * max(3, _longest_run_of_backticks(body) + 1)
    return f"{fence}{language}\n{body}\n{fence}"


def _longest_run_of_backticks(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
