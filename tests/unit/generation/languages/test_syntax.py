import pytest

from app.generation.languages.syntax import new_syntax_problems, syntax_problems


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        pytest.param("a.ts", "const a: number = 1;\n", [], id="TypeScript"),
        pytest.param("a.tsx", "const a = <B c={1} />;\n", [], id="TSX"),
        pytest.param("a.js", "let a = 1\nlet = = 2\n", ["a.js:2: cannot be parsed here"], id="JavaScript"),
        pytest.param("a.d.ts", "not = = code", [], id="declarations are left alone"),
        pytest.param("a.py", "\ufeffdef a():\n    return 1\n", [], id="Python with a byte order mark"),
        pytest.param(
            "a.py",
            "def a():\nreturn 1\n",
            ["a.py:2: is not Python: expected an indented block after function definition on line 1"],
            id="Python without an indent",
        ),
        pytest.param(
            "a.py",
            "a = (1\n\n\ndef (\n",
            ["a.py:1: cannot be parsed here", "a.py:4: cannot be parsed here"],
            id="Python",
        ),
        pytest.param("a.go", "package a\n\nfunc {\n", ["a.go:3: cannot be parsed here"], id="Go"),
        pytest.param(
            "a.json",
            '{\n "a": 1,\n}',
            ["a.json:3: is not JSON: Expecting property name enclosed in double quotes"],
            id="JSON",
        ),
        pytest.param("tsconfig.build.json", "{ // comment\n}", [], id="JSON that may have comments"),
        pytest.param(
            "a.yml", "a: 1\nb: [1\nc: 2\n", ["a.yml:3: is not YAML: expected ',' or ']', but got ':'"], id="YAML"
        ),
        pytest.param("a.yaml", "a: &x [1]\n---\nb: !own {c: d}\n", [], id="YAML of several documents and tags"),
        pytest.param("a.toml", "[a]\nb = \n", ["a.toml:2: is not TOML: Invalid value"], id="TOML"),
        pytest.param("a.md", "(((", [], id="prose"),
        pytest.param(
            "a.ts",
            "a = " + "(" * 400 + "1" + ")" * 400,
            ["a.ts:1: is nested deeper than 300 levels"],
            id="nested too deeply",
        ),
        pytest.param("a.json", "[" * 100_000, ["a.json: is nested too deeply"], id="JSON nested too deeply"),
        pytest.param(
            "a.js",
            "x" * 10_001,
            ["a.js:1: is longer than 10,000 characters: nobody wrote it by hand"],
            id="a long line",
        ),
        pytest.param(
            "a.js", "//" + "x\n//" * 200_000, ["a.js: is larger than the 512 KiB whose syntax is checked"], id="large"
        ),
    ],
)
def test_syntax_problems_name_the_line(path: str, text: str, expected: list[str]) -> None:
    assert [str(problem) for problem in syntax_problems(path, text.encode())] == expected


def test_text_that_is_not_utf_8_is_a_problem_of_its_line() -> None:
    assert [str(each) for each in syntax_problems("a.py", b"a = 1\nb = '\xff'")] == [
        "a.py:2: is not UTF-8 text: save it as UTF-8"
    ]


def test_every_line_with_an_error_is_named_up_to_ten() -> None:
    problems = syntax_problems("a.ts", b"let a = 1;\nlet = = 2;\n\n" * 30)

    assert len(problems) == 10
    assert [problem.line for problem in problems[:3]] == [2, 5, 8]


def test_an_alias_bomb_costs_nothing() -> None:
    bomb = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 40))

    assert syntax_problems("a.yml", bomb.encode()) == ()


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        pytest.param(b"a: 1\n", 1, id="it was YAML before"),
        pytest.param(b"{{ if }}\na: [\n", 0, id="it was a template before"),
        pytest.param(None, 1, id="it is new"),
    ],
)
def test_a_file_that_was_never_parsed_is_not_the_fault_of_a_change(before: bytes | None, expected: int) -> None:
    assert len(new_syntax_problems("chart.yaml", before, b"{{ if }}\nb: [\n")) == expected
