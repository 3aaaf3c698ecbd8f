"""How each converted file exports, decided by how all others use it: names of its own, or one default."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ast_grep_py import SgNode

from app.domain.recipe import Place
from app.generation.patterns.commonjs_to_esm.model import (
    Bare,
    CommonJsFile,
    Configured,
    Destructured,
    Inline,
    Named,
    Property,
    Require,
    Whole,
)
from app.generation.patterns.commonjs_to_esm.resolution import is_relative, resolve
from app.generation.patterns.javascript.modules import is_field, operator_of
from app.generation.patterns.javascript.names import is_assigned

Shape: TypeAlias = Literal["names", "default", "nothing"]


@dataclass(frozen=True, slots=True)
class Use:
    """One place where a converted file is required by another one."""

    by: CommonJsFile
    require: Require


def shapes_of(files: Mapping[str, CommonJsFile], paths: frozenset[str]) -> tuple[Mapping[str, Shape], list[Place]]:
    """The shape of every file by its path, and what cannot be written with these shapes."""
    uses: dict[str, list[Use]] = {path: [] for path in files}
    for file in files.values():
        for require in file.requires:
            target = resolve(require.specifier, file.path, paths) if is_relative(require.specifier) else None
            if target in uses:
                uses[target].append(Use(file, require))
    problems: list[Place] = []
    shapes: dict[str, Shape] = {}
    for path, file in files.items():
        shapes[path] = _shape(file, uses[path])
        if shapes[path] != "default":
            problems += [place for use in uses[path] if (place := _mismatch(use, file)) is not None]
    return shapes, problems


def circles(files: Mapping[str, CommonJsFile], paths: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Pairs of files where each requires the other one, over others or directly."""
    needs = {path: _required_by(file, files, paths) for path, file in files.items()}
    reached = {path: _reachable(path, needs) for path in needs}
    yield from (
        (one, other) for one in needs for other in sorted(reached[one]) if one < other and one in reached[other]
    )


def _required_by(file: CommonJsFile, files: Mapping[str, CommonJsFile], paths: frozenset[str]) -> frozenset[str]:
    relative = [require.specifier for require in file.requires if is_relative(require.specifier)]
    targets = {resolve(specifier, file.path, paths) for specifier in relative}
    return frozenset(target for target in targets if target is not None and target in files)


def _reachable(start: str, needs: Mapping[str, frozenset[str]]) -> frozenset[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        new = needs[waiting.pop()] - found
        found |= new
        waiting += new
    return frozenset(found)


def exported_names(file: CommonJsFile) -> frozenset[str]:
    if file.whole is not None:
        return frozenset(member.name for member in file.whole.members or ())
    return frozenset(file.named)


def _shape(file: CommonJsFile, uses: Sequence[Use]) -> Shape:
    if file.whole is None:
        return "names" if file.named else "nothing"
    fits = file.whole.members is not None and all(_mismatch(use, file) is None for use in uses)
    return "names" if fits else "default"


def _mismatch(use: Use, file: CommonJsFile) -> Place | None:
    """Why the use needs the exports as one value, or a name that is not exported."""
    names, place = exported_names(file), use.by.source.place
    match use.require.form:
        case Bare() | Configured():
            return None
        case Inline(exported_as=str()) if names:
            return None  # an index hands the module on as a namespace
        case Named(names=wanted):
            missing = [name for name, _ in wanted if name not in names]
        case Property(key=key):
            missing = [] if key in names else [key]
        case Whole(name=name):
            value = next(_uses_as_value(use.by, name, names), None)
            if value is not None:
                words = f"uses {name}, all that {file.path} exports, as a value, or a name that it does not export"
                return place(value, f"{words}: name what is used")
            missing = []
        case Inline() | Destructured():
            words = f"uses all that {file.path} exports as a value: name what is used"
            return place(use.require.call, words)
    if missing:
        return place(use.require.call, f"wants {missing[0]}, which {file.path} does not export")
    return None


def _uses_as_value(file: CommonJsFile, name: str, exported: frozenset[str]) -> Iterator[SgNode]:
    """Uses of a required module that are not simply one of its exported names."""
    binding = file.names.of_the_module(name)
    for node in file.names.uses(binding) if binding is not None else ():
        member = node.parent()
        is_object = member is not None and member.kind() == "member_expression" and is_field(node, member, "object")
        key = member.field("property") if member is not None and is_object else None
        if member is None or key is None or key.text() not in exported or is_assigned(member) or _is_deleted(member):
            yield node


def _is_deleted(member: SgNode) -> bool:
    outer = member.parent()
    return outer is not None and operator_of(outer) == "delete"
