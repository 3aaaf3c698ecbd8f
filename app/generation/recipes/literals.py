"""Values from an issue as literals, names and comments of the generated languages: none can leave its place."""

import json
import re
import textwrap
import unicodedata
from decimal import Decimal

from app.domain.plain_text import one_line, visible
from app.generation.recipes.yaml_text import Scalar

_SHORT_ESCAPES = {"\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v", "\\": "\\\\"}
_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_DEFAULT_WIDTH = 80


def javascript(value: Scalar | None) -> str:
    """A JavaScript or TypeScript literal, as Prettier writes it."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return number(value)
        case str():
            return _javascript_string(value)


def python(value: Scalar | None) -> str:
    """A Python literal, in double quotes."""
    match value:
        case str():
            return json.dumps(value)
        case int() | float() if not isinstance(value, bool):
            return f'float("{value}")' if _is_special(value) else number(value)
        case _:
            return repr(value)


def number(value: float) -> str:
    """A number in positional notation, the way JavaScript's `String(value)` writes it."""
    if _is_special(value):
        return "Number.NaN" if value != value else f"{'-' if value < 0 else ''}Infinity"
    if value == int(value):
        return str(int(value))
    return format(Decimal(repr(value)).normalize(), "f")


def json_text(value: Scalar | None) -> str:
    """What JavaScript's `JSON.stringify` gives for a string or boolean."""
    return json.dumps(value, ensure_ascii=False)


def comment(text: str) -> str:
    """Words for a comment, on one line: they cannot close it, open another one, or set a directive."""
    words = one_line(visible(text), limit=8_000).replace("*/", "* /").replace("/*", "/ *").replace("</", "< /")
    return re.sub(r"(^|\s)@(?=\w)", r"\1\\@", words)


def wrap(text: str, prefix: str = "", width: int = _DEFAULT_WIDTH) -> str:
    """Words on lines of at most `width`, each behind `prefix`."""
    lines = textwrap.wrap(text, width - len(prefix), break_long_words=False, break_on_hyphens=False)
    return "\n".join(prefix + line for line in lines)


def docstring(text: str) -> str:
    """Words inside a Python docstring, on one line."""
    return one_line(visible(text), limit=8_000).replace("\\", "\\\\").replace('"', '\\"')


def pascal_case(name: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in _words(name))


def constant_case(name: str) -> str:
    return "_".join(word.upper() for word in _words(name))


def snake_case(name: str) -> str:
    return "_".join(word.lower() for word in _words(name))


def display_width(text: str) -> int:
    """Columns a text takes: two for wide characters, none for combining ones."""
    return sum(_columns(char) for char in text)


def _columns(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _words(name: str) -> list[str]:
    return re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])|[A-Z]", name)


def _is_special(value: float) -> bool:
    return value != value or value in (float("inf"), float("-inf"))


def _javascript_string(text: str) -> str:
    quote = "'" if text.count('"') > text.count("'") else '"'
    body = "".join(_javascript_char(char, quote) for char in text)
    return f"{quote}{_break_markup(body)}{quote}"


def _javascript_char(char: str, quote: str) -> str:
    if char in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[char]
    if char == quote:
        return f"\\{char}"
    if unicodedata.category(char) in _HIDDEN:
        return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else f"\\u{{{ord(char):x}}}"
    return char


def _break_markup(body: str) -> str:
    """Without `</` and `<!--`, which end or hide a script where a page holds the code inline."""
    return body.replace("</", "\\u003c/").replace("<!--", "\\u003c!--")
