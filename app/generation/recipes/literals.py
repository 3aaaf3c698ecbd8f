"""Values from an issue as literals, names and comments of the generated languages: none can leave its place."""

import json
import re
import textwrap
import unicodedata
from collections.abc import Mapping
from decimal import Decimal

from app.domain.plain_text import one_line, visible
from app.domain.yaml_text import Scalar

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
    """A Python literal, as ruff format writes it."""
    match value:
        case str():
            return _python_string(value)
        case int() | float() if not isinstance(value, bool):
            return f'float("{value}")' if _is_special(value) else number(value)
        case _:
            return repr(value)


def python_repr(value: Scalar | None) -> str:
    """What Python's `repr` gives for the value of that literal."""
    return repr(int(value) if isinstance(value, float) and value.is_integer() else value)


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


def json_literal(value: Scalar | Mapping[str, Scalar]) -> str:
    """JSON on one line, in which everything can be seen."""
    return "".join(map(_json_character, json.dumps(value, ensure_ascii=False)))


def _json_character(char: str) -> str:
    return json.dumps(char)[1:-1] if unicodedata.category(char) in _HIDDEN else char


def comment(text: str) -> str:
    """Words for a comment, on one line: they cannot close it, open another one, or set a directive."""
    words = one_line(visible(text), limit=8_000).replace("*/", "* /").replace("/*", "/ *").replace("</", "< /")
    return re.sub(r"(^|\s)@(?=\w)", r"\1\\@", words)


def wrap(text: str, prefix: str = "", width: int = _DEFAULT_WIDTH) -> str:
    """Words on lines of at most `width`, each behind `prefix`."""
    lines = textwrap.wrap(text, width - len(prefix), break_long_words=False, break_on_hyphens=False)
    return "\n".join(prefix + line for line in lines)


def docstring(text: str) -> str:
    """Words inside a Python docstring, on one line: they cannot close it, and doctest runs none of them."""
    words = one_line(visible(text), limit=8_000).replace("\\", "\\\\").replace('"', '\\"')
    return re.sub(r">{2,}", lambda found: " ".join(found[0]), words)


def docstring_code(line: str) -> str:
    """A line of code inside a Python docstring, escaped only where it must be."""
    escaped = line.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return escaped[:-1] + '\\"' if escaped.endswith('"') else escaped


def pascal_case(name: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in _words(name))


def constant_case(name: str) -> str:
    return "_".join(word.upper() for word in _words(name))


def snake_case(name: str) -> str:
    return "_".join(word.lower() for word in _words(name))


def kebab_case(name: str) -> str:
    """The name in small letters, with a hyphen before what was a capital: no two names become the same."""
    return re.sub(r"[A-Z]", lambda capital: f"-{capital[0].lower()}", name).replace("_", "-")


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
    return _break_markup(_quoted(text, "\\u{{{:x}}}"))


def _python_string(text: str) -> str:
    return _quoted(text, "\\U{:08x}")


def _quoted(text: str, beyond_16_bits: str) -> str:
    """In the quotes that need fewer escapes; the format is how the language escapes what is beyond 16 bits."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    return quote + "".join(_character(char, quote, beyond_16_bits) for char in text) + quote


def _character(char: str, quote: str, beyond_16_bits: str) -> str:
    if char in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[char]
    if char == quote:
        return f"\\{char}"
    if unicodedata.category(char) in _HIDDEN:
        return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else beyond_16_bits.format(ord(char))
    return char


def _break_markup(body: str) -> str:
    """Without `</` and `<!--`, which end or hide a script where a page holds the code inline."""
    return body.replace("</", "\\u003c/").replace("<!--", "\\u003c!--")
