"""The edits that make an ES module of a CommonJS file that was read and found convertible."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ast_grep_py import SgNode

from app.domain.recipe import Place
from app.generation.patterns.commonjs_to_esm.model import (
    Bare,
    CommonJsFile,
    Configured,
    Destructured,
    Inline,
    Named,
    NamedExport,
    Property,
    Require,
    Whole,
    WholeExport,
)
from app.generation.patterns.commonjs_to_esm.resolution import import_specifier, is_relative, resolve
from app.generation.patterns.commonjs_to_esm.shapes import Shape
from app.generation.patterns.editing import Edit
from app.generation.patterns.javascript.modules import first_place, is_directive, statements
from app.generation.patterns.source import Position, end_of, is_inside, position_of, start_of
from app.generation.patterns.style import style_of
from app.generation.recipes.reserved import RESERVED

_IMPORTED = "require becomes an import"
_FROM_URL = {
    "__filename": "const __filename = fileURLToPath(import.meta.url)",
    "__dirname": "const __dirname = dirname(fileURLToPath(import.meta.url))",
}


@dataclass(slots=True)
class Written:
    """The edits of one file, and each with its reason."""

    edits: list[Edit] = field(default_factory=list[Edit])
    places: list[Place] = field(default_factory=list[Place])


class Writer:
    """Writes one file; `shapes` are those of all converted files by their path."""

    def __init__(self, file: CommonJsFile, shapes: Mapping[str, Shape], paths: frozenset[str]) -> None:
        self._file, self._shapes, self._paths = file, shapes, paths
        self._style = style_of(file.source)
        self._taken = set(file.names.all) | RESERVED
        self._made = Written()

    def written(self) -> Written:
        for statement, requires in self._requiring().values():
            self._write_requires(statement, requires)
        inline: dict[Position, str] = {}
        for require in self._file.requires:
            if isinstance(require.form, Inline):
                inline[position_of(require.call)] = self._write_inline(require, require.form)
        if self._file.whole is not None:
            self._write_whole(self._file.whole, inline)
        for export in self._file.named.values():
            self._write_named(export, inline.get(position_of(export.value)))
        self._write_reads(inline)
        self._write_meta()
        return self._made

    def _requiring(self) -> Mapping[int, tuple[SgNode, list[Require]]]:
        """The statements that do nothing but require, by where they start."""
        found: dict[int, tuple[SgNode, list[Require]]] = {}
        for require in self._file.requires:
            if not isinstance(require.form, Inline):
                found.setdefault(start_of(require.statement), (require.statement, []))[1].append(require)
        return found

    def _write_requires(self, statement: SgNode, requires: Sequence[Require]) -> None:
        lines = [line for require in requires for line in self._import(require)]
        end = ";" if statement.text().endswith(";") else ""
        self._edit(start_of(statement), end_of(statement), "\n".join(f"{line}{end}" for line in lines))
        for require in requires:
            self._say(require.call, _IMPORTED)

    def _import(self, require: Require) -> Sequence[str]:
        """The lines that stand for one require, without semicolons."""
        source = self._source(require)
        is_default = self._is_default(require)
        if self._shape(require) == "nothing":
            return (f"import {source}",)
        match require.form:
            case Bare():
                return (f"import {source}",)
            case Configured():
                return (f"import {self._quoted(require, 'dotenv/config')}",)
            case Whole(name=name):
                return (f"import {self._everything(require, name)} from {source}",)
            case Named(names=names) if not is_default:
                return (f"import {{ {', '.join(_renamed(one) for one in names)} }} from {source}",)
            case Property(key=key, name=name) if not is_default:
                return (f"import {{ {_renamed((key, name))} }} from {source}",)
            case Named(pattern=pattern) | Destructured(pattern=pattern):
                module = self._new_name(require.specifier)
                return f"import {self._everything(require, module)} from {source}", f"const {pattern} = {module}"
            case Property(key=key, name=name):
                module = self._new_name(require.specifier)
                return f"import {module} from {source}", f"const {name} = {module}.{key}"
            case Inline():
                return ()

    def _everything(self, require: Require, name: str) -> str:
        return f"* as {name}" if self._shape(require) == "names" else name

    def _is_default(self, require: Require) -> bool:
        """Whether the module gives one value only: what it was in CommonJS, or JSON."""
        return is_relative(require.specifier) and self._shape(require) != "names"

    def _shape(self, require: Require) -> Shape | None:
        return self._shapes.get(self._target(require) or "")

    def _target(self, require: Require) -> str | None:
        is_file = is_relative(require.specifier)
        return resolve(require.specifier, self._file.path, self._paths) if is_file else None

    def _source(self, require: Require) -> str:
        target, specifier = self._target(require), require.specifier
        if target is None:
            return self._quoted(require, specifier)
        name = self._quoted(require, import_specifier(specifier, self._file.path, target))
        return f"{name} with {{ type: {self._quoted(require, 'json')} }}" if target.endswith(".json") else name

    def _quoted(self, require: Require, text: str) -> str:
        arguments = require.call.field("arguments")
        quote = arguments.named_children()[0].text()[0] if arguments is not None else self._style.quote
        return f"{quote}{text}{quote}"

    def _new_name(self, specifier: str) -> str:
        """A name for a module that has none yet: by what it is called, and not taken in the file."""
        parts = [part for part in specifier.split("/") if part not in (".", "..", "", "index", "index.js")]
        words = re.findall(r"[A-Za-z0-9]+", re.sub(r"\.(js|json|cjs)$", "", parts[-1] if parts else "index"))
        name = (
            "".join([words[0][:1].lower() + words[0][1:], *(word.capitalize() for word in words[1:])])
            if words
            else "it"
        )
        name = name if name[:1].isalpha() else f"module{name}"
        suffix = "Json" if specifier.endswith(".json") else "Module"
        others = (f"{name}{suffix}{number}" for number in range(2, 1_000))
        free = next(one for one in (name, f"{name}{suffix}", *others) if one not in self._taken)
        self._taken.add(free)
        return free

    def _write_inline(self, require: Require, form: Inline) -> str:
        """The name that the module has from now on."""
        name = self._new_name(form.exported_as or require.specifier)
        line = f"import {self._everything(require, name)} from {self._source(require)}{self._style.semicolon}"
        start = start_of(require.statement)
        self._edit(start, start, f"{line}\n")
        if form.exported_as is None or (self._file.whole is not None and self._shapes[self._file.path] != "names"):
            self._edit(start_of(require.call), end_of(require.call), name)
        is_namespace = self._shape(require) == "names"
        self._say(require.call, f"{name} is a namespace, which nobody can change" if is_namespace else _IMPORTED)
        return name

    def _write_whole(self, whole: WholeExport, inline: Mapping[Position, str]) -> None:
        if self._shapes[self._file.path] == "names":
            self._edit(start_of(whole.statement), start_of(whole.value), "export ")
            for member in whole.members or ():
                local = inline[position_of(member.call)] if member.call is not None else member.local
                self._edit(start_of(member.node), end_of(member.node), _renamed((local or member.name, member.name)))
            self._say(whole.statement, "module.exports becomes exports by name")
            return
        self._write_default(whole.statement, whole.value)

    def _write_default(self, statement: SgNode, value: SgNode) -> None:
        is_declaration = value.kind() in ("function_expression", "generator_function", "class")
        name = value.field("name") if is_declaration else None
        elsewhere = (
            [] if name is None else [n for n in self._file.names.occurrences(name.text()) if not is_inside(n, value)]
        )
        before, after = ("(", ")") if elsewhere else ("", "")
        self._edit(start_of(statement), start_of(value), f"export default {before}")
        rest = statement.text()[end_of(value) - start_of(statement) :]
        if is_declaration and not elsewhere and rest.strip() == ";":
            self._edit(end_of(value), end_of(statement), "")
        elif after:
            self._edit(end_of(value), end_of(value), after)
        self._say(statement, "becomes the default export")

    def _write_named(self, export: NamedExport, module: str | None) -> None:
        """`module` is the name of the import, where the value is a `require`."""
        start, end = start_of(export.statement), end_of(export.statement)
        semicolon = ";" if export.statement.text().endswith(";") else ""
        local = module or export.local
        if export.name == "default" and module is None:
            self._write_default(export.statement, export.value)
            return
        if local is not None:
            self._edit(start, end, f"export {{ {_renamed((local, export.name))} }}{semicolon}")
        else:
            self._edit(start, start_of(export.value), f"export const {export.name} = ")
        self._say(export.statement, f"exports {export.name} by name")

    def _write_reads(self, inline: Mapping[Position, str]) -> None:
        local = {
            export.name: inline.get(position_of(export.value)) or export.local or export.name
            for export in self._file.named.values()
        }
        if self._file.whole is not None:
            local |= {member.name: member.local or member.name for member in self._file.whole.members or ()}
        for name, node in self._file.reads:
            self._edit(start_of(node), end_of(node), local[name])
            self._say(node, f"is {local[name]} inside the module itself")

    def _write_meta(self) -> None:
        """`__dirname`, `__filename`, `require.resolve` and `require.main` from `import.meta.url`."""
        file, folder_names = self._file, self._file.folder_names
        needs_require = bool(file.main_checks or file.resolves)
        needs_filename = bool(file.main_checks) and "__filename" not in folder_names
        names = [*folder_names, *(["__filename"] if needs_filename else [])]
        wanted = {
            "createRequire": "node:module" if needs_require else None,
            "dirname": "node:path" if "__dirname" in names else None,
            "fileURLToPath": "node:url" if names else None,
        }
        lines = [
            f'import {{ {name} }} from "{module}"'
            for name, module in wanted.items()
            if module is not None and not self._has(name, module)
        ]
        if not needs_require and not names:
            return
        declared = [_FROM_URL[name] for name in sorted(names)]
        declared += ["const require = createRequire(import.meta.url)"] if needs_require else []
        self._insert(sorted(lines), declared)
        for check in file.main_checks:
            self._write_main_check(check)
        for node in (node for name in folder_names for node in file.free(name)):
            self._say(node, f"{node.text()} comes from import.meta.url")
        for call in file.resolves:
            self._say(call, "require.resolve comes from import.meta.url")

    def _has(self, name: str, module: str) -> bool:
        """Whether the file imports the name from that module of Node.js anyway."""
        modules = (module, module.removeprefix("node:"))
        return any(
            isinstance(require.form, Named) and (name, name) in require.form.names and require.specifier in modules
            for require in self._file.requires
        )

    def _write_main_check(self, check: SgNode) -> None:
        operator = check.field("operator")
        is_equal = operator is None or operator.text().startswith("=")
        test = "process.argv[1] && require.resolve(process.argv[1]) === __filename"
        outer = check.parent()
        is_alone = is_equal and outer is not None and outer.kind() == "parenthesized_expression"
        text = test if is_alone else f"({test})" if is_equal else f"!({test})"
        self._edit(start_of(check), end_of(check), text)
        self._say(check, "asks import.meta.url whether this is the program that was started")

    def _insert(self, imports: Sequence[str], declared: Sequence[str]) -> None:
        """Imports above everything, what is declared from them below the last import, else right below them."""
        semicolon, quote = self._style.semicolon, self._style.quote
        above = "".join(f"{line.replace(chr(34), quote)}{semicolon}\n" for line in imports)
        below = "".join(f"{line}{semicolon}\n" for line in declared)
        first = first_place(self._file.source)
        last = self._last_import()
        if last is None:
            self._edit(first, first, f"{above}\n{below}\n")
        else:
            self._edit(first, first, above)
            self._edit(end_of(last), end_of(last), f"\n\n{below.rstrip()}")

    def _last_import(self) -> SgNode | None:
        """The last of the statements that only require, before any other one."""
        requiring = self._requiring()
        last = None
        for statement in statements(self._file.source.root):
            if start_of(statement) in requiring:
                last = statement
            elif statement.kind() != "hash_bang_line" and not is_directive(statement):
                break
        return last

    def _edit(self, start: int, end: int, text: str) -> None:
        self._made.edits.append(Edit(start, end, text))

    def _say(self, node: SgNode, words: str) -> None:
        self._made.places.append(self._file.source.place(node, words))


def _renamed(pair: tuple[str, str]) -> str:
    theirs, ours = pair
    return theirs if theirs == ours else f"{theirs} as {ours}"
