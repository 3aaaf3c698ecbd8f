import pytest

from app.domain.change import (
    Constraints,
    DependencyNotAllowed,
    ForbiddenPath,
    GeneratedFile,
    TooManyFiles,
    TooManyLines,
    Violation,
)
from app.generation.constraints import violations, why_forbidden, within
from tests.fakes.checkout import FakeCheckout


def new(path: str, content: str = "") -> GeneratedFile:
    return GeneratedFile(path, content, "create")


def found(constraints: Constraints, *files: GeneratedFile, base: FakeCheckout | None = None) -> tuple[Violation, ...]:
    tree = base or FakeCheckout({})
    return violations(files, constraints, before=tree.read, base_paths=tree.paths())


def test_every_changed_file_counts_but_a_lock_file() -> None:
    files = (new("a.ts"), new("a.test.ts"), new("docs/a.md"), new("package-lock.json"), new("sub/yarn.lock"))

    assert found(Constraints(max_files=3), *files) == ()
    assert found(Constraints(max_files=2), *files) == (TooManyFiles(2, ("a.ts", "a.test.ts", "docs/a.md")),)


def test_a_deleted_file_is_a_changed_file_without_lines() -> None:
    gone = GeneratedFile("a.ts", "", "delete")

    assert found(Constraints(max_files=1, max_lines_per_file=1), gone) == ()
    assert found(Constraints(max_files=0), gone) == (TooManyFiles(0, ("a.ts",)),)


def test_the_length_of_a_file_is_that_of_the_result() -> None:
    limit = Constraints(max_lines_per_file=2)

    assert found(limit, new("a", "1\n2\n"), new("b", "1\n2"), new("package-lock.json", "\n" * 9)) == ()
    assert found(limit, new("a", "1\n2\n3"), GeneratedFile("b", "1\r\n2\r\n3\r\n", "modify")) == (
        TooManyLines("a", 2, 3),
        TooManyLines("b", 2, 3),
    )


def test_without_a_limit_every_dependency_is_allowed() -> None:
    assert found(Constraints(), new("a.ts", 'import x from "left-pad";')) == ()


NOTHING_NEW = Constraints(allowed_dependencies=())


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(
            new("a.ts", 'import x from "./x"; import "node:fs"; import p from "path/posix";'), id="no package"
        ),
        pytest.param(new("a.py", "import os, json\nfrom . import x\nfrom app.x import y\n"), id="own Python"),
        pytest.param(new("a.md", 'import x from "left-pad";'), id="no code"),
    ],
)
def test_what_is_no_new_dependency_is_allowed(file: GeneratedFile) -> None:
    assert found(NOTHING_NEW, file, base=FakeCheckout({"app/x.py": ""})) == ()


@pytest.mark.parametrize(
    ("file", "name"),
    [
        pytest.param(new("a.ts", 'import x from "left-pad/sub";'), "left-pad", id="an import"),
        pytest.param(new("a.ts", "export * from '@scope/x/y';"), "@scope/x", id="a re-export"),
        pytest.param(new("a.py", "import yaml.nodes\n"), "yaml", id="a Python import"),
        pytest.param(new("package.json", '{"devDependencies": {"left-pad": "1"}}'), "left-pad", id="package.json"),
        pytest.param(new("requirements-dev.txt", "# x\nrequests>=2\n"), "requests", id="requirements"),
        pytest.param(new("pyproject.toml", '[project]\ndependencies = ["requests>=2"]'), "requests", id="pyproject"),
        pytest.param(new("a.ts", "require(name)"), None, id="a computed import"),
        pytest.param(new("a.py", "import ("), None, id="Python that is none"),
        pytest.param(new("package.json", "{"), None, id="a package.json that is none"),
    ],
)
def test_a_new_dependency_is_named_with_its_file(file: GeneratedFile, name: str | None) -> None:
    assert found(NOTHING_NEW, file) == (DependencyNotAllowed(file.path, name, ()),)


def test_a_dependency_on_the_list_is_allowed_however_it_is_spelt() -> None:
    allowed = Constraints(allowed_dependencies=("Ruamel_YAML", "left-pad"))

    assert found(allowed, new("requirements.txt", "ruamel.yaml\n"), new("a.ts", 'import "left-pad";')) == ()
    assert found(allowed, new("a.ts", 'import "right-pad";')) == (
        DependencyNotAllowed("a.ts", "right-pad", ("Ruamel_YAML", "left-pad")),
    )


def test_what_the_base_depends_on_is_not_new() -> None:
    base = FakeCheckout(
        {"package.json": '{"dependencies": {"a": "1"}}', "pkg/package.json": '{"peerDependencies": {"b": "1"}}'}
    )

    assert found(NOTHING_NEW, new("pkg/src/x.ts", 'import "a"; import "b";'), base=base) == ()
    assert found(NOTHING_NEW, new("src/x.ts", 'import "b";'), base=base) == (DependencyNotAllowed("src/x.ts", "b", ()),)


def test_the_globals_of_jest_come_with_jest() -> None:
    test = new("a.test.ts", 'import { test } from "@jest/globals";')

    assert found(NOTHING_NEW, test, base=FakeCheckout({"package.json": '{"devDependencies": {"jest": "30"}}'})) == ()
    assert found(NOTHING_NEW, test) == (DependencyNotAllowed("a.test.ts", "@jest/globals", ()),)


