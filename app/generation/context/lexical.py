"""Which pieces of a repository say what a request says, by BM25.

Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009; computed by bm25s
(https://github.com/xhluca/bm25s).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bm25s import BM25  # pyright: ignore[reportMissingTypeStubs]  # untyped library

from app.generation.context.blob_index import BlobIndex, Piece
from app.generation.context.words import words

_MOST_WORDS = 300
_PIECES_OF_A_FILE = 4


@dataclass(frozen=True, slots=True)
class Match:
    """How well a file matches, the lines of its best pieces, and the words that it has in common with the request."""

    score: float
    lines: tuple[tuple[int, int], ...]
    words: tuple[str, ...]


def matches(title: str, whole: str, known: Mapping[str, BlobIndex]) -> Mapping[str, Match]:
    """How well each file matches a request, those left out that do not; the words of the title count twice."""
    asked = words(whole) + words(title)
    chosen = [word for word, _ in sorted(asked.items(), key=lambda item: (-item[1], item[0]))[:_MOST_WORDS]]
    pieces = [(path, piece) for path, index in known.items() for piece in index.pieces]
    if not chosen or not pieces:
        return {}
    scores = _scores([piece for _, piece in pieces], chosen, asked)
    by_path: dict[str, list[tuple[float, Piece]]] = {}
    for (path, piece), score in zip(pieces, scores, strict=True):
        if score > 0:
            by_path.setdefault(path, []).append((score, piece))
    return {path: _match(found, chosen) for path, found in by_path.items()}


def _scores(pieces: list[Piece], chosen: list[str], asked: Mapping[str, int]) -> list[float]:
    """Words that nobody asked for are all the same to BM25: only their number counts."""
    number = {word: at for at, word in enumerate(chosen)}
    other = len(chosen)
    ids = [_ids(piece, number, other) for piece in pieces]
    vocabulary = {**number, "": other}
    index = BM25(method="lucene")
    index.index((ids, vocabulary), create_empty_token=False, show_progress=False)  # pyright: ignore[reportUnknownMemberType]  # untyped library
    query = [word for word in chosen for _ in range(asked[word])]
    scores = index.get_scores(query)  # pyright: ignore[reportUnknownMemberType,reportUnknownVariableType]  # untyped library
    return [round(float(score), 4) for score in scores]  # pyright: ignore[reportUnknownVariableType,reportUnknownArgumentType]  # untyped library


def _ids(piece: Piece, number: Mapping[str, int], other: int) -> list[int]:
    ids = [number[word] for word in number.keys() & piece.words.keys() for _ in range(piece.words[word])]
    return sorted(ids) + [other] * max(1, piece.length - len(ids))


def _match(found: list[tuple[float, Piece]], chosen: list[str]) -> Match:
    best = sorted(found, key=lambda each: (-each[0], each[1].first_line))[:_PIECES_OF_A_FILE]
    top = best[0][0]
    lines = tuple(sorted((piece.first_line, piece.last_line) for score, piece in best if score * 2 >= top))
    return Match(top, lines, tuple(word for word in chosen if word in best[0][1].words)[:5])
