"""What was asked for, how much may be read for it, and what was chosen to be."""

from collections.abc import Callable
from dataclasses import dataclass

from app.governance.untrusted_text.findings import Flagged, Quarantined

CountTokens = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class RequestText:
    """The frozen words of a request, as far as a reader sees them (`governance/untrusted_text`)."""

    title: str
    body: str
    criteria: tuple[str, ...] = ()

    @property
    def whole(self) -> str:
        return "\n".join((self.title, self.body, *self.criteria))


@dataclass(frozen=True, slots=True)
class Budget:
    """How much is chosen at most: of everything, of the repository's instructions and configuration, of one file.

    A file that costs more than `one_file` is given in part, unless it is named in the request.
    """

    tokens: int = 16_000
    instructions: int = 3_000
    one_file: int = 3_000
    files: int = 40


@dataclass(frozen=True, slots=True)
class Lines:
    """A range of lines, the last one included, with their text."""

    first: int
    last: int
    text: str


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A file that was chosen, whole or in part. `blob` is the object id of its content, `why` a half sentence.

    Of code, lines are those of the file. Prose is read as a reader sees it, so its lines are those of what is visible.
    """

    path: str
    blob: str
    parts: tuple[Lines, ...]
    is_whole: bool
    why: str
    tokens: int
    quarantined: tuple[Quarantined, ...] = ()
    flagged: tuple[Flagged, ...] = ()


@dataclass(frozen=True, slots=True)
class ManifestItem:
    """One entry of the manifest: which lines of which content, why, and what it cost. No lines mean the whole file."""

    path: str
    blob: str
    lines: tuple[tuple[int, int], ...]
    why: str
    tokens: int


@dataclass(frozen=True, slots=True)
class Context:
    """What was chosen, in the order of its choice; `unreadable` are names that nobody can read, which are not sent."""

    sha: str
    excerpts: tuple[Excerpt, ...]
    unreadable: tuple[Quarantined, ...]
    not_indexed: int

    @property
    def tokens(self) -> int:
        return sum(excerpt.tokens for excerpt in self.excerpts)

    @property
    def manifest(self) -> tuple[ManifestItem, ...]:
        return tuple(
            ManifestItem(
                excerpt.path,
                excerpt.blob,
                () if excerpt.is_whole else tuple((part.first, part.last) for part in excerpt.parts),
                excerpt.why,
                excerpt.tokens,
            )
            for excerpt in self.excerpts
        )


def estimated_tokens(text: str) -> int:
    """Tokens of a text when nobody knows the model's tokenizer: seldom fewer than it will count.

    Tokenizers in use need a token for some three to four bytes of code, and for a Chinese character of three bytes.
    """
    return -(-len(text.encode(errors="replace")) * 2 // 5)
