"""What of a text that somebody wrote a model is given, and what people are shown instead of the rest."""

import re

from app.domain.plain_text import one_line
from app.governance.redaction import REDACTED, redact
from app.governance.untrusted_text.characters import seen
from app.governance.untrusted_text.findings import Quarantined, Sanitised, excerpt, finished
from app.governance.untrusted_text.instructions import addressed_to_a_model
from app.governance.untrusted_text.markdown import visible_markdown
from app.governance.untrusted_text.opaque import readable

MAX_CHARS = 65_536  # as much as GitHub takes; reading Markdown can take time that grows with its square
_LONGEST_LINE = 1_000
_CODE_LINE_BREAKS = re.compile(r"\r\n?")


def sanitised(markdown: str) -> Sanitised:
    """What a reader sees of an issue, a comment, a review or a README, as Markdown that hides nothing.

    Lines of what was quarantined are those of the text as written, lines of what is flagged those of the result.
    Image texts, link titles, collapsed details, comments, hidden elements, invisible characters, encoded blocks
    and credentials are not in the result.
    """
    text, found = seen(markdown[:MAX_CHARS])
    if len(markdown) > MAX_CHARS:
        found.append(_beyond(markdown, MAX_CHARS))
    text, secrets = _without_secrets(text)
    text, hidden = visible_markdown(text)
    text = redact(text)  # once more: an entity can hide a part of a credential
    return finished(text, [*found, *secrets, *hidden], list(addressed_to_a_model(text)))


def sanitised_line(text: str) -> Sanitised:
    """The same of a title, a commit's subject or a file's name: nothing in it is Markdown, and it is one line."""
    shown, found = seen(text[: _LONGEST_LINE * 4])
    shown, opaque = readable(one_line(shown, _LONGEST_LINE), 1)
    if len(text) > _LONGEST_LINE:
        found.append(_beyond(text, _LONGEST_LINE))
    shown, secrets = _without_secrets(shown)
    return finished(shown, [*found, *opaque, *secrets], list(addressed_to_a_model(shown)))


def sanitised_code(text: str) -> Sanitised:
    """The same of a file of code: all of its lines, without characters nobody sees and without credentials.

    Comments of code are seen by whoever reads it, so they stay; what in them addresses a model is flagged.
    """
    found: list[Quarantined] = []
    lines: list[str] = []
    for number, line in enumerate(_CODE_LINE_BREAKS.sub("\n", text).split("\n"), start=1):
        shown, unseen = seen(line, number)
        found += unseen
        lines.append(shown.replace("\n", " "))
    shown, secrets = _without_secrets("\n".join(lines))
    return finished(shown, [*found, *secrets], list(addressed_to_a_model(shown)))


def _without_secrets(text: str) -> tuple[str, list[Quarantined]]:
    shown = redact(text)
    if shown == text:
        return text, []
    return shown, [Quarantined("secret", text.count("\n", 0, _first_difference(text, shown)) + 1, REDACTED)]


def _first_difference(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (first, second) in pairs if first != second), min(len(one), len(other)))


def _beyond(text: str, limit: int) -> Quarantined:
    return Quarantined("text beyond the limit", text.count("\n", 0, limit) + 1, excerpt(text[limit:]))
