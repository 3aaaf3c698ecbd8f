"""HTML inside Markdown: which of it a reader sees. Where that is in doubt, nothing is seen.

https://html.spec.whatwg.org/multipage/rendering.html#hidden-elements
"""

import html
import re

from app.governance.untrusted_text.findings import Quarantined, excerpt

_PIECE = re.compile(
    r"(?P<comment><!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<![A-Za-z].*?(?:>|\Z))"
    r"|<(?P<end>/?)(?P<name>[A-Za-z][^\s/>]*)(?P<attributes>(?:\"[^\"]*\"|'[^']*'|[^'\">])*+)>"
    r"|(?P<unfinished><[A-Za-z/!?].*\Z)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""([^\s"'=<>/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?""")
_UNSHOWN_WORDS = (
    "audio canvas datalist dialog head iframe map math noembed noframes noscript object picture plaintext script"
    " select style svg template textarea title video xmp"
)
_NOT_SHOWN = frozenset(_UNSHOWN_WORDS.split())
_RAW = frozenset({"script", "style", "textarea", "title", "xmp", "plaintext", "noembed", "noframes", "iframe"})
_VOID_WORDS = "area base br col embed hr img input link meta source track wbr"
_VOID = frozenset(_VOID_WORDS.split())
_HIDING_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0|(?:font-size|width|height)\s*:\s*0"
    r"|color\s*:\s*(?:white|transparent|#f{3,8})|clip|text-indent|position\s*:\s*(?:absolute|fixed)",
    re.IGNORECASE,
)
_BREAKS = frozenset({"br", "hr", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "summary"})
_MOST_HIDDEN_CHARS = 4_000
_WORDS_OF_A_SENTENCE = 4
_LONG_VALUE = 200


class Page:
    """What is hidden so far by HTML that was opened and not closed, and what was found in it."""

    def __init__(self) -> None:
        self.found: list[Quarantined] = []
        self._open: list[str] = []
        self._hidden: list[str] = []
        self._hidden_since = 0
        self._in_summary = False

    @property
    def is_hidden(self) -> bool:
        """Whether text at this place is not seen."""
        return bool(self._open) and not self._in_summary

    def hide(self, text: str) -> None:
        """Text at this place, which is hidden."""
        if sum(map(len, self._hidden)) < _MOST_HIDDEN_CHARS:
            self._hidden.append(text)

    def feed(self, markup: str, line: int) -> str:
        """The visible text of a piece of HTML that starts on a line."""
        shown: list[str] = []
        position = 0
        for piece in _PIECE.finditer(markup):
            self._text(markup[position : piece.start()], shown)
            at = line + markup.count("\n", 0, piece.start())
            if piece["name"] is None:
                self.found.append(Quarantined("HTML comment", at, excerpt(piece[0])))
            elif piece["name"].lower() in _BREAKS and not self.is_hidden:
                shown.append("\n" if shown else "")
                self._tag(piece, at)
            else:
                self._tag(piece, at)
            position = piece.end()
        self._text(markup[position:], shown)
        return "".join(shown).strip("\n")

    def finish(self) -> None:
        """The end of the document closes what is open; it was hidden all the same."""
        if self._open:
            self._close_all()

    def _text(self, text: str, shown: list[str]) -> None:
        if self.is_hidden:
            self.hide(text)
        else:
            shown.append(html.unescape(text))

    def _tag(self, piece: re.Match[str], line: int) -> None:
        name = piece["name"].lower()
        if self._open and self._open[-1] in _RAW and not (piece["end"] and name == self._open[-1]):
            self.hide(piece[0])
        elif piece["end"]:
            self._closed(name)
        else:
            self._opened(name, _attributes(piece["attributes"]), piece, line)

    def _closed(self, name: str) -> None:
        if name == "summary":
            self._in_summary = False
        if name not in self._open:
            return
        while self._open.pop() != name:
            continue
        if not self._open:
            self._close_all()

    def _close_all(self) -> None:
        self._open, self._in_summary = [], False
        words = excerpt(" ".join(self._hidden))
        if words:
            self.found.append(Quarantined("hidden HTML element", self._hidden_since, words))
        self._hidden = []

    def _opened(self, name: str, attributes: dict[str, str], piece: re.Match[str], line: int) -> None:
        if any(_says_something(value) for value in attributes.values()):
            kind = "image text" if name == "img" else "HTML tag"
            self.found.append(Quarantined(kind, line, excerpt(html.unescape(piece[0]))))
        if name == "summary" and self._open == ["details"]:
            self._in_summary = True
        elif name not in _VOID and (self._open or _hides(name, attributes)):
            if not self._open:
                self._hidden_since = line
            self._open.append(name)


def _attributes(text: str) -> dict[str, str]:
    return {found[1].lower(): found[2] or found[3] or found[4] or "" for found in _ATTRIBUTE.finditer(text)}


def _hides(name: str, attributes: dict[str, str]) -> bool:
    if name == "details":
        return "open" not in attributes
    return (
        name in _NOT_SHOWN
        or "hidden" in attributes
        or attributes.get("aria-hidden", "").lower() == "true"
        or _HIDING_STYLE.search(html.unescape(attributes.get("style", ""))) is not None
    )


def _says_something(value: str) -> bool:
    return len(value.split()) >= _WORDS_OF_A_SENTENCE or len(value) > _LONG_VALUE or value.lower().startswith("data:")
