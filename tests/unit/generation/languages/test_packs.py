import pytest

from app.generation.imports import packages
from app.generation.languages.shipped import PACKS, is_test, pack_of
from app.generation.languages.tests_of import covered_by, place_for_test, tests_of
from app.generation.languages.tools import chosen_tools
from tests.fakes.checkout import FakeCheckout
from tests.unit.generation.languages.trees import InMemoryTree


@pytest.mark.parametrize(
    ("importer", "specifier", "tree", "expected"),
    [
        pytest.param("src/a.ts", "./b", ["src/b.ts"], ["src/b.ts"], id="without ending"),
        pytest.param("src/a.ts", "./b.js", ["src/b.ts"], ["src/b.ts"], id="compiled ending"),
        pytest.param("src/a.ts", "./b.js", ["src/b.ts", "src/b.js"], ["src/b.js"], id="the file itself first"),
        pytest.param("src/a.ts", "../lib", ["lib/index.tsx"], ["lib/index.tsx"], id="a folder's index"),
        pytest.param("src/a.ts", "@/b/c", ["src/b/c.ts"], ["src/b/c.ts"], id="alias"),
        pytest.param("src/a.ts", "react", ["react.ts"], [], id="a package"),
        pytest.param("src/a.ts", "../../../etc/passwd", ["etc/passwd"], [], id="out of the tree"),
        pytest.param("shop/a.py", ".b", ["shop/b.py"], ["shop/b.py"], id="sibling module"),
        pytest.param("shop/sub/a.py", "..b.c", ["shop/b/c/__init__.py"], ["shop/b/c/__init__.py"], id="package above"),
        pytest.param("shop/a.py", ".", ["shop/__init__.py"], ["shop/__init__.py"], id="the package itself"),
        pytest.param("tests/t.py", "shop.b", ["src/shop/b.py"], ["src/shop/b.py"], id="src layout"),
        pytest.param("tools/a.py", "b", ["tools/b.py"], ["tools/b.py"], id="script beside"),
        pytest.param("a.py", "os.path", [], [], id="standard library"),
    ],
)
def test_an_import_leads_to_the_file_it_means(
    importer: str, specifier: str, tree: list[str], expected: list[str]
) -> None:
    pack = pack_of(importer)

    assert pack is not None
    assert list(pack.targets(importer, specifier, InMemoryTree(*tree))) == expected


def test_an_import_of_go_leads_to_the_files_of_a_folder_of_its_module() -> None:
    files = {"svc/go.mod": "module example.com/shop/v2\n\ngo 1.24\n"}
    tree = InMemoryTree("svc/fees/a.go", "svc/fees/b.go", "svc/fees/b_test.go", "svc/main.go", **files)
    go = pack_of("a.go")
    assert go is not None

    assert list(go.targets("svc/main.go", "example.com/shop/v2/fees", tree)) == ["svc/fees/a.go", "svc/fees/b.go"]
    assert list(go.targets("svc/fees/a.go", "example.com/shop/v2", tree)) == ["svc/main.go"]
    assert list(go.targets("svc/main.go", "example.com/shop/v2x/fees", tree)) == []
    assert list(go.targets("other/main.go", "example.com/shop/v2/fees", tree)) == []


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        *(pytest.param(path, True, id=path) for path in ("a.test.ts", "a/b.spec.jsx", "a/__tests__/b.js")),
        *(pytest.param(path, True, id=path) for path in ("test_a.py", "x/a_test.py", "x/a_test.go")),
        *(
            pytest.param(path, False, id=path)
            for path in ("contest.ts", "tests/a.ts", "conftest.py", "latest.py", "a.md")
        ),
    ],
)
def test_tests_are_known_by_the_names_of_their_files(path: str, expected: bool) -> None:
    assert is_test(path) is expected


