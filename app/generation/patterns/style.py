"""How a file is written, so that what is added reads like the rest of it."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Literal

from app.generation.patterns.source import Source

_LINE_WIDTHS = {"javascript": 80, "typescript": 80, "python": 88}
_STATEMENTS = ("expression_statement", "lexical_declaration", "variable_declaration", "import_statement")


@dataclass(frozen=True, slots=True)
class Style:
    """`semicolon` is empty in a file that is written without; `indent` is one level."""

    quote: Literal["'", '"']
    semicolon: str
    indent: str
    width: int


def style_of(source: Source) -> Style:
    """What most of a file does; what it does not show is as the formatters of the language do it."""
    return Style(_quote(source), _semicolon(source), _indent(source), _LINE_WIDTHS[source.language])


def indentation_at(text: str, position: int) -> str:
    """The white space at the start of the line that a position is on."""
    line = text[text.rfind("\n", 0, position) + 1 : position]
    return line[: len(line) - len(line.lstrip(" \t"))]


def _quote(source: Source) -> Literal["'", '"']:
    starts = Counter(re.sub(r"^\w+", "", string.text())[:1] for string in source.root.find_all(kind="string"))
    return "'" if starts["'"] > starts['"'] else '"'


def _semicolon(source: Source) -> str:
    if source.language == "python":
        return ""
    ends = [node.text().endswith(";") for kind in _STATEMENTS for node in source.root.find_all(kind=kind)]
    return ";" if sum(ends) * 2 >= len(ends) else ""


def _indent(source: Source) -> str:
    leads = [match[1] for match in re.finditer(r"(?m)^([ \t]+)(?![ \t*]|\r?$)", source.text)]
    if sum(lead.startswith("\t") for lead in leads) * 2 > len(leads):
        return "\t"
    widths = Counter(len(lead) for lead in leads if not lead.startswith("\t"))
    default = 4 if source.language == "python" else 2
    return " " * min((width for width in widths if width in (2, 3, 4, 8)), default=default)
