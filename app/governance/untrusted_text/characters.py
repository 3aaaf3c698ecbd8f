"""Characters that are there without being seen, and the messages that are hidden in them.

https://www.unicode.org/reports/tr36/ (security considerations), https://www.unicode.org/reports/tr51/ (emoji)
"""

import re
import unicodedata

from app.governance.untrusted_text.findings import Hidden, Quarantined, excerpt

_UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# letters, marks and symbols that have no ink: fillers, joiners, variation selectors, a blank of Braille
_BLANK = frozenset(
    [
        *map(chr, (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180F, 0x2800, 0x3164, 0xFFA0, 0xFFFC)),
        *map(chr, range(0x180B, 0x180F)),
        *map(chr, range(0xFE00, 0xFE10)),
        *map(chr, range(0xE0100, 0xE01F0)),
    ]
)
_IN_EMOJI = frozenset("\ufe0e\ufe0f\u200d")
_LINE_BREAKS = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_MOST_MARKS = 3
_LETTERS_OF_TAGS = 0xE0000


def is_unseen(character: str) -> bool:
    """Whether a character has no ink and is no white space that people type."""
    if character in "\n\t ":
        return False
    return character in _BLANK or unicodedata.category(character) in _UNSEEN_CATEGORIES


def seen(text: str, first_line: int = 1) -> tuple[str, list[Quarantined]]:
    """The text without characters that nobody sees, and what they were, one finding per run.

    Line breaks of all kinds are newlines. The joiners and selectors inside an emoji are left out without a word, and
    so is more than three marks on one letter, with one.
    """
    text = _LINE_BREAKS.sub("\n", text)
    if text.isascii() and text.isprintable():
        return text, []
    kept: list[str] = []
    found: list[Quarantined] = []
    run: list[str] = []
    line, marks = first_line, 0
    for character in text:
        if is_unseen(character):
            if not (character in _IN_EMOJI and not run and _is_symbol(kept)):
                run.append(character)
            continue
        if run:
            found.append(Quarantined(_kind(run), line, excerpt(_message(run))))
            run = []
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if marks > _MOST_MARKS:
            if marks == _MOST_MARKS + 1:
                found.append(Quarantined("stacked marks", line, excerpt("".join(kept[-_MOST_MARKS - 1 :]))))
            continue
        line += character == "\n"
        kept.append(character)
    if run:
        found.append(Quarantined(_kind(run), line, excerpt(_message(run))))
    return "".join(kept), found


def _is_symbol(kept: list[str]) -> bool:
    """Whether what stands before is an emoji, or one of the digits and signs that keycaps are made of."""
    return bool(kept) and (unicodedata.category(kept[-1]) in ("So", "Sk", "Sm", "Po") or kept[-1] in "0123456789#*")


def _kind(run: list[str]) -> Hidden:
    return "control characters" if all(unicodedata.category(each) == "Cc" for each in run) else "invisible characters"


def _message(run: list[str]) -> str:
    """What a run says to those who can read it, else which characters it is made of."""
    tags = "".join(chr(ord(each) - _LETTERS_OF_TAGS) for each in run if 0xE0020 <= ord(each) <= 0xE007E)
    if tags:
        return tags
    selected = bytes(value for each in run if (value := _byte(each)) is not None).decode(errors="replace")
    if len(selected) > 1 and selected.isprintable():
        return selected
    names = (f"U+{ord(each):04X}" for each in dict.fromkeys(run))
    return f"{len(run)} × {' '.join(names)}"


def _byte(selector: str) -> int | None:
    """Variation selectors count from 0 to 255, which is how bytes are hidden behind a letter."""
    code = ord(selector)
    if 0xFE00 <= code <= 0xFE0F:
        return code - 0xFE00
    return code - 0xE0100 + 16 if 0xE0100 <= code <= 0xE01EF else None
