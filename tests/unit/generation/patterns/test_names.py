"""Which declaration a name means, in JavaScript, TypeScript and Python."""

import pytest
from ast_grep_py import SgNode, SgRoot

from app.generation.patterns.javascript.names import Names as JavaScriptNames
from app.generation.patterns.python.names import Names as PythonNames


def declared_in(code: str, language: str) -> int | None:
    """The line of the declaration that the last `x` in the code means."""
    root = SgRoot(code, language).root()
    names = PythonNames(root) if language == "python" else JavaScriptNames(root)
    last: SgNode = names.occurrences("x")[-1]
    meaning = names.meaning(last, "x")
    return None if meaning is None else meaning.name.range().start.line + 1


@pytest.mark.parametrize(
    ("code", "line"),
    [
        pytest.param("x;", None, id="nothing"),
        pytest.param("let x;\nx;", 1, id="the module"),
        pytest.param("let x;\n{ let x;\nx; }", 2, id="a block"),
        pytest.param("let x;\n{ let x; }\nx;", 1, id="outside of a block"),
        pytest.param("let x;\nfunction f() { { var x; }\nx; }", 2, id="var in a function"),
        pytest.param("let x;\nfunction f(x) {\nx; }", 2, id="a parameter"),
        pytest.param("let x;\nconst f = x =>\nx;", 2, id="the parameter of an arrow function"),
        pytest.param("let x;\nconst f = ({ a: [x] = 1 }) =>\nx;", 2, id="a pattern"),
        pytest.param("let x;\nconst f = ({ x: y }) =>\nx;", 1, id="the key of a pattern"),
        pytest.param("let x;\nconst f = (y =\nx) => y;", 1, id="the default of a parameter"),
        pytest.param("let x;\ntry {} catch (x) {\nx; }", 2, id="a caught error"),
        pytest.param("let x;\nfor (const x of y)\nx;", 2, id="a loop"),
        pytest.param("let x;\nfor (let x = 1;;)\nx;", 2, id="a counting loop"),
        pytest.param("import { y as x } from 'y';\nx;", 1, id="an import under another name"),
        pytest.param("import { x as y } from 'y';\nf(x);", None, id="an import of another name"),
        pytest.param("import * as x from 'y';\nx;", 1, id="a namespace"),
        pytest.param("let x;\n(function x() {\nx; });", 2, id="the name of a function expression"),
        pytest.param("let x;\nclass A { m(x) {\nx; } }", 2, id="a method"),
        pytest.param("let x;\n{ function x() {} }\nx;", 1, id="a function in a block"),
    ],
)
@pytest.mark.parametrize("language", ["javascript", "typescript"])
def test_a_name_means_the_nearest_declaration_around_it(code: str, line: int | None, language: str) -> None:
    assert declared_in(code, language) == line


@pytest.mark.parametrize(
    ("code", "line"),
    [
        pytest.param("x", None, id="nothing"),
        pytest.param("import x\nx", 1, id="an import"),
        pytest.param("import a.x\nx", None, id="the end of a dotted import"),
        pytest.param("import x.a\nx", 1, id="the beginning of a dotted import"),
        pytest.param("from a import b as x\nx", 1, id="an import under another name"),
        pytest.param("x = 1\ndef f(x):\n  x", 2, id="a parameter"),
        pytest.param("x = 1\ndef f(x=1):\n  x", 2, id="a parameter with a default"),
        pytest.param("x = 1\ndef f(x: int):\n  x", 2, id="a parameter with a type"),
        pytest.param("x = 1\ndef f(*x):\n  x", 2, id="all other parameters"),
        pytest.param("x = 1\nf = lambda x:\\\n  x", 2, id="a lambda"),
        pytest.param("x = 1\ndef f():\n  for y, x in z: pass\n  x", 3, id="a loop"),
        pytest.param("x = 1\ndef f():\n  with y as x: pass\n  x", 3, id="with"),
        pytest.param("x = 1\ndef f():\n  try: pass\n  except E as x: x", 4, id="a caught error"),
        pytest.param("x = 1\ndef f():\n  if (x := 2): x", 3, id="an assignment in an expression"),
        pytest.param("x = 1\n[x for x in y]\nx", 1, id="outside of a comprehension"),
        pytest.param("x = 1\nclass A:\n  x = 2\n  def f(self):\n    x", 1, id="the body of a class, from a method"),
        pytest.param("x = 1\nclass A:\n  x = 2\n  y = x", 3, id="the body of a class"),
        pytest.param("x = 1\ndef f():\n  y.x\n  x", 1, id="an attribute"),
    ],
)
def test_a_python_name_means_the_nearest_binding_around_it(code: str, line: int | None) -> None:
    assert declared_in(code, "python") == line
