"""A package is converted: all of its files are read, what stands in the way is told at once, or all are written."""

import posixpath
from collections.abc import Iterator, Mapping, Sequence

from app.conversation.quoting import code
from app.domain.change import GeneratedFile
from app.domain.recipe import Place
from app.generation.languages.javascript_packages import is_built_in_to_node
from app.generation.patterns.commonjs_to_esm.jest import ForJest, for_jest
from app.generation.patterns.commonjs_to_esm.manifest import Manifest
from app.generation.patterns.commonjs_to_esm.model import CommonJsFile
from app.generation.patterns.commonjs_to_esm.package import PackageFiles, package_files
from app.generation.patterns.commonjs_to_esm.problems import file_problems, problems_around
from app.generation.patterns.commonjs_to_esm.reading import read_commonjs
from app.generation.patterns.commonjs_to_esm.resolution import is_relative
from app.generation.patterns.commonjs_to_esm.shapes import Shape, circles, shapes_of
from app.generation.patterns.commonjs_to_esm.strictness import is_strict
from app.generation.patterns.commonjs_to_esm.writing import Writer
from app.generation.patterns.editing import edited
from app.generation.patterns.javascript.names import Names
from app.generation.patterns.javascript.packages import PackageJson, read_package
from app.generation.patterns.pattern import Applied, Refused, Work
from app.generation.patterns.source import parse, read_sources, read_text

MAX_PROBLEMS = 100


def commonjs_to_esm(work: Work) -> Applied:
    """All files of the package as ES modules, and `package.json` that says so.

    Raises:
        Refused: with every place that cannot be converted.
        NotEditable: `package.json` is no JSON object.
    """
    folder = str(work.parameters["folder"] or "")
    files = package_files(folder, work.base)
    package = read_package(files.manifest, work.base)
    if package.is_module:
        words = "says already that its files are ES modules"
        return Applied((), (), "", "", (), (Place(files.manifest, None, words),))
    manifest = Manifest(files.manifest, work.base)

    sources, unreadable = read_sources(work.base, files.converted)
    problems = [error.place for error in unreadable]
    read = {source.path: read_commonjs(source) for source in sources}
    paths = frozenset(work.base.paths())
    shapes, mismatches = shapes_of(read, paths)
    tests = for_jest(list(read.values()), package, folder, work.base)
    problems += mismatches + tests.problems
    problems += [place for file in read.values() for place in file_problems(file, shapes, files, work.base)]
    problems += problems_around(files, manifest, work.base)
    if problems:
        raise Refused(*sorted(set(problems), key=lambda place: (place.path, place.line or 0))[:MAX_PROBLEMS])
    return _written(files, read, shapes, manifest, tests, package, work)


def _written(
    files: PackageFiles,
    read: Mapping[str, CommonJsFile],
    shapes: Mapping[str, Shape],
    manifest: Manifest,
    tests: ForJest,
    package: PackageJson,
    work: Work,
) -> Applied:
    paths = frozenset(work.base.paths())
    made: list[GeneratedFile] = []
    places: list[Place] = []
    for file in read.values():
        written = Writer(file, shapes, paths).written()
        edits = [*written.edits, *([tests.edits[file.path]] if file.path in tests.edits else [])]
        if edits:
            made.append(_checked(edited(file.source, edits), file))
            places += sorted(written.places, key=lambda place: place.line or 0)
    kind = manifest.type_edit()
    script = manifest.script_edit("test", tests.script) if tests.script else None
    made.append(manifest.edited(kind, *([script] if script else [])))
    places.append(Place(manifest.path, manifest.line_of(kind), 'says "type": "module"'))
    if script is not None:
        places.append(Place(manifest.path, manifest.line_of(script), "the script test lets Jest load ES modules"))
    made += [file for path in files.configuration for file in _renamed(path, work)]
    places += [Place(path, None, "stays CommonJS, so it is called .cjs now") for path in files.configuration]
    where = f"in {code(files.folder)}" if files.folder else "of the repository"
    count = sum(file.path.endswith(".js") and file.operation == "modify" for file in made)
    return Applied(
        files=tuple(made),
        tests=(),
        title=f"Convert {files.folder or 'the package'} from CommonJS to ES modules",
        summary=f"{count} files {where} use `import` and `export` now.",
        edited=tuple(places),
        notes=(*_notes(read, paths, package), *tests.notes),
    )


def _checked(made: GeneratedFile, file: CommonJsFile) -> GeneratedFile:
    """The edited file, in which no name may be declared twice that was not before: that is no syntax error here."""
    names = Names(parse(made.path, made.content.removeprefix("\ufeff"), file.source.grammar))
    for name in sorted(names.all):
        twice = [binding for binding in names.bindings(name) if binding.is_of_the_module]
        if len(twice) > 1 and any(binding.is_imported for binding in twice):
            raise Refused(Place(made.path, None, f"would import {name}, which it declares itself: rename its own"))
    return made


def _renamed(path: str, work: Work) -> Iterator[GeneratedFile]:
    stem = posixpath.splitext(path)[0]
    yield GeneratedFile(path, "", "delete")
    yield GeneratedFile(f"{stem}.cjs", read_text(work.base, path), "create", work.base.mode(path))


def _notes(read: Mapping[str, CommonJsFile], paths: frozenset[str], package: PackageJson) -> Iterator[str]:
    files = list(read.values())
    named = _packages(files)
    if named:
        yield (
            f"Whether Node.js finds the imported names in {', '.join(named)} shows when the code runs: what a package "
            "exports is not in this repository. Where one is missing, import the package as a whole."
        )
    circle = next(circles(read, paths), None)
    if circle:
        yield (
            f"{' and '.join(circle)} require each other. In ES modules each sees the other's exports as soon as they "
            "have values, and an error before that, where CommonJS gave undefined."
        )
    loose = sum(1 for file in files if not is_strict(file))
    if loose:
        yield f"{loose} files were not in strict mode and are now; what that would change was looked for and not found."
    if not package.private:
        yield "Who loads this package with require needs Node.js 20.19 or 22.12: publish it as a new major version."


def _packages(files: Sequence[CommonJsFile]) -> Sequence[str]:
    specifiers = {require.specifier for file in files for require in file.requires}
    return sorted(one for one in specifiers if not is_relative(one) and not is_built_in_to_node(one))[:30]
