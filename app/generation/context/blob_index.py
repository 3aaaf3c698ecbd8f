"""What is known of a content: its words by piece, its symbols, the names it uses and its imports. Kept by object id."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from pydantic import TypeAdapter, ValidationError

from app.generation.context.sendable import Sendable
from app.generation.context.words import words
from app.generation.languages.outline import outline
from app.generation.languages.pack import NOTHING, Symbol
from app.generation.languages.shipped import LOCK_FILES, pack_of
from app.ports.blob_indexes import BlobIndexes

VERSION = 1
MAX_FILE_BYTES = 256 * 1024
MAX_FILES = 20_000
_PIECE_LINES = 60
_LEAST_LINES = 15
_AT_ONCE = 500
_PROSE_AND_DATA = (
    *(".md", ".rst", ".txt", ".adoc", ".json", ".yml", ".yaml", ".toml", ".ini", ".cfg", ".sql", ".sh", ".graphql"),
    *(".css", ".scss", ".html", ".vue", ".svelte", ".proto", ".prisma", ".java", ".kt", ".rb", ".rs", ".php", ".cs"),
    *(".c", ".h", ".cpp", ".hpp", ".swift", ".d.ts"),
)
_NOT_BY_HAND = ("node_modules", "vendor", "dist", "build", "out", "coverage", ".next", "__snapshots__", "third_party")


class Piece(NamedTuple):
    """Lines of a file that are looked for together, their words, and how many these are."""

    first_line: int
    last_line: int
    length: int
    words: Mapping[str, int]


class BlobIndex(NamedTuple):
    """What is known of one content."""

    pieces: tuple[Piece, ...]
    symbols: tuple[tuple[str, str, int, int], ...]
    names: Mapping[str, int]
    imports: tuple[str, ...]


_ADAPTER = TypeAdapter(BlobIndex)


def indexed(base: Sendable, indexes: BlobIndexes) -> tuple[Mapping[str, BlobIndex], int]:
    """The index of every file that people wrote, by path, and how many were left out because there are too many.

    What is remembered is not read again; what was damaged, or written by another version, is made anew.
    """
    blobs = base.blobs()
    paths = [path for path in base.paths() if _is_by_hand(path)]
    keys = {path: _key(path, blobs[path]) for path in paths[:MAX_FILES]}
    remembered = indexes.get_many(frozenset(keys.values()))
    known = {key: index for key, content in remembered.items() if (index := _decoded(content)) is not None}
    missing = {key: path for path, key in keys.items() if key not in known}
    known |= dict(_made(base, missing, indexes))
    return {path: known[key] for path, key in keys.items() if key in known}, len(paths) - len(keys)


def _made(base: Sendable, missing: Mapping[str, str], indexes: BlobIndexes) -> Iterator[tuple[str, BlobIndex]]:
    key_of = {path: key for key, path in missing.items()}
    made: dict[str, bytes] = {}
    for path, content in base.read_many(list(key_of), largest_bytes=MAX_FILE_BYTES):
        index = index_of(path, content)
        made[key_of[path]] = _ADAPTER.dump_json(index)
        yield key_of[path], index
        if len(made) == _AT_ONCE:
            indexes.put_many(made)
            made = {}
    indexes.put_many(made)


def index_of(path: str, content: bytes) -> BlobIndex:
    """What there is to know of a content; nothing of what is no text."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return BlobIndex((), (), {}, ())
    pack = pack_of(path)
    found = outline(pack, path, text) if pack else NOTHING
    symbols = tuple((each.name, each.kind, each.first_line, each.last_line) for each in found.symbols)
    return BlobIndex(tuple(_pieces(text.split("\n"), found.symbols)), symbols, found.names, found.imports)


def _pieces(lines: Sequence[str], symbols: Sequence[Symbol]) -> Iterator[Piece]:
    """The file cut before definitions, in pieces of 15 to 60 lines."""
    starts = {symbol.first_line for symbol in symbols}
    first = 1
    for number in range(1, len(lines) + 1):
        length = number - first
        if length >= _PIECE_LINES or (length >= _LEAST_LINES and number in starts):
            yield _piece(lines, first, number - 1)
            first = number
    if first <= len(lines):
        yield _piece(lines, first, len(lines))


def _piece(lines: Sequence[str], first: int, last: int) -> Piece:
    counted = words("\n".join(lines[first - 1 : last]))
    return Piece(first, last, counted.total(), dict(counted))


def _decoded(content: bytes) -> BlobIndex | None:
    try:
        return _ADAPTER.validate_json(content)
    except ValidationError:
        return None


def _key(path: str, blob: str) -> str:
    """The same content is read differently as another language."""
    pack = pack_of(path)
    return f"{VERSION}.{pack.grammar_of(path) if pack else 'text'}.{blob}"


def _is_by_hand(path: str) -> bool:
    *folders, name = path.split("/")
    is_text = pack_of(path) is not None or name.lower().endswith(_PROSE_AND_DATA)
    is_made = name.lower() in LOCK_FILES or ".min." in name or any(folder in _NOT_BY_HAND for folder in folders)
    return is_text and not is_made
