"""Untrusted text between two marks that it cannot write itself."""

import re

NONCE = re.compile(r"[0-9a-f]{16,64}")
_LABEL = re.compile(r"[^\w ./:#@,()-]")
_MARK = re.compile(r"<(?=\s*/?\s*untrusted-text)", re.IGNORECASE)
_LABEL_CHARS = 200


def fenced(text: str, label: str, nonce: str) -> str:
    """The text between an opening and a closing mark that carry the nonce, which the text does not.

    The nonce must not be known to the author: it comes from a random source, or from a keyed hash where a run must be
    repeatable. Where the text holds it all the same, each place becomes `[…]`; what only looks
    like a mark loses its bracket.

    Raises:
        ValueError: the nonce is not 16 to 64 small hexadecimal digits.
    """
    if not NONCE.fullmatch(nonce):
        raise ValueError("the nonce of a fence must be 16 to 64 hexadecimal digits")
    body = re.sub(nonce, "[…]", _MARK.sub("‹", text), flags=re.IGNORECASE)
    name = f"untrusted-text-{nonce}"
    shown = re.sub(nonce, "-", " ".join(_LABEL.sub("", label).split())[:_LABEL_CHARS])
    return f'<{name} label="{shown}">\n{body}\n</{name}>'
