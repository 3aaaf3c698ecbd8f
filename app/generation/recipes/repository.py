"""What templates may know of a repository: where its code and tests stand, and how its tests are written."""

import posixpath
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError
from pydantic.alias_generators import to_camel

from app.domain.change import Language
from app.ports.checkouts import Checkout

_LANGUAGES: Mapping[Language, tuple[str, ...]] = {
    "typescript": (".ts", ".tsx", ".mts", ".cts"),
    "javascript": (".js", ".jsx", ".mjs", ".cjs"),
    "python": (".py",),
}
_LANGUAGE_OF: Mapping[str, Language] = {
    suffix: language for language, suffixes in _LANGUAGES.items() for suffix in suffixes
}
_TEST_FILE = re.compile(r"\.(test|spec)\.[cm]?[jt]sx?$")
_RELATIVE_IMPORT = re.compile(r"""\bfrom\s+['"]\.{1,2}/[^'"\n]*?(\.js|\.ts)?['"]""")
_NODE_RESOLUTION = re.compile(r'"module"\s*:\s*"node(16|18|20|next)"', re.IGNORECASE)
_SAMPLED_TESTS = 2
_IMPORT = re.compile(r"(?m)^import\b")
_REQUIRE = re.compile(r"\brequire\(")
_PYTHON_TEST = re.compile(r"(^|/)(test_[^/]*|[^/]*_test|conftest)\.py$")
_NOT_PACKAGES = ("tests", "test", "docs", "examples", "scripts", "benchmarks")
Modules = Literal["esm", "commonjs"]


@dataclass(frozen=True, slots=True)
class Repository:
    """`test_folder` is the source folder itself where tests stand beside the code.

    `import_extension` is what relative imports end in: nothing, `.js` or `.ts`. `test_imports` names the module that
    `describe`, `test` and `expect` come from, or is empty where they are global. `modules` is how a `.js` file is read,
    `test_modules` how the tests in JavaScript are written.

    `python_package` is the folder of the package with the most modules, such as `shop` or `src/shop`, or empty.
    """

    languages: tuple[Language, ...]
    source_folder: str
    test_folder: str
    import_extension: str
    test_framework: Literal["jest", "vitest"]
    test_imports: str
    modules: Modules
    test_modules: Modules
    python_package: str
    python_test_folder: str


class _PackageJson(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, alias_generator=to_camel)

    type: str = "commonjs"
    dependencies: dict[str, JsonValue] = {}
    dev_dependencies: dict[str, JsonValue] = {}

    @property
    def modules(self) -> Modules:
        """https://nodejs.org/api/packages.html#type"""
        return "esm" if self.type == "module" else "commonjs"

    @property
    def packages(self) -> frozenset[str]:
        return frozenset({*self.dependencies, *self.dev_dependencies})


def describe(base: Checkout) -> Repository:
    """What the tree of one commit shows; what it does not show is as in most repositories."""
    paths = base.paths()
    package = _package_json(base)
    tests = [path for path in paths if _TEST_FILE.search(path)]
    samples = [_text(base, path) for path in tests[:_SAMPLED_TESTS]]
    source_folder = _source_folder(paths)
    framework = "vitest" if "vitest" in package.packages and "jest" not in package.packages else "jest"
    return Repository(
        languages=_languages(paths),
        source_folder=source_folder,
        test_folder=_test_folder(tests, source_folder),
        import_extension=_import_extension(samples, package, _text(base, "tsconfig.json")),
        test_framework=framework,
        test_imports=_test_imports(samples, package, framework),
        modules=package.modules,
        test_modules=_test_modules(samples, package, framework),
        python_package=_python_package(paths),
        python_test_folder=_python_test_folder(paths),
    )


def _languages(paths: Sequence[str]) -> tuple[Language, ...]:
    """The languages of the repository, that with the most files first."""
    counts: Counter[Language] = Counter(_LANGUAGE_OF[suffix] for suffix in _suffixes(paths) if suffix in _LANGUAGE_OF)
    return tuple(language for language, _ in counts.most_common())


def _suffixes(paths: Sequence[str]) -> Sequence[str]:
    return [posixpath.splitext(path)[1] for path in paths]


def _source_folder(paths: Sequence[str]) -> str:
    folders = Counter(
        path.partition("/")[0] for path, suffix in zip(paths, _suffixes(paths), strict=True) if suffix in _LANGUAGE_OF
    )
    return "lib" if folders["lib"] > folders["src"] else "src"


def _test_folder(tests: Sequence[str], source_folder: str) -> str:
    folders = Counter(_folder_of(path, source_folder) for path in tests)
    return folders.most_common(1)[0][0] if folders else source_folder


def _folder_of(test: str, source_folder: str) -> str:
    first, *_ = test.split("/")
    if "/__tests__/" in f"/{test}":
        return f"{source_folder}/__tests__" if first == source_folder else "__tests__"
    return first if first in ("test", "tests", "spec") else source_folder


def _import_extension(samples: Sequence[str], package: _PackageJson, tsconfig: str) -> str:
    seen = [extension for text in samples for extension in _RELATIVE_IMPORT.findall(text)]
    if seen:
        return Counter(seen).most_common(1)[0][0]
    return ".js" if package.type == "module" and _NODE_RESOLUTION.search(tsconfig) else ""


def _test_imports(samples: Sequence[str], package: _PackageJson, framework: str) -> str:
    if framework == "vitest":
        return "vitest"
    explicit = "@jest/globals" in package.packages or any("@jest/globals" in text for text in samples)
    return "@jest/globals" if explicit else ""


def _test_modules(samples: Sequence[str], package: _PackageJson, framework: str) -> Modules:
    """How the tests that are there are written; without any, as the package's own code is read."""
    if framework == "vitest" or any(_IMPORT.search(text) for text in samples):
        return "esm"
    return "commonjs" if any(_REQUIRE.search(text) for text in samples) else package.modules


def _python_package(paths: Sequence[str]) -> str:
    packages = {path.removesuffix("/__init__.py") for path in paths if path.endswith("/__init__.py")}
    outermost = [
        folder
        for folder in sorted(packages)
        if posixpath.dirname(folder) in ("", "src") and posixpath.basename(folder) not in _NOT_PACKAGES
    ]
    modules = [path for path in paths if path.endswith(".py")]
    return max(outermost, key=lambda folder: sum(path.startswith(f"{folder}/") for path in modules), default="")


def _python_test_folder(paths: Sequence[str]) -> str:
    folders = Counter(path.partition("/")[0] for path in paths if _PYTHON_TEST.search(path) and "/" in path)
    return next((folder for folder, _ in folders.most_common() if folder in ("tests", "test")), "tests")


def _package_json(base: Checkout) -> _PackageJson:
    try:
        return _PackageJson.model_validate_json(_text(base, "package.json") or "{}")
    except ValidationError:
        return _PackageJson()


def _text(base: Checkout, path: str) -> str:
    return (base.read(path) or b"").decode(errors="replace")
