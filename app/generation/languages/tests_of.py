"""Which tests cover a file, and where the test of a file goes: by the names and folders that a repository uses."""

import posixpath
from collections.abc import Collection, Iterator, Sequence

from app.generation.languages.pack import LanguagePack
from app.generation.languages.shipped import pack_of


def tests_of(path: str, paths: Collection[str]) -> tuple[str, ...]:
    """The test files that cover a source file by their name, the nearest first; tests themselves have none."""
    pack = pack_of(path)
    if pack is None or pack.subject(path) is not None:
        return ()
    stem = _stem(path)
    found = [test for test in paths if _same_family(pack, pack_of(test)) and _covered(test) == stem]
    return tuple(sorted(found, key=lambda test: (_farness(test, path), test)))


def covered_by(test: str, paths: Collection[str]) -> tuple[str, ...]:
    """The source files that a test file covers by its name, the nearest first."""
    subject, pack = _covered(test), pack_of(test)
    if subject is None:
        return ()
    found = [
        path
        for path in paths
        if _stem(path) == subject and _covered(path) is None and _same_family(pack, pack_of(path))
    ]
    return tuple(sorted(found, key=lambda path: (_farness(test, path), path)))


def place_for_test(source: str, paths: Collection[str]) -> str | None:
    """Where the test of a source file is or should be; `None` for what is no code.

    It follows the nearest pair of a source file and its test; without one, the language's own custom.
    """
    existing = tests_of(source, paths)
    if existing:
        return existing[0]
    pack = pack_of(source)
    if pack is None:
        return None
    folder, name = posixpath.split(source)
    for test, subject in _pairs_by_nearness(pack, source, paths):
        return posixpath.join(_moved(folder, posixpath.dirname(subject), posixpath.dirname(test)), pack.test_name(name))
    return posixpath.join(folder if pack.test_folder is None else pack.test_folder, pack.test_name(name))


def _pairs_by_nearness(pack: LanguagePack, source: str, paths: Collection[str]) -> Sequence[tuple[str, str]]:
    by_stem: dict[str, list[str]] = {}
    for path in paths:
        if pack.reads(path) and pack.subject(path) is None:
            by_stem.setdefault(_stem(path), []).append(path)
    pairs = list(_pairs(pack, paths, by_stem))
    return sorted(pairs, key=lambda pair: (_farness(pair[1], source), pair))


def _pairs(pack: LanguagePack, paths: Collection[str], by_stem: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    for test in paths:
        subject = pack.subject(test) if pack.reads(test) else None
        covered = by_stem.get(subject, []) if subject else []
        if covered:
            yield test, min(covered, key=lambda path: (_farness(test, path), path))


def _moved(folder: str, from_folder: str, to_folder: str) -> str:
    """The folder as far from `to_folder` as it is from `from_folder`, when what they share at their end is left out."""
    source, target = _parts(from_folder), _parts(to_folder)
    while source and target and source[-1] == target[-1] and len(source) > 1:
        source, target = source[:-1], target[:-1]
    inside = _parts(folder)
    rest = inside[len(source) :] if inside[: len(source)] == source else ()
    if _parts(to_folder) == _parts(from_folder):
        return folder
    if to_folder == posixpath.join(from_folder, "__tests__"):
        return posixpath.join(folder, "__tests__")
    return posixpath.join(*target, *rest) if (*target, *rest) else ""


def _parts(folder: str) -> tuple[str, ...]:
    return tuple(part for part in folder.split("/") if part)


def _covered(path: str) -> str | None:
    pack = pack_of(path)
    return pack.subject(path) if pack else None


def _same_family(one: LanguagePack | None, other: LanguagePack | None) -> bool:
    """Tests in JavaScript cover TypeScript too: languages with the same manifests are tested together."""
    return one is not None and other is not None and one.manifests == other.manifests


def _stem(path: str) -> str:
    return posixpath.splitext(posixpath.basename(path))[0]


def _farness(one: str, other: str) -> tuple[int, int]:
    """Least where two paths share most folders, counted from their files and from the root, and are equally deep."""
    first, second = _parts(posixpath.dirname(one)), _parts(posixpath.dirname(other))
    return -2 * _shared(first[::-1], second[::-1]) - _shared(first, second), abs(len(first) - len(second))


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    count = 0
    for first, second in zip(one, other, strict=False):
        if first != second:
            break
        count += 1
    return count
