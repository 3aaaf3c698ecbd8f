"""Edits by name, on the syntax tree: definitions with all that belongs to them, imports where they belong."""

import pytest

from app.generation.edits.applying import apply
from app.generation.edits.edit import AddImport, Edit, Replace, ReplaceDefinition
from app.generation.edits.result import Applied, Rejected
from tests.fakes.checkout import FakeCheckout

CLASS = """\
import { db } from "./db";

/** Keeps lines. */
@Injectable()
export class Basket {
  @Input() size = 1;

  /** Adds. */
  @Log()
  add(line: Line): void {
    this.lines.push(line);
  }

  total = () => sum(this.lines);
}

export const price = (line: Line): number => line.price;

export default function quote(lines: Line[]): number {
  return lines.length;
}
"""
PYTHON = '''\
"""Loans."""

import os


class Loan:
    """A loan."""

    @property
    def due(self):
        # soon
        return self.days

    @overload
    def fee(self, days: int) -> int: ...

    @overload
    def fee(self, days: str) -> str: ...

    def fee(self, days):
        return days


def text():
    return """
one
"""


if os.name == "nt":

    def home():
        return 1

else:

    def home():
        return 2
'''


def after(path: str, text: str, edit: Edit) -> str | list[str]:
    result = apply([edit], FakeCheckout({path: text}))
    if isinstance(result, Applied):
        return result.files[0].content
    return [f"{problem.reason}: {problem.words}" for problem in result.problems]


def code(text: str) -> tuple[str, ...]:
    return tuple(text.rstrip("\n").split("\n"))


@pytest.mark.parametrize(
    ("name", "new", "old", "expected"),
    [
        pytest.param(
            "Basket.add",
            "add(line: Line): void {\n  this.lines.unshift(line);\n}\n",
            "    this.lines.push(line);\n",
            "    this.lines.unshift(line);\n",
            id="a method keeps its comment and decorator",
        ),
        pytest.param(
            "Basket.add",
            "  /** Puts. */\n  @Trace()\n  put(): void {}\n".replace("put()", "add()"),
            "  /** Adds. */\n  @Log()\n  add(line: Line): void {\n    this.lines.push(line);\n  }\n",
            "  /** Puts. */\n  @Trace()\n  add(): void {}\n",
            id="a method brings its own",
        ),
        pytest.param(
            "Basket.total",
            "total = () => 0;\n",
            "total = () => sum(this.lines);",
            "total = () => 0;",
            id="a field that is a function",
        ),
        pytest.param(
            "price",
            "const price = (line: Line): number => {\n  return line.price * 2;\n};\n",
            "export const price = (line: Line): number => line.price;\n",
            "export const price = (line: Line): number => {\n  return line.price * 2;\n};\n",
            id="an arrow function stays exported",
        ),
        pytest.param(
            "quote",
            "function quote(lines: Line[]): number {\n  return 0;\n}\n",
            "  return lines.length;\n",
            "  return 0;\n",
            id="a default export stays one",
        ),
        pytest.param(
            "Basket",
            "class Basket {\n  empty = true;\n}\n",
            CLASS[CLASS.index("export class") : CLASS.index("\n\nexport const")],
            "export class Basket {\n  empty = true;\n}",
            id="a class keeps its decorator and export",
        ),
    ],
)
def test_a_definition_of_typescript_is_replaced(name: str, new: str, old: str, expected: str) -> None:
    assert after("a.ts", CLASS, ReplaceDefinition("a.ts", name, code(new))) == CLASS.replace(old, expected)


