"""The retry module of a JavaScript or TypeScript repository: where it is, what is in it, and how files import it."""

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from app.domain.change import GeneratedFile, GeneratedTest, Language
from app.domain.recipe import Place
from app.generation.patterns.editing import Edit
from app.generation.patterns.javascript.modules import (
    added_import,
    extension_for,
    is_es_module,
    names_file,
    relative_specifier,
    specifiers,
)
from app.generation.patterns.javascript.names import Names
from app.generation.patterns.javascript.packages import package_of
from app.generation.patterns.own_files import in_quotes, own_file
from app.generation.patterns.pattern import Refused, Work
from app.generation.patterns.source import Source, read_text
from app.generation.patterns.style import style_of
from app.generation.patterns.wrap_calls.javascript import WRAPPER
from app.generation.patterns.wrap_calls.parameters import Parameters

_HEADER = re.compile(r"\basync function withRetry\s*(<T>)?\s*\(\s*operation\b[^{]*\boptions\b")


def javascript_module(sources: Sequence[Source], wanted: Parameters, work: Work) -> "JavaScriptModule":
    """The module that these files use.

    Raises:
        Refused: there is another file in its place.
    """
    language = sources[0].language
    module = JavaScriptModule(tuple(sources), wanted, work, language)
    if module.is_there and not _HEADER.search(read_text(work.base, module.path)):
        words = f"has no {WRAPPER}(operation, options) of this pattern: name another file in the parameter module"
        raise Refused(Place(module.path, None, words))
    return module


@dataclass(frozen=True)
class JavaScriptModule:
    sources: tuple[Source, ...]
    wanted: Parameters
    work: Work
    language: Language

    @cached_property
    def path(self) -> str:
        extension = ".ts" if self.language == "typescript" else ".js"
        return (self.wanted.module or posixpath.join(self._folder, "retry")) + extension

    @cached_property
    def _paths(self) -> frozenset[str]:
        return frozenset(self.work.base.paths())

    @property
    def is_there(self) -> bool:
        return self.path in self._paths

    @cached_property
    def is_module(self) -> bool:
        """Whether it is written as an ES module; a single CommonJS file that uses it makes it one too."""
        return all(self._is_es_module(source) for source in self.sources)

    def conflict(self, source: Source) -> str | None:
        if not Names(source.root).bindings(WRAPPER) or self._imports(source):
            return None
        return f"{WRAPPER} means something else in this file"

    def import_edit(self, source: Source) -> Edit | None:
        if self._imports(source):
            return None
        style = style_of(source)
        name = f"{style.quote}{relative_specifier(self.path, source.path, self._extension(source))}{style.quote}"
        if self._is_es_module(source):
            return added_import(source, f"import {{ {WRAPPER} }} from {name}{style.semicolon}")
        return added_import(source, f"const {{ {WRAPPER} }} = require({name}){style.semicolon}")

    def files(self) -> Iterator[GeneratedFile]:
        stem = posixpath.basename(posixpath.splitext(self.path)[0])
        extension = posixpath.splitext(self.path)[1]
        test, page = posixpath.join(self._test_folder, f"{stem}.test{extension}"), f"docs/{stem}.md"
        module_path = relative_specifier(self.path, test, self._extension(self.sources[0]) if self.is_module else "")
        variables = {
            "language": self.language,
            "is_typed": self.language == "typescript",
            "is_module": self.is_module,
            "test_imports": self.work.repository.test_imports,
            "module_path": module_path,
            "source_path": self.path,
            "test_path": test,
            "path": page,
            "name": WRAPPER,
        }
        code = self._own_code(f"retry{extension}", variables)
        yield GeneratedFile(self.path, code, "create")
        content, framework = self._own_code("retry.test", variables), self.work.repository.test_framework
        yield GeneratedTest(test, content, "create", framework=framework, covers=(self.path,))
        yield GeneratedFile(page, own_file("wrap_calls", "retry.md", variables), "create")

    def _own_code(self, name: str, variables: Mapping[str, object]) -> str:
        first = self.sources[0]
        return in_quotes(own_file("wrap_calls", name, variables), style_of(first).quote, self.language)

    @cached_property
    def _folder(self) -> str:
        folders = [posixpath.dirname(source.path) for source in self.sources]
        common = posixpath.commonpath(folders) if all(folders) else ""
        source_folder = self.work.repository.source_folder
        return source_folder if f"{common}/".startswith(f"{source_folder}/") else common

    @property
    def _test_folder(self) -> str:
        repository, folder = self.work.repository, posixpath.dirname(self.path)
        return folder if repository.test_folder == repository.source_folder else repository.test_folder

    def _imports(self, source: Source) -> bool:
        named = any(names_file(specifier, source.path, self.path) for specifier in specifiers(source))
        return named and bool(Names(source.root).bindings(WRAPPER))

    def _is_es_module(self, source: Source) -> bool:
        return is_es_module(source, package_is_module=self._package_is_module(source))

    def _package_is_module(self, source: Source) -> bool:
        return package_of(source.path, self.work.base, self._paths).is_module

    def _extension(self, source: Source) -> str:
        return extension_for(
            source,
            is_module=self._is_es_module(source),
            package_is_module=self._package_is_module(source),
            usual=self.work.repository.import_extension,
        )
