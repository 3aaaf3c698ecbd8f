"""Markdown read as GitHub shows it, and written down again: only what is understood to be visible comes through.

https://spec.commonmark.org/0.31.2/, https://github.github.com/gfm/
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TypedDict, cast
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from app.governance.untrusted_text.characters import seen
from app.governance.untrusted_text.findings import Hidden, Quarantined, excerpt
from app.governance.untrusted_text.html import Page
from app.governance.untrusted_text.opaque import readable

_LANGUAGE = re.compile(r"[\w+#.-]{1,20}")
_LONGEST_ADDRESS = 200
_LONGEST_QUERY = 80
_WORDS_OF_A_SENTENCE = 4
_MAX_NESTING = 20


class _Definition(TypedDict):
    """A link definition, as markdown-it keeps it."""

    title: str
    href: str
    map: list[int]


class _Environment(TypedDict, total=False):
    references: dict[str, _Definition]
    duplicate_refs: list[_Definition]


def visible_markdown(text: str) -> tuple[str, list[Quarantined]]:
    """What a reader sees of a text, as simple Markdown, and what else was in it."""
    environment = _Environment()
    tokens = _parser().parse(text, cast(dict[str, object], environment))
    writer = _Writer()
    for token in tokens:
        writer.block(token)
    writer.page.finish()
    unused = _unused_definitions(environment, tokens)
    return "\n".join(writer.lines).strip("\n"), [*writer.found, *writer.page.found, *unused]


@lru_cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True, "maxNesting": _MAX_NESTING})
    return parser.enable(["table", "strikethrough"])


class _Prefix:
    """What a container puts before its lines: a marker before the first, white space or a `>` before the others."""

    def __init__(self, first: str, other: str) -> None:
        self._next, self._other = first, other

    def take(self) -> str:
        taken, self._next = self._next, self._other
        return taken


class _Writer:
    """Writes tokens down, block by block."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.found: list[Quarantined] = []
        self.page = Page()
        self._prefixes: list[_Prefix] = []
        self._numbers: list[int | None] = []
        self._gap = False
        self._heading = ""
        self._line = 1
        self._row: list[str] | None = None

    def block(self, token: Token) -> None:
        if token.map:
            self._line = token.map[0] + 1
        match token.type:
            case "inline":
                self._inline_block(self._inline(token.children or ()))
            case "fence" | "code_block":
                self._code(token)
            case "html_block":
                self._put(self._clean(self.page.feed(token.content, self._line), self._line))
                self._gap = True
            case "hr":
                self._write("---")
            case "heading_open":
                self._heading = "#" * int(token.tag[1:]) + " "
            case "heading_close" | "paragraph_close" | "bullet_list_close" | "ordered_list_close" | "table_close":
                self._closed(token)
            case _:
                self._container(token)

    def _container(self, token: Token) -> None:
        match token.type:
            case "blockquote_open":
                self._prefixes.append(_Prefix("> ", "> "))
            case "bullet_list_open":
                self._numbers.append(None)
            case "ordered_list_open":
                self._numbers.append(int(token.attrs.get("start", 1)))
            case "list_item_open":
                self._prefixes.append(self._item())
            case "blockquote_close" | "list_item_close":
                self._prefixes.pop()
            case "tr_open":
                self._row = []
            case "tr_close":
                self._write_row()
            case "thead_close":
                columns = self.lines[-1].replace("\\|", "").count("|") - 1 if self.lines else 1
                self._write("|" + " --- |" * max(1, columns))
            case _:
                return

    def _item(self) -> _Prefix:
        number = self._numbers[-1]
        if number is None:
            return _Prefix("- ", "  ")
        self._numbers[-1] = number + 1
        marker = f"{number}. "
        return _Prefix(marker, " " * len(marker))

    def _closed(self, token: Token) -> None:
        self._heading = ""
        self._gap = self._gap or not token.hidden
        if token.type in ("bullet_list_close", "ordered_list_close"):
            self._numbers.pop()

    def _inline_block(self, text: str) -> None:
        if self._row is not None:
            self._row.append(text.replace("\n", " ").replace("|", "\\|"))
        elif text.strip():
            self._write(self._heading + text)

    def _write_row(self) -> None:
        row, self._row = self._row or [], None
        if any(cell.strip() for cell in row):
            self._write("| " + " | ".join(row) + " |")

    def _write(self, text: str) -> None:
        if self.page.is_hidden:
            self.page.hide(text)
        else:
            self._put(text)

    def _put(self, text: str) -> None:
        if not text.strip():
            return
        if self._gap and self.lines:
            self.lines.append("")
        self._gap = False
        for line in text.split("\n"):
            self.lines.append(("".join(prefix.take() for prefix in self._prefixes) + line).rstrip())

    def _code(self, token: Token) -> None:
        language, _, rest = token.info.strip().partition(" ")
        if token.info.strip() and (rest.strip() or not _LANGUAGE.fullmatch(language)):
            self._quarantine("info string of a code block", token.info)
        shown = language if _LANGUAGE.fullmatch(language) else ""
        first = self._line + (token.type == "fence")
        body = self._clean(token.content.rstrip("\n"), first, is_code=True)
        fence = "`" * max(3, _longest_run(body) + 1)
        self._gap = True
        self._write(f"{fence}{shown}\n{body}\n{fence}")
        self._gap = True

    def _inline(self, tokens: Sequence[Token]) -> str:
        shown: list[str] = []
        links: list[str] = []
        for token in tokens:
            text = self._piece(token, links)
            self._line += token.content.count("\n") + (token.type in ("softbreak", "hardbreak"))
            if self.page.is_hidden:
                self.page.hide(text)
            else:
                shown.append(text)
        return "".join(shown)

    def _piece(self, token: Token, links: list[str]) -> str:
        match token.type:
            case "text" | "text_special":
                return self._clean(token.content, self._line)
            case "code_inline":
                code = self._clean(token.content, self._line)
                mark = "`" * (_longest_run(code) + 1)
                return f"{mark}{code}{mark}"
            case "softbreak" | "hardbreak":
                return "\n"
            case "html_inline":
                return self.page.feed(token.content, self._line)
            case "image":
                return self._image(token)
            case "link_open":
                links.append(self._address(token))
                return "["
            case "link_close":
                return f"]{links.pop()}" if links else "]"
            case _:
                return token.markup

    def _image(self, token: Token) -> str:
        """An image shows neither its text nor its title; a word or three of the text say what it is of."""
        title = str(token.attrs.get("title", ""))
        if title:
            self._quarantine("link title", title)
        words = token.content.split()
        if len(words) >= _WORDS_OF_A_SENTENCE or len(token.content) > _LONGEST_QUERY:
            self._quarantine("image text", token.content)
            return "[image]"
        return f"[image: {self._clean(' '.join(words), self._line)}]" if words else "[image]"

    def _address(self, token: Token) -> str:
        title, address = str(token.attrs.get("title", "")), str(token.attrs.get("href", ""))
        if title:
            self._quarantine("link title", title)
        if not _is_plain_address(address):
            self._quarantine("link address", unquote(address))
            return ""
        return f"({self._clean(address, self._line)})"

    def _quarantine(self, what: Hidden, text: str) -> None:
        self.found.append(Quarantined(what, self._line, excerpt(text)))

    def _clean(self, text: str, line: int, *, is_code: bool = False) -> str:
        """Characters that nobody sees can come out of entities, too."""
        shown, unseen = seen(text, line)
        shown, opaque = readable(shown, line, is_code=is_code)
        self.found += [*unseen, *opaque]
        return shown