@pytest.mark.parametrize(
    ("name", "new", "old", "expected"),
    [
        pytest.param(
            "Loan.due",
            "def due(self):\n    return 1\n",
            "        # soon\n        return self.days\n",
            "        return 1\n",
            id="a method keeps its decorator",
        ),
        pytest.param(
            "Loan.due",
            "@cached_property\ndef due(self):\n    # soon\n    return self.days\n",
            "    @property\n",
            "    @cached_property\n",
            id="a method brings its decorator",
        ),
        pytest.param(
            "text",
            'def text():\n    return """\ntwo\n"""\n',
            "one\n",
            "two\n",
            id="a text of several lines is not indented",
        ),
        pytest.param(
            "Loan.fee",
            "@overload\ndef fee(self, days: int) -> int: ...\n\ndef fee(self, days):\n    return 2\n",
            PYTHON[PYTHON.index("    @overload") : PYTHON.index("\n\ndef text")],
            "    @overload\n    def fee(self, days: int) -> int: ...\n\n    def fee(self, days):\n        return 2\n",
            id="all overloads together",
        ),
    ],
)
def test_a_definition_of_python_is_replaced(name: str, new: str, old: str, expected: str) -> None:
    assert after("a.py", PYTHON, ReplaceDefinition("a.py", name, code(new))) == PYTHON.replace(old, expected, 1)


def test_lines_inside_of_a_text_are_not_moved_with_a_method() -> None:
    base = "class A:\n    def f(self):\n        return 1\n"
    new = 'def f(self):\n    """Says.\n\n    It says.\n    """\n    return """\nkeep\n  this"""\n'

    expected = (
        'class A:\n    def f(self):\n        """Says.\n\n        It says.\n        """\n'
        '        return """\nkeep\n  this"""\n'
    )
    assert after("a.py", base, ReplaceDefinition("a.py", "A.f", code(new))) == expected


@pytest.mark.parametrize(
    ("path", "text", "name", "new", "message"),
    [
        pytest.param(
            "a.ts",
            CLASS,
            "basket",
            "class basket {}",
            "not found: defines no basket; it defines Basket, Basket.add, Basket.total, price, quote",
            id="no such name",
        ),
        pytest.param(
            "index.ts",
            'export { sum } from "./a";\n',
            "sum",
            "function sum() {}",
            'not found: only passes sum on from "./a": name the file that defines it',
            id="a barrel",
        ),
        pytest.param(
            "a.py",
            PYTHON,
            "home",
            "def home():\n    return 3",
            "ambiguous: has home 2 times, on lines 32, 37: replace the lines of the one that is meant",
            id="a name that is there twice",
        ),
        pytest.param(
            "a.py",
            PYTHON,
            "Loan.fee",
            "def fee(self, days):\n    return 2",
            "code left out: has 2 overloads of Loan.fee: give them all, with what implements them",
            id="overloads that are left out",
        ),
        pytest.param(
            "a.py",
            PYTHON,
            "text",
            "def words():\n    return 1",
            "malformed: is to get text: give the whole of it, and nothing else",
            id="another name",
        ),
        pytest.param(
            "a.py",
            PYTHON,
            "text",
            "import os\n\ndef text():\n    return 1",
            "malformed: is to get text: give the whole of it, and nothing else",
            id="more than the definition",
        ),
        pytest.param(
            "a.ts",
            CLASS,
            "quote",
            "function quote( {",
            "syntax: cannot have this code: line 1 cannot be parsed here",
            id="code that does not parse",
        ),
        pytest.param(
            "a.ts",
            "let = = 1;\n",
            "quote",
            "function quote() {}",
            "syntax: cannot be edited by names: line 1 cannot be parsed here",
            id="a file that does not parse",
        ),
        pytest.param(
            "a.go",
            "func quote() {}\n",
            "quote",
            "func quote() {}",
            "syntax: cannot be edited by names: it is not JavaScript, TypeScript or Python",
            id="another language",
        ),
        pytest.param(
            "a.ts",
            CLASS,
            "quote",
            "function quote(lines: Line[]): number {\n  // ... existing code ...\n}",
            "code left out: would lose code for which “// ... existing code ...” stands",
            id="a comment for code",
        ),
    ],
)
def test_a_name_that_means_not_one_definition_is_refused(
    path: str, text: str, name: str, new: str, message: str
) -> None:
    assert after(path, text, ReplaceDefinition(path, name, code(new))) == [message]


