"""The retry module of a Python repository: where it is, what is in it, and how files import it."""

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from app.domain.change import GeneratedFile, GeneratedTest
from app.domain.recipe import Place
from app.generation.patterns.editing import Edit
from app.generation.patterns.own_files import own_file
from app.generation.patterns.pattern import Refused, Work
from app.generation.patterns.python.modules import added_import, imported_names, module_name, package_root, test_folder
from app.generation.patterns.python.names import Names
from app.generation.patterns.source import Source, read_text
from app.generation.patterns.wrap_calls.parameters import Parameters
from app.generation.patterns.wrap_calls.python import ASYNC_WRAPPER, WRAPPER, is_awaited_in


def python_module(sources: Sequence[Source], wanted: Parameters, work: Work) -> "PythonModule":
    """The module that these files use.

    Raises:
        Refused: there is another file in its place, or the files share no package it could go into.
    """
    paths = frozenset(work.base.paths())
    roots = sorted({package_root(source.path, paths) for source in sources})
    if wanted.module is None and len(roots) > 1:
        words = "are not in one package: say in the parameter module where the retry module goes"
        raise Refused(Place(", ".join(roots), None, words))
    is_async = any(is_awaited_in(source.root, wanted.function) for source in sources)
    path = (wanted.module or posixpath.join(roots[0], "retry")) + ".py"
    module = PythonModule(path, paths, work, is_async)
    header = rf"(?m)^{'async ' if is_async else ''}def {module.name}\(\s*operation\b"
    if module.is_there and not re.search(header, read_text(work.base, path)):
        words = f"has no {module.name}(operation, …) of this pattern: name another file in the parameter module"
        raise Refused(Place(path, None, words))
    return module


@dataclass(frozen=True)
class PythonModule:
    path: str
    paths: frozenset[str]
    work: Work
    is_async: bool

    @property
    def name(self) -> str:
        return ASYNC_WRAPPER if self.is_async else WRAPPER

    @property
    def is_there(self) -> bool:
        return self.path in self.paths

    @cached_property
    def _module(self) -> str:
        return module_name(self.path, self.paths)

    def conflict(self, source: Source) -> str | None:
        if not Names(source.root).bindings(self.name) or self._imports(source):
            return None
        return f"{self.name} means something else in this file"

    def import_edit(self, source: Source) -> Edit | None:
        if self._imports(source):
            return None
        return added_import(source, f"from {self._module} import {self.name}")

    def files(self) -> Iterator[GeneratedFile]:
        stem = posixpath.splitext(posixpath.basename(self.path))[0]
        page, test = f"docs/{stem}.md", f"{test_folder(self.paths)}/test_{stem}.py"
        variables = {
            "language": "python",
            "is_async": self.is_async,
            "module_path": self._module,
            "source_path": self.path,
            "test_path": test,
            "name": self.name,
        }
        yield GeneratedFile(self.path, own_file("wrap_calls", "retry.py", variables), "create")
        content = own_file("wrap_calls", "test_retry.py", variables)
        yield GeneratedTest(test, content, "create", framework="pytest", covers=(self.path,))
        yield GeneratedFile(page, own_file("wrap_calls", "retry.md", {**variables, "path": page}), "create")

    def _imports(self, source: Source) -> bool:
        return self.name in imported_names(source, self._module)
