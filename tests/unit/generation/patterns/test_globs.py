import pytest

from app.generation.globs import matching

PATHS = ("a.ts", "src/a.ts", "src/b.js", "src/in/deep/c.ts", "lib/a.ts")


@pytest.mark.parametrize(
    ("globs", "expected"),
    [
        pytest.param(["src"], ["src/a.ts", "src/b.js", "src/in/deep/c.ts"], id="a folder"),
        pytest.param(["src/a.ts"], ["src/a.ts"], id="a file"),
        pytest.param(["src/*"], ["src/a.ts", "src/b.js"], id="the files of a folder"),
        pytest.param(["src/*.ts"], ["src/a.ts"], id="some of them"),
        pytest.param(["**/*.ts"], ["a.ts", "src/a.ts", "src/in/deep/c.ts", "lib/a.ts"], id="any depth"),
        pytest.param(["src/**/*.ts"], ["src/a.ts", "src/in/deep/c.ts"], id="any depth below a folder"),
        pytest.param(["src/**"], ["src/a.ts", "src/b.js", "src/in/deep/c.ts"], id="everything below a folder"),
        pytest.param(["?.ts", "lib"], ["a.ts", "lib/a.ts"], id="two globs"),
        pytest.param(["SRC"], [], id="another case"),
    ],
)
def test_a_glob_means_these_paths(globs: list[str], expected: list[str]) -> None:
    assert list(matching(PATHS, globs)) == expected


@pytest.mark.timeout(30)  # one that grows with a power of the stars would take days
def test_a_hostile_glob_ends() -> None:
    assert list(matching(["/".join("a" * 120)], ["/".join(["**", "a"] * 30) + "/b"])) == []
    assert list(matching(["a" * 250], ["*a" * 90 + "b"])) == []
