"""How an issue names a template or a pattern: in one fenced YAML block, or in the sections of an issue form.

A block is read where it stands at the top level of the text: not in a quote, a list or an HTML comment.
https://spec.commonmark.org/0.31.2/ and
https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-issue-forms
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from app.domain.did_you_mean import did_you_mean
from app.domain.recipe import Problem
from app.domain.yaml_text import UnreadableYaml, Yaml, read_yaml, shown

MAX_BYTES = 64 * 1024
LANGUAGES = ("acs", "yaml", "yml")
NO_RESPONSE = "_No response_"
KINDS = ("template", "pattern")
_NAMES_A_RECIPE = re.compile(r"(?m)^\{?[\"']?(template|pattern)[\"']?[ \t]*:")


@dataclass(frozen=True, slots=True)
class FromBlock:
    """What a block says: `template:` or `pattern:`, `parameters:`, which may also stand beside it, and `constraints:`.

    Recipes share one set of names, so either key may name either kind.
    """

    recipe: str
    parameters: Mapping[str, Yaml]
    constraints: Yaml
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class FromForm:
    """The text below each `###` heading, by the heading in lower case."""

    recipe: str
    sections: Mapping[str, str] = field(default_factory=dict[str, str])
    repeated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unreadable:
    problems: tuple[Problem, ...]


Request = FromBlock | FromForm | Unreadable


def read_request(body: str) -> Request | None:
    """What an issue asks of a recipe, or `None` where it names none."""
    if len(body.encode(errors="replace")) > MAX_BYTES:
        return Unreadable((Problem("the issue", "more than 64 KiB", "at most 64 KiB of text"),))
    text = body.replace("\r\n", "\n").encode(errors="replace").decode()
    tokens = _blocks(text)
    blocks = [token for token in tokens if _is_request(token)]
    form = _form(tokens, text.split("\n"))
    if len(blocks) + (form is not None) > 1:
        return Unreadable((Problem("the issue", "more than one template or pattern", "one of them in an issue"),))
    return _read_block(blocks[0]) if blocks else form


def read_sections(body: str) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """The text below each `###` heading that somebody filled in, by the heading in lower case; and repeated headings.

    Nothing of a body that is larger than what an issue may hold.
    """
    if len(body.encode(errors="replace")) > MAX_BYTES:
        return {}, ()
    text = body.replace("\r\n", "\n").encode(errors="replace").decode()
    sections, repeated = _named_sections(_blocks(text), text.split("\n"))
    return {name: words for name, words in sections.items() if words != NO_RESPONSE}, repeated


def fenced_content(text: str) -> str:
    """The content of the fenced block that a text consists of, or the text itself."""
    tokens = _blocks(text)
    return tokens[0].content if len(tokens) == 1 and tokens[0].type == "fence" else text


def _blocks(text: str) -> list[Token]:
    markdown = MarkdownIt("commonmark")
    markdown.core.ruler.enableOnly(["normalize", "block"])
    return markdown.parse(text)


def _is_request(token: Token) -> bool:
    language = token.info.strip().partition(" ")[0].lower()
    if token.type != "fence" or token.level > 0 or language not in LANGUAGES:
        return False
    return language == "acs" or _NAMES_A_RECIPE.search(token.content) is not None


def _read_block(token: Token) -> FromBlock | Unreadable:
    first_line = (token.map[0] if token.map else 0) + 1
    try:
        content = read_yaml(token.content).value
    except UnreadableYaml as error:
        return Unreadable((Problem(f"the issue, line {first_line + error.line}", error.message, "YAML"),))
    named = _named(content)
    if not isinstance(content, dict) or len(named) != 1 or not isinstance(content[named[0]], str):
        expected = "the name of a template, or of a pattern"
        return Unreadable((Problem("the block, template or pattern", _given(content), expected),))
    return _from_block(content, named[0])


def _named(content: Yaml) -> Sequence[str]:
    return [kind for kind in KINDS if kind in content] if isinstance(content, dict) else ()


def _given(content: Yaml) -> str | None:
    if not isinstance(content, dict):
        return None if content is None else shown(content)
    named = [shown(content[kind]) for kind in KINDS if content.get(kind) is not None]
    return " and ".join(named) or None


def _from_block(content: Mapping[str, Yaml], kind: str) -> FromBlock:
    beside = {key: value for key, value in content.items() if key not in (kind, "constraints")}
    recipe, constraints = str(content[kind]), content.get("constraints")
    if "parameters" not in content:
        return FromBlock(recipe, beside, constraints)
    parameters = beside.pop("parameters")
    keys = (kind, "parameters", "constraints")
    problems = [
        Problem("the block", shown(key), "one of " + ", ".join(keys), did_you_mean(key, keys)) for key in beside
    ]
    if not isinstance(parameters, dict):
        problems.append(Problem("parameters", shown(parameters), "an object: name: value, one on each line"))
        parameters = {}
    return FromBlock(recipe, parameters, constraints, tuple(problems))


def _form(tokens: Sequence[Token], lines: Sequence[str]) -> FromForm | None:
    sections, repeated = _named_sections(tokens, lines)
    named = [recipe for kind in KINDS if (recipe := sections.pop(kind, "").strip("` "))]
    if len(named) != 1 or "\n" in named[0]:
        return None
    return FromForm(named[0], {name: text for name, text in sections.items() if text != NO_RESPONSE}, repeated)


def _named_sections(tokens: Sequence[Token], lines: Sequence[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    sections: dict[str, str] = {}
    repeated: list[str] = []
    for heading, text in _sections(tokens, lines):
        name = " ".join(heading.lower().split())
        if name in sections:
            repeated.append(name)
        sections.setdefault(name, text)
    return sections, tuple(repeated)


def _sections(tokens: Sequence[Token], lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    starts = [index for index, token in enumerate(tokens) if _is_heading(token)]
    for start, end in pairwise([*starts, len(tokens)]):
        blocks = [token for token in tokens[start + 3 : end] if token.level == 0 and token.map and token.nesting >= 0]
        shown_blocks = [token for token in blocks if not _is_html_comment(token)]
        yield tokens[start + 1].content, "\n\n".join(_source(token, lines) for token in shown_blocks).strip()


def _is_heading(token: Token) -> bool:
    return token.type == "heading_open" and token.tag == "h3" and token.level == 0


def _is_html_comment(token: Token) -> bool:
    return token.type == "html_block" and token.content.lstrip().startswith("<!--")


def _source(token: Token, lines: Sequence[str]) -> str:
    first, last = token.map or (0, 0)
    return "\n".join(lines[first:last]).strip("\n")
