"""Every form meets every trap: the edit is made exactly, or it is rejected with words that a model can act on."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import pytest

from app.generation.edits.reading.forms import Form
from app.generation.edits.result import Applied, Level, Rejected
from tests.unit.generation.edits.answering import (
    FORMS,
    Files,
    block,
    by_name,
    imported,
    outcome,
    patch,
    tree_after,
    update,
    whole,
    written,
)

SUM = "export function sum(a: number, b: number): number {\n  const all = a + b;\n  return all;\n}\n"
LESS = "export function less(a: number, b: number): number {\n  const all = a - b;\n  return all;\n}\n"
NEW_SUM = SUM.replace("a + b", "b + a")
OUTSIDE = "../../etc/cron.d/x"


@dataclass(frozen=True, slots=True)
class Trap:
    """Files, one answer for each form, and what has to come of them: other files, or a message for each form."""

    files: Files
    answers: Mapping[Form, str]
    becomes: Files | None = None
    says: Mapping[Form, str] = field(default_factory=dict[Form, str])
    links: Collection[str] = ()
    executable: Collection[str] = ()
    level: Level = Level.EXACT


def answers_for(path: str, search: str, replacement: str, name: str, code: str, content: str) -> dict[Form, str]:
    """The same edit in all four forms."""
    minus = "".join(f"-{line}\n" for line in search.splitlines())
    plus = "".join(f"+{line}\n" for line in replacement.splitlines())
    return {
        "whole-file": whole(path, content),
        "search-replace": block(path, search, replacement),
        "v4a": patch(update(path, minus + plus)),
        "structural": by_name(path, name, code),
    }


def but(answers: Mapping[Form, str], form: Form, answer: str) -> Mapping[Form, str]:
    return {**answers, form: answer}


def everywhere(text: str) -> Mapping[Form, str]:
    return dict.fromkeys(FORMS, text)


def of_sum(
    path: str = "src/a.ts", *, content: str = NEW_SUM + LESS, search: str = "  const all = a + b;\n"
) -> dict[Form, str]:
    """An edit of `sum` in all four forms."""
    return answers_for(path, search, search.replace("a + b", "b + a"), "sum", NEW_SUM, content)


PYTHON = "@cache\ndef size(rows):\n    return len(rows)\n\n\n@app.get('/size')\ndef shown():\n    return size([])\n"
TSX = (
    'export function Row({ label }: RowProps) {\n  return (\n    <li className="row">\n'
    "      {label}\n    </li>\n  );\n}\n"
)
OVERLOADS = (
    "export function at(key: string): string;\nexport function at(key: number): string;\n"
    "export function at(key: string | number): string {\n  return String(key);\n}\n"
)
BARREL = 'export { sum } from "./a";\nexport * from "./b";\n'
GUIDE = "# Guide\n\n```sh\nnpm test\n```\n\nThen:\n\n~~~\nnpm start\n~~~\n"
NEW_GUIDE = GUIDE.replace("npm test", "npm test -- --ci")
TEMPLATE = "/*\n```sh\nrun\n```\n*/\nexport const help = 1;\n\nexport function tell() {\n  return help;\n}\n"
NEW_TEMPLATE = TEMPLATE.replace("return help", "return help + 1")
TELL = "export function tell() {\n  return help + 1;\n}\n"


TRAPS: Mapping[str, Trap] = {
    "ambiguous": Trap(
        {"src/a.ts": SUM + LESS + "class A {\n  get x() {\n    return 1;\n  }\n  set x(to) {}\n}\n"},
        {
            "whole-file": whole("src/a.ts", NEW_SUM) + "Run:\n\n```\nnpm test\n```\n",
            "search-replace": block("src/a.ts", "  return all;\n", "  return all || 0;\n"),
            "v4a": patch(update("src/a.ts", "-  return all;\n+  return all || 0;\n")),
            "structural": by_name("src/a.ts", "A.x", "get x() {\n  return 2;\n}\n"),
        },
        says={
            "whole-file": "src/a.ts is followed by a fence without a file name, line 10: if it belongs to "
            "the file, put more backticks around the file than it has inside",
            "search-replace": "src/a.ts has these lines 2 times (exact), lines 3, 7: search for more "
            "lines around the place, so that only one is meant",
            "v4a": "src/a.ts has these lines 2 times (exact), lines 3, 7: search for more lines around "
            "the place, so that only one is meant",
            "structural": "src/a.ts has A.x 2 times, on lines 10, 13: replace the lines of the one that is meant",
        },
    ),
    "moved": Trap({"src/a.ts": LESS + SUM}, of_sum(content=LESS + NEW_SUM), {"src/a.ts": LESS + NEW_SUM}),
    "reindented": Trap(
        {"src/a.ts": "class A {\n  sum(a, b) {\n    const all = a + b;\n    return all;\n  }\n}\n"},
        answers_for(
            "src/a.ts",
            "const all = a + b;\nreturn all;\n",
            "const all = b + a;\nif (!all) {\n  return 0;\n}\nreturn all;\n",
            "A.sum",
            "sum(a, b) {\n  const all = b + a;\n  if (!all) {\n    return 0;\n  }\n  return all;\n}\n",
            "class A {\n  sum(a, b) {\n    const all = b + a;\n    if (!all) {\n      return 0;\n    }\n"
            "    return all;\n  }\n}\n",
        ),
        {
            "src/a.ts": "class A {\n  sum(a, b) {\n    const all = b + a;\n    if (!all) {\n      return 0;\n    }\n"
            "    return all;\n  }\n}\n"
        },
        level=Level.INDENTATION,
    ),
    "CRLF": Trap(
        {"src/a.ts": (SUM + LESS).replace("\n", "\r\n")},
        of_sum(),
        {"src/a.ts": (NEW_SUM + LESS).replace("\n", "\r\n")},
    ),
    "byte order mark": Trap({"src/a.ts": "\ufeff" + SUM + LESS}, of_sum(), {"src/a.ts": "\ufeff" + NEW_SUM + LESS}),
    "no final newline": Trap({"src/a.ts": SUM.rstrip()}, of_sum(content=NEW_SUM), {"src/a.ts": NEW_SUM.rstrip()}),
    "Unicode punctuation": Trap(
        {"src/a.ts": "// the \u201cwhole\u201d \u2014 it\u2019s 3\u00a0kg\n" + SUM},
        {
            "whole-file": whole("src/a.ts", "// the \u201cwhole\u201d \u2014 it\u2019s 3\u00a0kg\n" + NEW_SUM),
            "search-replace": block(
                "src/a.ts",
                '// the "whole" - it\'s 3 kg\n' + SUM,
                '// the "whole" - it\'s 3 kg\n' + NEW_SUM,
            ),
            "v4a": patch(
                update(
                    "src/a.ts",
                    ' // the "whole" - it\'s 3 kg\n export function sum(a: number, b: number): number {\n'
                    "-  const all = a + b;\n+  const all = b + a;\n",
                )
            ),
            "structural": by_name("src/a.ts", "sum", NEW_SUM),
        },
        {"src/a.ts": "// the \u201cwhole\u201d \u2014 it\u2019s 3\u00a0kg\n" + NEW_SUM},
        level=Level.PUNCTUATION,
    ),
    "fences in code": Trap(
        {"src/a.ts": TEMPLATE},
        but(
            answers_for("src/a.ts", "  return help;\n", "  return help + 1;\n", "tell", TELL, ""),
            "whole-file",
            whole("src/a.ts", NEW_TEMPLATE, fence="````"),
        ),
        {"src/a.ts": NEW_TEMPLATE},
    ),
    "nested fences": Trap(
        {"docs/guide.md": GUIDE},
        {
            "whole-file": whole("docs/guide.md", NEW_GUIDE),
            "search-replace": block("docs/guide.md", "```sh\nnpm test\n```\n", "```sh\nnpm test -- --ci\n```\n"),
            "v4a": patch(update("docs/guide.md", " ```sh\n-npm test\n+npm test -- --ci\n ```\n")),
            "structural": written("docs/guide.md", f"````md\n{NEW_GUIDE}````\n"),
        },
        {"docs/guide.md": NEW_GUIDE},
    ),
    "deletion": Trap(
        {"src/a.ts": SUM, "src/b.ts": LESS},
        but(everywhere("*** Delete File: src/b.ts\n"), "v4a", patch("*** Delete File: src/b.ts")),
        {"src/a.ts": SUM},
    ),
    "rename": Trap(
        {"src/a.ts": SUM},
        but(
            everywhere("*** Rename File: src/a.ts -> src/sum.ts\n"),
            "v4a",
            patch("*** Update File: src/a.ts\n*** Move to: src/sum.ts"),
        ),
        {"src/sum.ts": SUM},
        executable=("src/a.ts",),
    ),
    "mode": Trap({"src/a.ts": SUM + LESS}, of_sum(), {"src/a.ts": NEW_SUM + LESS}, executable=("src/a.ts",)),
    "symlink": Trap(
        {"src/b.ts": LESS},
        of_sum("src/a.ts"),
        says=everywhere(
            "src/a.ts is a symbolic link or a submodule: name the file itself",
        ),
        links=("src/a.ts",),
    ),
    "below a symlink": Trap(
        {"src/b.ts": LESS},
        of_sum("lib/deep/a.ts"),
        says=everywhere(
            "lib/deep/a.ts is below lib, which is a symbolic link or a submodule: name the file itself",
        ),
        links=("lib",),
    ),
    "..": Trap(
        {"src/a.ts": SUM},
        of_sum(OUTSIDE),
        says=everywhere(f"{OUTSIDE} holds an empty, . or .. segment"),
    ),
    "case collision": Trap(
        {"src/a.ts": SUM},
        {
            "whole-file": whole("src/A.ts", SUM),
            "search-replace": block("src/A.ts", "", SUM),
            "v4a": patch("*** Add File: src/A.ts\n+export const A = 1;"),
            "structural": written("src/A.ts", SUM),
        },
        says=everywhere(
            "src/A.ts differs from src/a.ts only in case, or in how letters are composed, or one is a folder: use one "
            "of the two names",
        ),
    ),
    "empty": Trap(
        {"src/a.ts": SUM},
        {
            "whole-file": whole("src/a.ts", "\n"),
            "search-replace": block("src/a.ts", SUM, ""),
            "v4a": patch(update("src/a.ts", "".join(f"-{line}\n" for line in SUM.splitlines()))),
            "structural": written("src/a.ts", "\n"),
        },
        says=everywhere(
            "src/a.ts would be left empty: delete the file if that is meant",
        ),
    ),
    "overlapping": Trap(
        {"src/a.ts": SUM},
        {
            "whole-file": whole("src/a.ts", NEW_SUM) + whole("src/a.ts", NEW_SUM + LESS),
            "search-replace": block("src/a.ts", "  const all = a + b;\n", "  const all = b + a;\n")
            + block("src/a.ts", "  const all = a + b;\n  return all;\n", "  return a - b;\n"),
            "v4a": patch(
                update(
                    "src/a.ts",
                    "@@\n-  const all = a + b;\n+  const all = b + a;\n"
                    "@@\n-  const all = a + b;\n-  return all;\n+  return a;\n",
                )
            ),
            "structural": by_name("src/a.ts", "sum", NEW_SUM) + by_name("src/a.ts", "sum", SUM.replace("all", "total")),
        },
        says={
            "whole-file": "src/a.ts is edited in ways that exclude each other: a whole file",
            "search-replace": "src/a.ts is changed twice at line 2: here and by the edit of answer line 3; make one "
            "edit of the two",
            "v4a": "src/a.ts is changed twice at line 2: here and by the edit of answer line 4; make one "
            "edit of the two",
            "structural": "src/a.ts is changed twice at line 1: here and by the edit of answer line 1; make one "
            "edit of the two",
        },
    ),
    "already applied": Trap(
        {"src/a.ts": NEW_SUM + LESS},
        of_sum(),
        says={
            "whole-file": "src/a.ts is like this already: leave this edit out",
            "search-replace": "src/a.ts has the replacement already, at line 2: leave this edit out, or say where "
            "else it belongs",
            "v4a": "src/a.ts has the replacement already, at line 2: leave this edit out, or say where else it belongs",
            "structural": "src/a.ts has sum like this already, at line 1",
        },
    ),
    "TSX": Trap(
        {"src/Row.tsx": TSX},
        answers_for(
            "src/Row.tsx",
            "      {label}\n",
            "      <b>{label}</b>\n",
            "Row",
            TSX.replace("{label}\n", "<b>{label}</b>\n"),
            TSX.replace("{label}\n", "<b>{label}</b>\n"),
        ),
        {"src/Row.tsx": TSX.replace("{label}\n", "<b>{label}</b>\n")},
    ),
    "overloads": Trap(
        {"src/a.ts": OVERLOADS},
        answers_for(
            "src/a.ts",
            "export function at(key: number): string;\n",
            "export function at(key: bigint): string;\n",
            "at",
            OVERLOADS.replace("(key: number)", "(key: bigint)"),
            OVERLOADS.replace("(key: number)", "(key: bigint)"),
        ),
        {"src/a.ts": OVERLOADS.replace("(key: number)", "(key: bigint)")},
    ),
    "decorators": Trap(
        {"app/a.py": PYTHON},
        answers_for(
            "app/a.py",
            "    return len(rows)\n",
            "    return len(rows) + 1\n",
            "size",
            "def size(rows):\n    return len(rows) + 1\n",
            PYTHON.replace("len(rows)", "len(rows) + 1"),
        ),
        {"app/a.py": PYTHON.replace("len(rows)", "len(rows) + 1")},
    ),
    "barrel exports": Trap(
        {"src/index.ts": BARREL},
        but(
            answers_for(
                "src/index.ts",
                'export { sum } from "./a";\n',
                'export { sum, less } from "./a";\n',
                "",
                "",
                BARREL.replace("{ sum }", "{ sum, less }"),
            ),
            "structural",
            imported("src/index.ts", 'export { less } from "./a";\n'),
        ),
        {"src/index.ts": BARREL.replace("{ sum }", "{ sum, less }")},
    ),
}

CASES = [
    pytest.param(form, trap, id=f"{name}, {form}") for name, trap in TRAPS.items() for form in sorted(trap.answers)
]


@pytest.mark.parametrize(("form", "trap"), CASES)
def test_a_trap_is_an_exact_edit_or_a_refusal_that_says_what_to_do(form: Form, trap: Trap) -> None:
    result = outcome(form, trap.answers[form], trap.files, links=trap.links, executable=trap.executable)

    if trap.becomes is None:
        assert isinstance(result, Rejected)
        (message,) = [str(problem) for problem in result.problems]
        assert re.sub(r"^answer line \d+: ", "", message) == trap.says[form]
    else:
        assert isinstance(result, Applied), result.problems
        assert tree_after(result, trap.files) == tree_after(Applied((), ()), trap.becomes)
        modes = {file.mode for file in result.files if file.operation != "delete"}
        assert modes <= {"100755" if trap.executable else "100644"}


def test_every_form_meets_every_trap() -> None:
    assert {name for name, trap in TRAPS.items() if len(trap.answers) != 4} == set()


@pytest.mark.parametrize("trap", [pytest.param(trap, id=name) for name, trap in TRAPS.items() if trap.level])
def test_what_did_not_match_to_the_letter_is_told(trap: Trap) -> None:
    result = outcome("search-replace", trap.answers["search-replace"], trap.files)

    assert isinstance(result, Applied)
    assert [hunk.level for hunk in result.inexact] == [trap.level]
