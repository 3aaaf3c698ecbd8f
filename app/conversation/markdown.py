"""Putting text that somebody else wrote into Markdown, so that it can only ever be read.

Inside code GitHub links no mention, issue or address, and renders no HTML: everything foreign goes into code, fenced by
more backticks than it contains. https://spec.commonmark.org/0.31.2/#code-spans and #fenced-code-blocks
"""

import re

from app.domain.plain_text import one_line, plain

_BACKTICKS = re.compile(r"`+")


def code_span(text: str, limit: int = 200) -> str:
    """The text as inline code on one line, for use anywhere but in a table."""
    text = one_line(text, limit) or "(empty)"
    fence = "`" * (_longest_run(text) + 1)
    padding = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{padding}{text}{padding}{fence}"


def code_block(text: str, limit: int = 4000) -> str:
    """The text as a block of code of its own lines, at the left margin."""
    text = plain(text, limit)
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}text\n{text}\n{fence}"


def size_bytes(text: str) -> int:
    """GitHub's limits are met in bytes as well as in characters. https://github.com/github/docs/issues/35252"""
    return len(text.encode())


def _longest_run(text: str) -> int:
    return max((len(run) for run in _BACKTICKS.findall(text)), default=0)
