"""A definition in place of the one of the same name; what the new code does not bring of its surroundings stays."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ast_grep_py import SgNode

from app.generation.edits.code import Code, dedented, read_code
from app.generation.edits.definitions import Definition, definitions
from app.generation.edits.edit import ReplaceDefinition
from app.generation.edits.excerpts import excerpt
from app.generation.edits.lazy import left_out
from app.generation.edits.placing import Placed, Unplaced
from app.generation.edits.result import Level, Problem, Reason
from app.generation.patterns.source import NotEditable, end_of, line_of, start_of

_MOST_NAMED = 30
_AROUND = "class Around {"


@dataclass(frozen=True, slots=True)
class _Given:
    """The code of an edit as it parses alone, its definitions, and the white space that was taken from its lines."""

    code: Code
    found: list[Definition]
    taken: str

    def moved(self, start: int, end: int, lead: str) -> str:
        """A part of the code, indented as the place is; lines inside of texts stay as they were written."""
        fixed = _text_lines(self.code)
        first = self.code.text.count("\n", 0, start)
        head, *rest = self.code.text[start:end].split("\n")
        leads = [self.taken if first + at in fixed else lead for at in range(1, len(rest) + 1)]
        last = len(rest) - 1  # what follows stands on it, so it is indented even when nothing does yet
        moved = [
            own + line if line.strip() or at == last else line
            for at, (own, line) in enumerate(zip(leads, rest, strict=True))
        ]
        return "\n".join([head, *moved])


def place_definition(edit: ReplaceDefinition, lines: Sequence[str]) -> Placed:
    """The edit at the one definition of its name.

    Raises:
        Unplaced: the file or the code does not parse, the name is nowhere or several times, or nothing changes.
    """
    comment = left_out(edit.path, edit.code, lines)
    if comment is not None:
        raise _unplaced(edit, "code left out", f"would lose code for which “{comment.strip()[:80]}” stands")
    base = _read(edit, lines)
    there = _the_one(edit, base, _named(base, edit.name))
    new = _given(edit, base, is_member=_is_member(base, there[0]))
    text = _composed(edit, base, there, new)
    start = there[0].comment if _has_comment(new.found[0]) else there[0].decorators
    splice = base.spliced(start, there[-1].end, text)
    if base.lines[splice.start : splice.end] == splice.lines:
        raise _unplaced(edit, "already applied", f"has {edit.name} like this already, at line {splice.start + 1}")
    return Placed(edit, Level.EXACT, splice.start, splice.end, (splice,))


def _read(edit: ReplaceDefinition, lines: Sequence[str]) -> Code:
    try:
        return read_code(edit.path, lines)
    except NotEditable as error:
        raise _unplaced(edit, "syntax", f"cannot be edited by names: {_where(error)}") from error


def _named(code: Code, name: str) -> list[Definition]:
    return [found for found in definitions(code.root, code.text, code.grammar) if found.name == name]


def _the_one(edit: ReplaceDefinition, base: Code, found: list[Definition]) -> list[Definition]:
    """One definition, or the overloads of one together with what implements them."""
    if not found:
        raise _not_there(edit, base)
    *overloads, last = found
    together = all(one.is_signature for one in overloads) and _are_neighbours(base, found)
    if overloads and not together:
        numbers = ", ".join(str(one.line) for one in found[:8])
        words = f"has {edit.name} {len(found)} times, on lines {numbers}: replace the lines of the one that is meant"
        raise _unplaced(edit, "ambiguous", words)
    return [*overloads, last]


def _are_neighbours(base: Code, found: Sequence[Definition]) -> bool:
    gaps = [base.text[one.end : other.comment] for one, other in pairwise(found)]
    return all(not gap.strip(" \t\n;") for gap in gaps)


def _not_there(edit: ReplaceDefinition, base: Code) -> Unplaced:
    module = _exported_from(base, edit.name.partition(".")[0])
    if module is not None:
        words = f"only passes {edit.name} on from {module}: name the file that defines it"
        return _unplaced(edit, "not found", words)
    known = [one.name for one in definitions(base.root, base.text, base.grammar)]
    listed = ", ".join(dict.fromkeys(known[:_MOST_NAMED])) or "nothing"
    return _unplaced(edit, "not found", f"defines no {edit.name}; it defines {listed}")


def _exported_from(base: Code, name: str) -> str | None:
    """The module that a file takes a name from, to export or to use it."""
    for statement in base.root.named_children():
        source = statement.field("source") or statement.field("module_name")
        if source is not None and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", statement.text()):
            return source.text()[:120]
    return None


def _is_member(base: Code, definition: Definition) -> bool:
    """Whether the definition stands in the body of a class, where the syntax is another one."""
    around = definition.name.rpartition(".")[0]
    return any("class" in base.text[one.core : one.core + 40].split() for one in _named(base, around))


def _given(edit: ReplaceDefinition, base: Code, *, is_member: bool) -> _Given:
    taken, lines = dedented(edit.code)
    wrapped = is_member and base.grammar != "python"
    if wrapped:
        lines = (_AROUND, *lines, "}")
    try:
        code = read_code(edit.path, lines)
    except NotEditable as error:
        raise _unplaced(edit, "syntax", f"cannot have this code: {_where(error)}") from error
    found = list(definitions(code.root, code.text, code.grammar))
    if wrapped:
        found = [replace(one, name=one.name.partition(".")[2]) for one in found[1:]]
    own = [one for one in found if "." not in one.name]
    simple = edit.name.rpartition(".")[2]
    if not own or any(one.name != simple for one in own) or _is_more(code, own, wrapped=wrapped):
        raise _unplaced(edit, "malformed", f"is to get {edit.name}: give the whole of it, and nothing else")
    return _Given(code, _the_one(edit, code, own), taken)


def _where(error: NotEditable) -> str:
    return f"line {error.place.line} {error.place.words}" if error.place.line else f"it {error.place.words}"


def _is_more(code: Code, own: Sequence[Definition], *, wrapped: bool) -> bool:
    """Whether there is code before, between or after the definitions."""
    text = code.text.removeprefix(_AROUND).rstrip().removesuffix("}") if wrapped else code.text
    offset = len(_AROUND) if wrapped else 0
    for one in reversed(own):
        text = text[: one.comment - offset] + text[one.end - offset :]
    return bool(text.strip(" \t\n;"))


def _composed(edit: ReplaceDefinition, base: Code, olds: list[Definition], new: _Given) -> str:
    """The new text, with decorators and `export` of the old where it has none."""
    lead = base.lead_at(olds[0].decorators)
    old, one = olds[0], new.found[0]
    if len(olds) > 1 and len(new.found) == 1:
        words = f"has {len(olds) - 1} overloads of {edit.name}: give them all, with what implements them"
        problem = _unplaced(edit, "code left out", words).problem
        raise Unplaced(replace(problem, nearest=excerpt(base.lines, old.line - 1, olds[-1].line)))
    if len(new.found) > 1:
        if old.export != old.core and any(each.export == each.core for each in new.found):
            raise _unplaced(edit, "malformed", f"exports {edit.name}: write `export` before each of its overloads")
        return new.moved(one.comment, new.found[-1].end, lead)
    if base.text[old.core] == "@" and new.code.text[one.core] != "@":
        raise _unplaced(edit, "malformed", f"has decorators of {edit.name} after `export`: give them too")
    comment = new.moved(one.comment, one.decorators, lead) if _has_comment(one) else ""
    decorators = base.text[old.decorators : old.export]
    if one.decorators != one.export:
        decorators = new.moved(one.decorators, one.export, lead)
    export = new.code.text[one.export : one.core] or base.text[old.export : old.core]
    return comment + decorators + export + new.moved(one.core, one.end, lead)


def _has_comment(definition: Definition) -> bool:
    return definition.comment != definition.decorators


def _text_lines(code: Code) -> frozenset[int]:
    """Lines, counted from 0, that begin inside of a text of several lines; those of docstrings may be moved."""
    texts = code.root.find_all(kind="string" if code.grammar == "python" else "template_string")
    return frozenset(
        line
        for node in texts
        if not _is_docstring(node)
        for line in range(line_of(node), line_of(node) + node.text().count("\n"))
    )


def _is_docstring(node: SgNode) -> bool:
    parent = node.parent()
    return (
        parent is not None
        and parent.kind() == "expression_statement"
        and start_of(parent) == start_of(node)
        and (end_of(parent) == end_of(node))
    )


def _unplaced(edit: ReplaceDefinition, reason: Reason, words: str) -> Unplaced:
    return Unplaced(Problem(reason, edit.path, edit.line, words, edit))
