"""What stands in the way of converting a package, besides what a single file shows of itself."""

import posixpath
from collections.abc import Iterator, Mapping

from app.domain.recipe import Place
from app.generation.languages.javascript_packages import is_built_in_to_node
from app.generation.patterns.commonjs_to_esm.manifest import Manifest
from app.generation.patterns.commonjs_to_esm.model import CommonJsFile, Named, Property, Require
from app.generation.patterns.commonjs_to_esm.package import PackageFiles
from app.generation.patterns.commonjs_to_esm.resolution import is_relative, resolve
from app.generation.patterns.commonjs_to_esm.shapes import Shape, exported_names
from app.generation.patterns.commonjs_to_esm.strictness import strictness_problems
from app.generation.patterns.javascript.modules import calls_with_specifier, specifiers, statements
from app.generation.patterns.javascript.packages import package_of
from app.generation.patterns.source import Source, grammar_of, read_sources
from app.ports.checkouts import Checkout

_ES_STATEMENTS = ("import_statement", "export_statement")


def file_problems(
    file: CommonJsFile, shapes: Mapping[str, Shape], files: PackageFiles, base: Checkout
) -> Iterator[Place]:
    """Everything in one file that cannot be converted."""
    yield from file.problems
    yield from strictness_problems(file)
    for node in statements(file.source.root):
        if node.kind() in _ES_STATEMENTS:
            yield file.source.place(node, "is ES module syntax in a CommonJS package: convert the file wholly first")
    paths = frozenset(base.paths())
    for require in file.requires:
        why = _why_no_import(require, file, files, paths, base)
        if why is not None:
            yield file.source.place(require.call, why)
    for call, specifier in calls_with_specifier(file.source.root, "import"):
        if is_relative(specifier) and resolve(specifier, file.path, paths) in files.converted:
            yield file.source.place(call, f"loads {specifier}, which gives other names afterwards: require it instead")
    yield from _read_problems(file, shapes)


def problems_around(files: PackageFiles, manifest: Manifest, base: Checkout) -> Iterator[Place]:
    """Code that is not converted and uses what is, and settings that name a file by its old name."""
    paths = frozenset(base.paths())
    around = [path for path in (*files.others, *files.configuration) if grammar_of(path) is not None]
    for word in ("require", "import"):
        sources, _ = read_sources(base, around, mentioning=word)  # what cannot be read is left to those who wrote it
        for source in sources:
            yield from _uses_of_converted(source, files, paths)
    for path in files.configuration:
        name = posixpath.basename(path)
        if name in manifest.text:
            yield Place(manifest.path, None, f"names {name}, which has to be called .cjs: leave the name out first")


def _why_no_import(
    require: Require, file: CommonJsFile, files: PackageFiles, paths: frozenset[str], base: Checkout
) -> str | None:
    specifier = require.specifier
    if not is_relative(specifier):
        if specifier.startswith("/"):
            return "requires a file by its absolute path"
        wants_default = (isinstance(require.form, Named) and "default" in dict(require.form.names)) or (
            isinstance(require.form, Property) and require.form.key == "default"
        )
        if wants_default and not is_built_in_to_node(specifier):
            return f"wants default of {specifier}, which an import may take for the whole package: write it by hand"
        return None
    target = resolve(specifier, file.path, paths)
    if target is None:
        return f"requires {specifier}, which is no file of the repository"
    if target in files.configuration:
        return f"requires {specifier}, which has to stay CommonJS and is renamed: require it nowhere first"
    if target in files.converted or target.endswith((".json", ".cjs")):
        return None
    if not target.endswith(".js") or package_of(target, base, paths).is_module:
        return f"requires {specifier}, which is no CommonJS file"
    return None


def _read_problems(file: CommonJsFile, shapes: Mapping[str, Shape]) -> Iterator[Place]:
    exported = exported_names(file) if shapes[file.path] == "names" else frozenset[str]()
    locals_of = {export.name: export.local or export.name for export in file.named.values()}
    if file.whole is not None:
        locals_of |= {member.name: member.local or member.name for member in file.whole.members or ()}
    for name, node in file.reads:
        if name not in exported:
            yield file.source.place(node, f"uses its own exports as a value: give {name} a name of its own first")
            continue
        meant = file.names.meaning(node, locals_of[name])
        if meant is not None and not meant.is_of_the_module:
            yield file.source.place(node, f"uses its own {name} where {locals_of[name]} is something else")


def _uses_of_converted(source: Source, files: PackageFiles, paths: frozenset[str]) -> Iterator[Place]:
    for specifier in specifiers(source):
        target = resolve(specifier, source.path, paths) if is_relative(specifier) else None
        if target in files.converted:
            yield Place(source.path, None, f"uses {target}, which becomes an ES module, and is not converted with it")