def test_what_a_file_imported_before_is_not_new() -> None:
    file = GeneratedFile("a.ts", 'import "a"; import "b";', "modify")

    assert found(NOTHING_NEW, file, base=FakeCheckout({"a.ts": 'import "a";'})) == (
        DependencyNotAllowed("a.ts", "b", ()),
    )


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        pytest.param("", "is empty or longer than 250 characters", id="nothing"),
        pytest.param("a/" * 200 + "b", "is empty or longer than 250 characters", id="too long"),
        pytest.param("/etc/passwd", "is absolute", id="absolute"),
        pytest.param("C:/x", "is absolute", id="a drive"),
        pytest.param("../x", "holds an empty, . or .. segment", id="above the root"),
        pytest.param("a/../../x", "holds an empty, . or .. segment", id="above the root, later"),
        pytest.param("a//b", "holds an empty, . or .. segment", id="an empty segment"),
        pytest.param("a\\b", "holds a backslash or a control character", id="a backslash"),
        pytest.param("a\nb", "holds a backslash or a control character", id="a line break"),
        pytest.param("a\x00", "holds a backslash or a control character", id="a null"),
        pytest.param(".git/config", "is inside .git, or can be read as if it were", id="git's own"),
        pytest.param("sub/.GIT/hooks/x", "is inside .git, or can be read as if it were", id="in capitals"),
        pytest.param(".git./x", "is inside .git, or can be read as if it were", id="with a dot behind"),
        pytest.param(".git /x", "is inside .git, or can be read as if it were", id="with a space behind"),
        pytest.param(".g\u200cit/x", "is inside .git, or can be read as if it were", id="with an invisible letter"),
        pytest.param("GIT~1/x", "is inside .git, or can be read as if it were", id="by its short name"),
        pytest.param(".git::$INDEX_ALLOCATION/x", "is inside .git, or can be read as if it were", id="as a stream"),
        pytest.param(".github/workflows/ci.yml", "is inside .github/workflows, which ACS never writes", id="workflow"),
        pytest.param(
            ".GitHub/Workflows", "is inside .github/workflows, which ACS never writes", id="the folder itself"
        ),
    ],
)
def test_acs_never_writes_there(path: str, reason: str) -> None:
    assert why_forbidden(path) == reason
    assert found(Constraints(), new(path)) == (ForbiddenPath(path, reason),)


@pytest.mark.parametrize(
    "path", ["src/a.ts", ".github/ISSUE_TEMPLATE/x.yml", ".gitignore", "docs/日本語.md", "a.b/c d"]
)
def test_acs_writes_there(path: str) -> None:
    assert why_forbidden(path) is None


def test_two_files_of_one_path_are_refused() -> None:
    assert found(Constraints(), new("a.ts"), new("A.ts")) == (
        ForbiddenPath("A.ts", "is written twice, or differs from another one in case only"),
    )


@pytest.mark.parametrize(
    ("inner", "outer", "both"),
    [
        pytest.param(Constraints(), Constraints(max_files=3), Constraints(max_files=3), id="one that sets none"),
        pytest.param(Constraints(max_files=2), Constraints(max_files=3), Constraints(max_files=2), id="a tighter one"),
        pytest.param(Constraints(max_files=9), Constraints(max_files=3), Constraints(max_files=3), id="a looser one"),
        pytest.param(
            Constraints(max_lines_per_file=9),
            Constraints(max_lines_per_file=3),
            Constraints(max_lines_per_file=3),
            id="longer files",
        ),
        pytest.param(
            Constraints(allowed_dependencies=("Ruamel_YAML", "left-pad")),
            Constraints(allowed_dependencies=("ruamel.yaml",)),
            Constraints(allowed_dependencies=("Ruamel_YAML",)),
            id="packages that both allow",
        ),
        pytest.param(
            Constraints(), Constraints(allowed_dependencies=()), Constraints(allowed_dependencies=()), id="nothing new"
        ),
        pytest.param(
            Constraints(forbidden_paths=("a",)),
            Constraints(forbidden_paths=("b", "a")),
            Constraints(forbidden_paths=("b", "a")),
            id="paths that either forbids",
        ),
    ],
)
def test_a_request_only_makes_the_limits_of_its_repository_tighter(
    inner: Constraints, outer: Constraints, both: Constraints
) -> None:
    assert within(inner, outer) == both


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        pytest.param("infra", "infra/main.tf", id="a folder"),
        pytest.param("Infra", "INFRA/main.tf", id="in another case"),
        pytest.param("infra", "infra./main.tf", id="as Windows reads it"),
        pytest.param("**/*.tf", "a/b/main.tf", id="an ending anywhere"),
        pytest.param("package-lock.json", "package-lock.json", id="a lock file"),
    ],
)
def test_a_path_that_the_repository_forbids_is_not_touched(glob: str, path: str) -> None:
    (broken,) = found(Constraints(forbidden_paths=(glob,)), new(path))

    assert broken == ForbiddenPath(
        path, f"matches {glob}, which generation.constraints.forbiddenPaths of the configuration forbids"
    )


def test_what_the_repository_does_not_forbid_is_touched() -> None:
    assert found(Constraints(forbidden_paths=("infra", "*.tf")), new("src/infra/a.ts"), new("b/main.tf")) == ()
