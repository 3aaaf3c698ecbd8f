"""What a CommonJS file exports, and what it does with its exports besides.

https://nodejs.org/api/modules.html#moduleexports
"""

from ast_grep_py import SgNode

from app.generation.patterns.commonjs_to_esm.model import (
    CommonJsFile,
    Member,
    NamedExport,
    WholeExport,
    is_require_call,
)
from app.generation.patterns.javascript.modules import is_field, operator_of
from app.generation.patterns.source import is_same, line_of
from app.generation.recipes.reserved import RESERVED


def read_exports(file: CommonJsFile) -> None:
    """Add everything the file exports to it, or the reason why there is no export for it."""
    for node in file.free("module"):
        outer = node.parent()
        if outer is not None and outer.kind() == "member_expression" and outer.text() == "module.exports":
            _read_export(file, outer)
        elif outer is None or not any(is_same(outer, check) for check in file.main_checks):
            file.problem(node, "uses module for something other than module.exports")
    for node in file.free("exports"):
        _read_export(file, node)
    _check_exports(file)


def _read_export(file: CommonJsFile, exports: SgNode) -> None:
    """`exports` is the node that stands for all exports, `module.exports` or `exports`."""
    outer = exports.parent()
    statement = _assigned_statement(exports)
    if statement is not None:
        _read_whole(file, exports, statement)
        return
    key = outer.field("property") if outer is not None and outer.kind() == "member_expression" else None
    if outer is None or key is None or key.kind() != "property_identifier":
        file.problem(exports, f"uses {exports.text()} as a value: export the names one by one")
        return
    statement = _assigned_statement(outer)
    if statement is not None:
        _read_named(file, key.text(), statement)
    elif _is_target(outer):
        file.problem(
            outer, f"sets {outer.text()} late or together with something else: export it once, at the top level"
        )
    else:
        file.reads.append((key.text(), outer))


def _assigned_statement(target: SgNode) -> SgNode | None:
    """The statement of the file itself that assigns to the target and does nothing else."""
    assignment = target.parent()
    if assignment is None or assignment.kind() != "assignment_expression" or not is_field(target, assignment, "left"):
        return None
    statement = assignment.parent()
    around = statement.parent() if statement is not None else None
    is_own = statement is not None and statement.kind() == "expression_statement"
    return statement if is_own and around is not None and around.kind() == "program" else None


def _is_target(node: SgNode) -> bool:
    outer = node.parent()
    if outer is None:
        return False
    if outer.kind() == "update_expression" or operator_of(outer) == "delete":
        return True
    kinds = ("assignment_expression", "augmented_assignment_expression")
    return outer.kind() in kinds and is_field(node, outer, "left")


def _value_of(statement: SgNode) -> SgNode | None:
    assignment = statement.child(0)
    return assignment.field("right") if assignment is not None else None


def _read_whole(file: CommonJsFile, exports: SgNode, statement: SgNode) -> None:
    value = _value_of(statement)
    if value is None or exports.text() == "exports":
        file.problem(exports, "assigns to exports itself, which exports nothing: assign to module.exports")
    elif file.whole is not None:
        file.problem(
            exports, f"assigns module.exports again, after line {line_of(file.whole.statement)}: assign it once"
        )
    else:
        file.whole = WholeExport(statement, value, _members(file, value) if value.kind() == "object" else None)


def _members(file: CommonJsFile, value: SgNode) -> tuple[Member, ...] | None:
    members: dict[str, Member] = {}
    for node in (node for node in value.named_children() if node.kind() != "comment"):
        member = _member(file, node)
        if member is None or member.name == "default" or member.name in members:
            return None
        members[member.name] = member
    return tuple(members.values()) or None


def _member(file: CommonJsFile, node: SgNode) -> Member | None:
    if node.kind() == "shorthand_property_identifier":
        return Member(node.text(), node.text(), node) if _is_constant(file, node.text()) else None
    key, value = node.field("key"), node.field("value")
    if node.kind() != "pair" or key is None or value is None or key.kind() != "property_identifier":
        return None
    if is_require_call(value):
        return Member(key.text(), None, node, value)
    is_name = value.kind() == "identifier" and _is_constant(file, value.text())
    return Member(key.text(), value.text(), node) if is_name else None


def _is_constant(file: CommonJsFile, name: str) -> bool:
    """Whether the name is declared in the file itself and never given another value: exports show later values."""
    return file.names.of_the_module(name) is not None and not file.names.assignments(name)


def _read_named(file: CommonJsFile, name: str, statement: SgNode) -> None:
    value = _value_of(statement)
    before = file.named.get(name)
    if value is None or name == "__esModule":
        file.problem(statement, "was compiled from ES modules: convert its source instead")
    elif before is not None:
        file.problem(statement, f"exports {name} again, after line {line_of(before.statement)}: export it once")
    else:
        is_name = value.kind() == "identifier" and file.names.of_the_module(value.text()) is not None
        file.named[name] = NamedExport(name, value.text() if is_name else None, statement, value)


def _check_exports(file: CommonJsFile) -> None:
    if file.whole is not None and file.named:
        words = f"exports a name besides the whole of line {line_of(file.whole.statement)}: use one way in a file"
        file.problem(next(iter(file.named.values())).statement, words)
    for export in file.named.values():
        why = _why_no_name(file, export)
        if why is not None:
            file.problem(export.statement, why)


def _why_no_name(file: CommonJsFile, export: NamedExport) -> str | None:
    names, name = file.names, export.name
    if export.local is not None:
        changed = names.assignments(export.local)
        return (
            f"exports {export.local}, which line {line_of(changed[0])} changes: an export would show that"
            if changed
            else None
        )
    if is_require_call(export.value):
        return None
    if name in RESERVED and name != "default":
        return f"exports {name}, which no variable can be called: give what is exported a name of its own first"
    if name != "default" and any(names.meaning(node, name) is None for node in names.occurrences(name)):
        return f"exports {name}, and {name} without exports. is something global in this file: rename one of them"
    if names.of_the_module(name) is not None:
        return f"exports {name}, which is something else in this file: rename one of them"
    return None