@pytest.mark.parametrize(
    ("path", "text", "new", "expected"),
    [
        pytest.param(
            "a.ts",
            'import { a } from "./a";\nimport b from "./b";\n\nrun();\n',
            'import { c } from "./c";',
            'import { a } from "./a";\nimport b from "./b";\nimport { c } from "./c";\n\nrun();\n',
            id="below the others",
        ),
        pytest.param(
            "a.ts",
            'import { a } from "./a";\n',
            'import { a, type B as C } from "./a";',
            'import { a, type B as C } from "./a";\n',
            id="into the one of the same module",
        ),
        pytest.param(
            "a.ts",
            'import {\n  a,\n  b,\n} from "./a";\n',
            'import { c } from "./a";',
            'import {\n  a,\n  b,\n  c,\n} from "./a";\n',
            id="one on a line",
        ),
        pytest.param(
            "a.ts",
            'import type { A } from "./a";\n',
            'import { b } from "./a";',
            'import type { A } from "./a";\nimport { b } from "./a";\n',
            id="types stay apart",
        ),
        pytest.param(
            "a.js",
            '#!/usr/bin/env node\n"use strict";\nrun();\n',
            'import "./a.js";',
            '#!/usr/bin/env node\n"use strict";\n\nimport "./a.js";\n\nrun();\n',
            id="below what has to stand above",
        ),
        pytest.param(
            "a.py",
            '"""Loans."""\n\nimport os\nfrom a import (\n    b,\n)\n\nx = 1\n',
            "from a import c\nimport sys",
            '"""Loans."""\n\nimport os\nfrom a import (\n    b,\n    c,\n)\nimport sys\n\nx = 1\n',
            id="several in Python",
        ),
        pytest.param(
            "a.py",
            '"""Loans."""\n\nimport os\n',
            "from __future__ import annotations",
            '"""Loans."""\n\nfrom __future__ import annotations\n\nimport os\n',
            id="from the future",
        ),
        pytest.param("a.py", "x = 1\n", "import os", "import os\n\nx = 1\n", id="into a file without any"),
    ],
)
def test_an_import_is_added_where_it_belongs(path: str, text: str, new: str, expected: str) -> None:
    assert after(path, text, AddImport(path, code(new))) == expected


@pytest.mark.parametrize(
    ("path", "text", "new", "message"),
    [
        pytest.param(
            "a.ts",
            'import { a, b } from "./a"\n',
            "import { b } from './a';",
            "already applied: imports all of this already: leave this edit out",
            id="a name that is there",
        ),
        pytest.param(
            "a.ts",
            'import { a } from "./b";\n',
            'import { a } from "./a";',
            "name taken: has another a already, at line 1: import it under another name",
            id="a name from elsewhere",
        ),
        pytest.param(
            "a.py",
            "def a():\n    return 1\n",
            "from b import a",
            "name taken: has another a already, at line 1: import it under another name",
            id="a name that is defined",
        ),
        pytest.param(
            "a.ts",
            "run();\n",
            'import "./a";\nrun();',
            "malformed: is to get imports: give import statements, and nothing else",
            id="more than imports",
        ),
    ],
)
def test_an_import_that_cannot_be_is_refused(path: str, text: str, new: str, message: str) -> None:
    assert after(path, text, AddImport(path, code(new))) == [message]


def test_several_imports_and_an_edit_of_lines_go_together() -> None:
    edits = [
        AddImport("a.py", ("import b",), 1),
        AddImport("a.py", ("import c",), 2),
        Replace("a.py", ("x = 1",), ("x = b.one",), 3),
    ]

    result = apply(edits, FakeCheckout({"a.py": "import a\n\nx = 1\n"}))

    assert isinstance(result, Applied)
    assert result.files[0].content == "import a\nimport b\nimport c\n\nx = b.one\n"


def test_a_definition_and_lines_inside_of_it_exclude_each_other() -> None:
    edits = [
        ReplaceDefinition("a.py", "text", ("def text():", "    return 1"), 1),
        Replace("a.py", ("one",), ("two",), 5),
    ]

    result = apply(edits, FakeCheckout({"a.py": PYTHON}))

    assert isinstance(result, Rejected)
    assert [problem.reason for problem in result.problems] == ["overlapping"]
