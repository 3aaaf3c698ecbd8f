import pytest

from app.generation.recipes.repository import Repository, describe
from tests.fakes.checkout import FakeCheckout

USUAL = Repository((), "src", "src", "", "jest", "", "commonjs", "commonjs", "", "tests")


def test_a_repository_that_shows_nothing_is_like_most() -> None:
    assert describe(FakeCheckout({})) == USUAL


@pytest.mark.parametrize(
    ("paths", "folder"),
    [
        pytest.param(["src/a.ts"], "src", id="src"),
        pytest.param(["lib/a.ts"], "lib", id="lib"),
        pytest.param(["lib/a.ts", "src/a.ts", "src/b.ts"], "src", id="mostly src"),
        pytest.param(["lib/a.txt"], "src", id="a folder without code"),
    ],
)
def test_code_goes_where_code_is(paths: list[str], folder: str) -> None:
    assert describe(FakeCheckout(dict.fromkeys(paths, ""))).source_folder == folder


@pytest.mark.parametrize(
    ("paths", "folder"),
    [
        pytest.param(["src/a.test.ts"], "src", id="beside the code"),
        pytest.param(["src/pricing/a.spec.tsx"], "src", id="beside the code, deeper"),
        pytest.param(["test/a.test.ts"], "test", id="in test"),
        pytest.param(["tests/unit/a.test.js"], "tests", id="in tests"),
        pytest.param(["src/__tests__/a.test.ts"], "src/__tests__", id="in __tests__ of the source folder"),
        pytest.param(["__tests__/a.test.ts"], "__tests__", id="in __tests__"),
        pytest.param(["src/a.test.ts", "test/b.test.ts", "test/c.test.ts"], "test", id="mostly in test"),
        pytest.param(["test/readme.md"], "src", id="a folder without tests"),
    ],
)
def test_tests_go_where_tests_are(paths: list[str], folder: str) -> None:
    assert describe(FakeCheckout({"src/a.ts": "", **dict.fromkeys(paths, "")})).test_folder == folder


@pytest.mark.parametrize(
    ("files", "extension"),
    [
        pytest.param({"src/a.test.ts": 'import { a } from "./a";'}, "", id="none"),
        pytest.param({"src/a.test.ts": "import { a } from '../a.js';"}, ".js", id="js"),
        pytest.param({"src/a.test.ts": 'import { a } from "./a.ts";'}, ".ts", id="ts"),
        pytest.param({"src/a.test.ts": 'import a from "pkg/a.js";'}, "", id="a package is no relative import"),
        pytest.param(
            {"package.json": '{"type": "module"}', "tsconfig.json": '{"module": "NodeNext"} // comment'},
            ".js",
            id="as Node.js resolves modules",
        ),
        pytest.param({"tsconfig.json": '{"module": "NodeNext"}'}, "", id="as Node.js resolves CommonJS"),
    ],
)
def test_imports_end_in_what_the_repository_ends_them_in(files: dict[str, str], extension: str) -> None:
    assert describe(FakeCheckout(files)).import_extension == extension


@pytest.mark.parametrize(
    ("files", "framework", "imports"),
    [
        pytest.param({"package.json": '{"devDependencies": {"vitest": "4"}}'}, "vitest", "vitest", id="Vitest"),
        pytest.param({"package.json": '{"devDependencies": {"vitest": "4", "jest": "30"}}'}, "jest", "", id="both"),
        pytest.param(
            {"package.json": '{"devDependencies": {"@jest/globals": "30"}}'}, "jest", "@jest/globals", id="named"
        ),
        pytest.param(
            {"a.test.ts": 'import { test } from "@jest/globals";'}, "jest", "@jest/globals", id="seen in a test"
        ),
        pytest.param({"package.json": "{broken"}, "jest", "", id="a package.json that is none"),
        pytest.param({"package.json": '{"devDependencies": []}'}, "jest", "", id="a package.json of another shape"),
    ],
)
def test_tests_are_written_for_the_framework_in_use(files: dict[str, str], framework: str, imports: str) -> None:
    repository = describe(FakeCheckout(files))

    assert (repository.test_framework, repository.test_imports) == (framework, imports)


def test_the_languages_are_those_of_the_files_the_most_used_first() -> None:
    assert describe(FakeCheckout(dict.fromkeys(["a.py", "b.ts", "c.tsx", "d.md"], ""))).languages == (
        "typescript",
        "python",
    )


@pytest.mark.parametrize(
    ("files", "code", "tests"),
    [
        pytest.param({"package.json": '{"type": "module"}'}, "esm", "esm", id="a package of ES modules"),
        pytest.param({"package.json": "{}"}, "commonjs", "commonjs", id="a package that does not say"),
        pytest.param(
            {"package.json": '{"type": "module"}', "a.test.js": 'const a = require("./a");'},
            *("esm", "commonjs"),
            id="tests that require",
        ),
        pytest.param({"a.test.js": 'import a from "./a";'}, "commonjs", "esm", id="tests that import"),
        pytest.param({"package.json": '{"devDependencies": {"vitest": "4"}}'}, "commonjs", "esm", id="Vitest"),
    ],
)
def test_javascript_is_written_in_the_modules_in_use(files: dict[str, str], code: str, tests: str) -> None:
    repository = describe(FakeCheckout(files))

    assert (repository.modules, repository.test_modules) == (code, tests)


@pytest.mark.parametrize(
    ("paths", "package"),
    [
        pytest.param(["shop/__init__.py", "shop/cart.py"], "shop", id="in the root"),
        pytest.param(["src/shop/__init__.py"], "src/shop", id="in src"),
        pytest.param(["shop/__init__.py", "shop/api/__init__.py"], "shop", id="the outermost"),
        pytest.param(["a/__init__.py", "b/__init__.py", "b/c.py"], "b", id="the one with the most modules"),
        pytest.param(["tests/__init__.py", "tests/a.py", "tests/b.py", "shop/__init__.py"], "shop", id="no tests"),
        pytest.param(["shop/cart.py"], "", id="a folder that is no package"),
    ],
)
def test_python_goes_into_the_package(paths: list[str], package: str) -> None:
    assert describe(FakeCheckout(dict.fromkeys(paths, ""))).python_package == package


@pytest.mark.parametrize(
    ("paths", "folder"),
    [
        pytest.param(["test/test_cart.py"], "test", id="test"),
        pytest.param(["tests/unit/cart_test.py", "test/data.py"], "tests", id="tests"),
        pytest.param(["shop/test_cart.py"], "tests", id="beside the code"),
    ],
)
def test_python_tests_go_where_tests_are(paths: list[str], folder: str) -> None:
    assert describe(FakeCheckout(dict.fromkeys(paths, ""))).python_test_folder == folder
