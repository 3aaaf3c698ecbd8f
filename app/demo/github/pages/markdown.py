"""Markdown as GitHub shows it, made from text nobody vouches for: no HTML passes but a few bare tags.

https://github.github.com/gfm/
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup, escape

COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
BARE_TAG = re.compile(r"(</?(?:details|summary|sub|sup|kbd)>|<br ?/?>)", re.IGNORECASE)
SAFE_LINK = re.compile(r"(?:https?://|mailto:|#|/(?!/)|[\w.-]+(?:[/#?]|\Z))", re.IGNORECASE)
BOX = {"[ ] ": "☐ ", "[x] ": "☑ ", "[X] ": "☑ "}
NUMBER = re.compile(r"(?<![\w&/#])#(\d{1,9})\b")


class Renderer(RendererHTML):
    """Lets through the tags of `BARE_TAG` exactly as written there, hides comments, shows all other HTML as text.

    The parameters are those with which markdown-it calls its rules.
    """

    def html_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _harmless(tokens[idx].content)

    def html_inline(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _harmless(tokens[idx].content)

    def text(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        shown = str(escape(tokens[idx].content))
        home = env.get("repository")
        return NUMBER.sub(rf'<a href="{escape(home)}/issues/\1">#\1</a>', shown) if home else shown


def render(text: str | None, *, repository: str | None = None) -> Markup:
    """HTML of the text; `#12` links to the repository whose page that is."""
    return Markup(_parser().render(text or "", {"repository": repository}))  # noqa: S704  # the renderer escapes


@lru_cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True, "breaks": True}, renderer_cls=Renderer)
    parser.enable(["table", "strikethrough"])
    parser.validateLink = lambda url: SAFE_LINK.match(url) is not None
    parser.core.ruler.push("task_boxes", _task_boxes)
    return parser


def _harmless(html: str) -> str:
    parts = BARE_TAG.split(COMMENT.sub("", html))
    return "".join(part.lower() if BARE_TAG.fullmatch(part) else str(escape(part)) for part in parts)


def _task_boxes(state: StateCore) -> None:
    """`- [x]` in a list becomes a ticked box."""
    for item, inline in zip(state.tokens, state.tokens[2:], strict=False):
        if item.type == "list_item_open" and inline.type == "inline" and inline.children:
            first = inline.children[0]
            box = BOX.get(first.content[:4]) if first.type == "text" else None
            if box is not None:
                first.content = box + first.content[4:]
