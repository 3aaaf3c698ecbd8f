import pytest

from app.generation.imports import packages

NONE: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    ("code", "names"),
    [
        pytest.param('import a from "a";\nimport { b } from "b/c";', {"a", "b"}, id="statements"),
        pytest.param('import{a}from"a";export*from"b"', {"a", "b"}, id="without spaces"),
        pytest.param('import {\n  a,\n  b,\n} from "a";', {"a"}, id="over several lines"),
        pytest.param('import "a";', {"a"}, id="for its effects"),
        pytest.param('import type { A } from "a";', {"a"}, id="a type"),
        pytest.param('x(); import a from "a"', {"a"}, id="behind other code"),
        pytest.param('const a = await import("a"); require("b"); require.resolve("c")', {"a", "b", "c"}, id="calls"),
        pytest.param("require(`a`); import(b)", {"a", None}, id="a template, and a computed one"),
        pytest.param('import a = require("a")', {"a"}, id="the older TypeScript form"),
        pytest.param('/// <reference types="a" />', {"a"}, id="a reference"),
        pytest.param('import a from "https://x.y/z.js"', {"https:"}, id="an address"),
        pytest.param(
            'import a from "./a"; import b from "#b"; import c from "@/c"; import d from "fs"', NONE, id="none"
        ),
        pytest.param('export const from = "a"; const a = ["b"]; export type A = B["c"];', NONE, id="other strings"),
        pytest.param('/** Import rates from "the central bank". */', NONE, id="a sentence"),
    ],
)
def test_the_packages_of_typescript(code: str, names: set[str | None]) -> None:
    assert packages("a.ts", code) == names


@pytest.mark.parametrize(
    ("code", "names"),
    [
        pytest.param("import a.b, os\nfrom c.d import e\nfrom . import f", {"a", "c"}, id="statements"),
        pytest.param("def f():\n  import a", {"a"}, id="inside a function"),
        pytest.param("__import__('a')\nimportlib.import_module('b.c')", {"a", "b"}, id="calls"),
        pytest.param("__import__(name)", {None}, id="a computed one"),
    ],
)
def test_the_packages_of_python(code: str, names: set[str | None]) -> None:
    assert packages("a.py", code) == names


@pytest.mark.timeout(60)  # one that grows with the square of the length would take an hour
@pytest.mark.parametrize(
    "pattern", ["import ", "import from ", "\n", "require ", "'", "/// <reference ", "export {", "from \t"]
)
def test_hostile_code_asks_for_nothing(pattern: str) -> None:
    assert packages("a.ts", (pattern * 300_000)[:300_000]) == frozenset()


@pytest.mark.timeout(60)
def test_calls_without_a_name_are_one_that_cannot_be_read() -> None:
    assert packages("a.ts", "require(" * 40_000) == {None}