def _is_plain_address(address: str) -> bool:
    """Whether an address is one that a reader could check at a glance: no sentences in it."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    words = re.split(r"[\s+_]+", unquote(f"{parts.query} {parts.fragment}"))
    return (
        parts.scheme in ("", "http", "https", "mailto")
        and len(address) <= _LONGEST_ADDRESS
        and len(parts.query) + len(parts.fragment) <= _LONGEST_QUERY
        and len([word for word in words if word]) < _WORDS_OF_A_SENTENCE
        and " " not in unquote(parts.path)
    )


def _unused_definitions(environment: _Environment, tokens: Sequence[Token]) -> list[Quarantined]:
    """A definition that no link uses is a note that nobody sees, and so is a second one of the same name."""
    inline = [child for token in tokens for child in token.children or ()]
    used = {str(child.attrs.get("href") or child.attrs.get("src")) for child in inline if child.attrs}
    definitions = environment.get("references", {}).items()
    found = [(label, each) for label, each in definitions if each["href"] not in used]
    found += [("", each) for each in environment.get("duplicate_refs", [])]
    return [
        Quarantined(
            "unused link definition",
            each["map"][0] + 1,
            excerpt(" ".join(part for part in (label, unquote(each["href"]), each["title"]) if part)),
        )
        for label, each in found
    ]


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
