"""Imports, and exports from other modules, that a file is to have: merged with those it has, or lines of their own."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ast_grep_py import SgNode

from app.generation.edits.code import Code, dedented, read_code
from app.generation.edits.definitions import definitions
from app.generation.edits.edit import AddImport
from app.generation.edits.placing import Placed, Unplaced
from app.generation.edits.result import Level, Problem, Reason
from app.generation.edits.text_file import Splice
from app.generation.patterns.source import NotEditable, end_of, line_of, start_of

_PYTHON = ("import_statement", "import_from_statement", "future_import_statement")
_LISTS = ("named_imports", "export_clause")
_SPECIFIERS = ("import_specifier", "export_specifier")


@dataclass(frozen=True, slots=True)
class _Statement:
    """One import: what it is from, the names it takes one by one, and whether it takes anything else."""

    node: SgNode
    kind: str
    module: str
    names: tuple[SgNode, ...]
    is_plain: bool

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(_spaced(name.text()) for name in self.names)

    @property
    def line(self) -> int:
        return line_of(self.node)


def place_import(edit: AddImport, lines: Sequence[str]) -> Placed:
    """The edit among the imports of the file; a name that is imported already is not imported again.

    Raises:
        Unplaced: the file or the code does not parse, the code is no import, a name means something else in the file,
            or the file has all of it.
    """
    base = _read(edit, lines, "cannot be given imports")
    wanted = _statements_of(edit)
    have = list(_statements(base))
    for statement in wanted:
        _check_names_are_free(edit, base, statement, have)
    splices = tuple(_splices(base, wanted, have))
    if not splices:
        raise _unplaced(edit, "already applied", "imports all of this already: leave this edit out")
    first = min(splices)
    return Placed(edit, Level.EXACT, first.start, first.end, splices)


def _read(edit: AddImport, lines: Sequence[str], words: str) -> Code:
    try:
        return read_code(edit.path, lines)
    except NotEditable as error:
        where = f"line {error.place.line} " if error.place.line else "it "
        raise _unplaced(edit, "syntax", f"{words}: {where}{error.place.words}") from error


def _statements_of(edit: AddImport) -> list[_Statement]:
    code = _read(edit, dedented(edit.code)[1], "cannot have this code")
    found = list(_statements(code))
    others = [node for node in code.root.named_children() if node.kind() != "comment"]
    if not found or len(found) != len(others):
        raise _unplaced(edit, "malformed", "is to get imports: give import statements, and nothing else")
    return found


def _statements(code: Code) -> Iterator[_Statement]:
    for node in code.root.named_children():
        if code.grammar == "python" and node.kind() in _PYTHON:
            yield _python(node)
        elif node.kind() in ("import_statement", "export_statement") and _module(node) is not None:
            yield _javascript(node)


def _python(node: SgNode) -> _Statement:
    module = node.field("module_name")
    names = tuple(node.field_children("name"))
    if node.kind() == "import_statement":
        return _Statement(node, node.kind(), "", names, is_plain=False)
    is_plain = bool(names) and node.kind() == "import_from_statement"
    return _Statement(node, node.kind(), module.text() if module is not None else "__future__", names, is_plain)


def _module(node: SgNode) -> str | None:
    source = node.field("source")
    if source is not None:
        return source.text().strip("'\"`")
    text = next((child for child in node.named_children() if child.kind() == "string"), None)
    return text.text().strip("'\"`") if text is not None and node.kind() == "import_statement" else None


def _javascript(node: SgNode) -> _Statement:
    lists = [each for kind in _LISTS for each in node.find_all(kind=kind)]
    names = tuple(name for kind in _SPECIFIERS for name in node.find_all(kind=kind))
    clause = next((child for child in node.named_children() if child.kind() == "import_clause"), None)
    is_plain = bool(names) and len(lists) == 1 and (clause is None or len(clause.named_children()) == 1)
    is_type = re.match(r"\w+\s+type\b(?!\s*(?:,|from\b))", node.text()) is not None
    return _Statement(node, f"{node.kind()} {is_type}", _module(node) or "", names, is_plain)


def _splices(base: Code, wanted: Sequence[_Statement], have: Sequence[_Statement]) -> Iterator[Splice]:
    texts = {_spaced(one.node.text()) for one in have}
    fresh: list[str] = []
    for statement in wanted:
        if _spaced(statement.node.text()) in texts:
            continue
        same = [one for one in have if _can_take(one, statement)]
        known = {word for one in same for word in one.words}
        missing = [word for word in statement.words if word not in known]
        if not same:
            fresh += statement.node.text().split("\n")
        elif missing:
            yield _merged(base, same[0], missing)
    if fresh:
        yield _added(base, wanted, have, fresh)


def _can_take(one: _Statement, other: _Statement) -> bool:
    return one.is_plain and other.is_plain and (one.kind, one.module) == (other.kind, other.module)


def _merged(base: Code, statement: _Statement, names: Sequence[str]) -> Splice:
    """The statement with more names, one on a line where it has one on a line."""
    last = statement.names[-1]
    end = end_of(last)
    broken = base.line_at(end) != base.line_at(start_of(statement.node)) and len(set(_lines_of(base, statement))) > 1
    before = "\n" + base.lead_at(start_of(last)) if broken else " "
    text = "".join(f",{before}{name}" for name in names)
    return base.spliced(end, end, text)


def _lines_of(base: Code, statement: _Statement) -> Iterator[int]:
    yield base.line_at(start_of(statement.node))
    yield from (base.line_at(start_of(name)) for name in statement.names)


def _added(base: Code, wanted: Sequence[_Statement], have: Sequence[_Statement], lines: Sequence[str]) -> Splice:
    """New lines below the imports that begin the file, or below what has to stand above any."""
    is_future = any(one.kind == "future_import_statement" for one in wanted)
    leading = [one for one in _leading(base, have) if not is_future or one.kind == "future_import_statement"]
    if leading:
        at = base.line_at(end_of(leading[-1].node) - 1) + 1
        return Splice(at, at, tuple(lines))
    at = _below_header(base)
    before = ("",) if at > 0 and base.lines[at - 1].strip() else ()
    after = ("",) if at < len(base.lines) and base.lines[at].strip() and not have else ()
    return Splice(at, at, (*before, *lines, *after))


def _leading(base: Code, have: Sequence[_Statement]) -> Iterator[_Statement]:
    """The imports before the first other statement."""
    ends = {end_of(one.node): one for one in have}
    header = _below_header(base)
    for node in base.root.named_children():
        one = ends.get(end_of(node))
        if one is not None:
            yield one
        elif node.kind() not in ("comment", "hash_bang_line") and base.line_at(start_of(node)) >= header:
            return


def _below_header(base: Code) -> int:
    """The line below `#!`, a docstring and directives like `"use client"`; comments belong to what follows them."""
    line = 0
    for node in base.root.named_children():
        if not _is_header(base, node, line):
            break
        line = base.line_at(end_of(node) - 1) + 1
    return line


def _is_header(base: Code, node: SgNode, line: int) -> bool:
    match node.kind():
        case "hash_bang_line":
            return True
        case "comment":
            return _is_header_comment(base, node, line)
        case "expression_statement":
            return _is_only_a_text(node)
        case _:
            return False


def _is_header_comment(base: Code, node: SgNode, line: int) -> bool:
    """`#!`, a coding line, or a comment with a blank line below it, at the very start."""
    own = base.line_at(start_of(node))
    below = base.line_at(end_of(node) - 1) + 1
    is_apart = below >= len(base.lines) or not base.lines[below].strip()
    return own <= line + 1 and (is_apart or re.match(r"#!|#.*coding[:=]", node.text()) is not None)


def _is_only_a_text(node: SgNode) -> bool:
    inner = node.named_children()
    return len(inner) == 1 and inner[0].kind() == "string"


def _check_names_are_free(edit: AddImport, base: Code, statement: _Statement, have: Sequence[_Statement]) -> None:
    """A name that the file has from elsewhere would mean something else from now on."""
    if statement.kind.startswith("export"):
        return
    defined = {one.name: one.line for one in definitions(base.root, base.text, base.grammar) if "." not in one.name}
    for name in map(_local, statement.words):
        other = next((one for one in have if name in map(_local, one.words) and one.module != statement.module), None)
        line = defined.get(name) or (other.line if other is not None and not other.kind.startswith("export") else None)
        if line is not None:
            raise _unplaced(
                edit, "name taken", f"has another {name} already, at line {line}: import it under another name"
            )


def _local(specifier: str) -> str:
    """The name that an import gives a thing in the file."""
    return specifier.removeprefix("type ").rpartition(" as ")[2]


def _spaced(text: str) -> str:
    return " ".join(text.split()).rstrip(";").rstrip()


def _unplaced(edit: AddImport, reason: Reason, words: str) -> Unplaced:
    return Unplaced(Problem(reason, edit.path, edit.line, words, edit))
