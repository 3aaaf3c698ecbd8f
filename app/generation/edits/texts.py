"""All edits of one text together: each at its only place in the text as it was, none on another's lines."""

from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app.generation.edits.code import read_code
from app.generation.edits.defining import place_definition
from app.generation.edits.edit import AddImport, Replace, ReplaceDefinition, TextEdit
from app.generation.edits.excerpts import nearest
from app.generation.edits.importing import place_import
from app.generation.edits.matching import Lines
from app.generation.edits.placing import Placed, Unplaced, place
from app.generation.edits.result import Level, Problem
from app.generation.edits.text_file import Splice, TextFile
from app.generation.patterns.source import NotEditable

_MOST_EXPLAINED = 20


@dataclass(frozen=True, slots=True)
class Edited:
    """The text with the edits that fit, which is only of use when there are no problems."""

    file: TextFile
    placed: tuple[Placed, ...]
    problems: tuple[Problem, ...]


def edited(file: TextFile, edits: Sequence[TextEdit]) -> Edited:
    """The text with all edits, in whatever order they were written.

    An edit whose lines are nowhere may be of lines that those before it made; then it has to match to the letter.
    Imports are added last, one after another, because several of them may go to the same line.
    """
    before = file.lines
    placed, problems = _placed([edit for edit in edits if not isinstance(edit, AddImport)], file)
    problems += list(_overlaps(placed))
    file = file if problems and not _only_not_found(problems) else _with(file, placed)
    if placed and problems and _only_not_found(problems):
        file, more, problems = _chained(file, placed, problems)
        placed += more
    for edit in edits:
        if isinstance(edit, AddImport):
            try:
                one = place_import(edit, file.lines)
            except Unplaced as unplaced:
                problems.append(unplaced.problem)
                continue
            placed.append(one)
            file = _with(file, [one])
    if not problems:
        problems += _broken(file, edits)
    return Edited(file, tuple(placed), tuple(_explained(problems, before)))


def _broken(file: TextFile, edits: Sequence[TextEdit]) -> Iterator[Problem]:
    """What edits by name would break: they are of code that parses, and leave code that does."""
    by_name = [edit for edit in edits if not isinstance(edit, Replace)]
    if by_name:
        edit = by_name[-1]
        try:
            read_code(edit.path, file.lines)
        except NotEditable as error:
            words = f"would not parse with these edits: line {error.place.line} {error.place.words}"
            yield Problem("syntax", edit.path, edit.line, words, edit)


def _placed(edits: Sequence[TextEdit], file: TextFile) -> tuple[list[Placed], list[Problem]]:
    searched = Lines(file.lines)
    placed: list[Placed] = []
    problems: list[Problem] = []
    after = 0
    for edit in edits:
        try:
            placed.append(_place(edit, file, searched, after))
            after = placed[-1].end
        except Unplaced as unplaced:
            problems.append(replace(unplaced.problem, edit=edit))
    return placed, problems


def _place(edit: TextEdit, file: TextFile, searched: Lines, after: int) -> Placed:
    match edit:
        case Replace():
            return place(edit, file.lines, searched, after=after)
        case ReplaceDefinition():
            return place_definition(edit, file.lines)
        case AddImport():
            return place_import(edit, file.lines)


def _explained(problems: Sequence[Problem], lines: Sequence[str]) -> Iterator[Problem]:
    """The problems, the first ones with what the file has instead of what was searched for."""
    for number, problem in enumerate(problems):
        if problem.reason == "not found" and isinstance(problem.edit, Replace) and number < _MOST_EXPLAINED:
            problem = replace(problem, nearest=nearest(lines, problem.edit.search))
        yield problem


def _chained(
    file: TextFile, placed: Sequence[Placed], problems: Sequence[Problem]
) -> tuple[TextFile, list[Placed], list[Problem]]:
    more: list[Placed] = []
    left: list[Problem] = []
    for problem in problems:
        edit = problem.edit
        earlier = any(isinstance(edit, Replace) and one.edit.line < edit.line for one in placed)
        try:
            if not isinstance(edit, Replace) or not earlier:
                raise Unplaced(problem)
            one = place(edit, file.lines, Lines(file.lines), up_to=Level.EXACT)
        except Unplaced:
            left.append(problem)
            continue
        more.append(one)
        file = _with(file, [one])
    return file, more, left


def _only_not_found(problems: Sequence[Problem]) -> bool:
    return all(problem.reason == "not found" for problem in problems)


def _overlaps(placed: Sequence[Placed]) -> Iterator[Problem]:
    """A problem for each edit that changes what one before it changes, or adds at the very place where that does."""
    taken: list[tuple[Splice, int]] = []
    in_order = sorted(placed, key=lambda one: one.edit.line)
    for number, one in enumerate(in_order):
        clash = next((other for splice in one.splices if (other := _neighbour(splice, number, taken))), None)
        if clash is None:
            for splice in one.splices:
                insort(taken, (splice, number))
            continue
        words = (
            f"is changed twice at line {clash[0].start + 1}: here and by the edit of answer line "
            f"{in_order[clash[1]].edit.line}"
        )
        yield Problem("overlapping", one.edit.path, one.edit.line, f"{words}; make one edit of the two", one.edit)


def _neighbour(splice: Splice, number: int, taken: Sequence[tuple[Splice, int]]) -> tuple[Splice, int] | None:
    """What is taken and touches a splice; as the taken ones do not touch, it is beside the splice in their order."""
    at = bisect_left(taken, (splice, number))
    return next((other for other in taken[max(0, at - 1) : at + 1] if _touch(*sorted((other[0], splice)))), None)


def _touch(first: Splice, second: Splice) -> bool:
    """Two insertions at one place have no order, nor has one at the edge of what is replaced."""
    if first.start == first.end or second.start == second.end:
        return second.start <= first.end
    return second.start < first.end


def _with(file: TextFile, placed: Sequence[Placed]) -> TextFile:
    return file.spliced(splice for one in placed for splice in one.splices)