TREE = (
    "src/loan.ts",
    "src/fees/loan.ts",
    "tests/fees/loan.test.ts",
    "tests/loan.test.ts",
    "lib/old.js",
    "lib/__tests__/old.js",
    "lib/old.d.ts",
    "shop/rooms.py",
    "shop/api/rooms.py",
    "tests/unit/api/test_rooms.py",
    "tests/unit/test_rooms.py",
    "shop/halls.py",
    "svc/due.go",
    "svc/due_test.go",
)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("src/loan.ts", ["tests/loan.test.ts", "tests/fees/loan.test.ts"], id="mirrored folders"),
        pytest.param("src/fees/loan.ts", ["tests/fees/loan.test.ts", "tests/loan.test.ts"], id="the nearest first"),
        pytest.param("lib/old.js", ["lib/__tests__/old.js"], id="a folder beside"),
        pytest.param("shop/rooms.py", ["tests/unit/test_rooms.py", "tests/unit/api/test_rooms.py"], id="Python"),
        pytest.param("svc/due.go", ["svc/due_test.go"], id="Go"),
        pytest.param("shop/halls.py", [], id="no test"),
        pytest.param("tests/loan.test.ts", [], id="a test"),
        pytest.param("README.md", [], id="no code"),
    ],
)
def test_the_tests_of_a_file_are_found_by_name(path: str, expected: list[str]) -> None:
    assert list(tests_of(path, TREE)) == expected


def test_a_test_covers_the_nearest_file_of_its_name_first() -> None:
    assert covered_by("tests/fees/loan.test.ts", TREE) == ("src/fees/loan.ts", "src/loan.ts")
    assert covered_by("src/loan.ts", TREE) == ()


@pytest.mark.parametrize(
    ("source", "paths", "expected"),
    [
        pytest.param("src/loan.ts", TREE, "tests/loan.test.ts", id="the one that is there"),
        pytest.param("src/fees/rate.ts", TREE, "tests/fees/rate.test.ts", id="mirrored"),
        pytest.param("lib/new.js", TREE, "lib/__tests__/new.test.js", id="a folder beside"),
        pytest.param("shop/api/doors.py", TREE, "tests/unit/api/test_doors.py", id="Python, mirrored"),
        pytest.param("svc/a.go", TREE, "svc/a_test.go", id="Go"),
        pytest.param("src/a.tsx", (), "src/a.test.tsx", id="TypeScript in a repository without tests"),
        pytest.param("shop/a.py", (), "tests/test_a.py", id="Python in a repository without tests"),
        pytest.param("a.md", TREE, None, id="no code"),
    ],
)
def test_a_test_goes_where_the_repository_puts_its_tests(
    source: str, paths: tuple[str, ...], expected: str | None
) -> None:
    assert place_for_test(source, paths) == expected


def test_the_tools_are_those_that_the_repository_configures() -> None:
    base = FakeCheckout(
        {
            "package.json": '{"devDependencies": {"jest": "^30"}, "prettier": {}}',
            "eslint.config.mjs": "",
            "pyproject.toml": "[tool.ruff.lint]\n[tool.pytest.ini_options]\n",
            "go.mod": "module example.com/shop",
            "docs/tsconfig.json": "{}",
        }
    )

    assert {
        pack.name: [f"{each.tool.name} ({each.configured_in})" for each in chosen_tools(pack, base)] for pack in PACKS
    } == {
        "typescript": ["prettier (package.json)", "eslint (eslint.config.mjs)", "jest (package.json)"],
        "javascript": ["prettier (package.json)", "eslint (eslint.config.mjs)", "jest (package.json)"],
        "python": ["ruff format (pyproject.toml)", "ruff (pyproject.toml)", "pytest (pyproject.toml)"],
        "go": ["gofmt (go.mod)", "go vet (go.mod)", "go test (go.mod)"],
    }


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        pytest.param(
            "go.mod",
            "module github.com/acme/shop/v2\n\nrequire go.uber.org/zap v1.2.3\n"
            "require (\n\tgolang.org/x/net v0.1.0 // indirect\n)\n",
            {"github.com/acme/shop", "go.uber.org/zap", "golang.org/x/net"},
            id="go.mod",
        ),
        pytest.param(
            "a/b.go",
            'package b\n\nimport (\n\t"net/http"\n\tz "go.uber.org/zap/zapcore"\n)\n'
            'import "github.com/acme/shop/fees"\n',
            {"go.uber.org/zap", "github.com/acme/shop"},
            id="imports",
        ),
    ],
)
def test_packages_of_go_are_the_repositories_of_modules(path: str, text: str, expected: set[str]) -> None:
    assert packages(path, text) == expected
