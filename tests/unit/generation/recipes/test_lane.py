from itertools import count

import pytest

from app.domain.change import Change, ForbiddenPath, GeneratedTest, GenerationMetadata, ReadItem, TooManyFiles
from app.domain.recipe import (
    BrokenRecipe,
    ConstraintsViolated,
    NoRecipe,
    PathsTaken,
    RecipeProblem,
    UnknownRecipe,
    UnreadableRequest,
)
from app.errors import RepoError
from app.generation.recipes.lane import Ready, generate
from tests.fakes.checkout import FakeCheckout
from tests.unit.generation.recipes.issues import WITH_JEST, block, function, made, make, plan

TYPESCRIPT = FakeCheckout({"src/a.ts": ""})
MANIFEST = """
name: note
version: 2.0.1
title: Note
description: Writes a note
language: typescript
parameters:
  text: {type: string}
files:
  note: {path: "{{ text }}.md", source: note.j2, role: docs}
pull_request: {title: "Add\\n {{ text }}", body: note.j2}
"""
NOTE = {"template.yml": MANIFEST, "example.md": "copy me", "files/note.j2": "{{ text }}\n"}


def with_template(files: dict[str, str] = NOTE, name: str = "note") -> FakeCheckout:
    return FakeCheckout(
        {"src/a.ts": "", **{f".github/acs/templates/{name}/{path}": text for path, text in files.items()}}
    )


def asked(name: str, **parameters: str) -> str:
    given = "".join(f"{key}: {value}\n" for key, value in parameters.items())
    return f"```yaml\ntemplate: {name}\n{given}```"


def test_an_issue_becomes_code_tests_and_documentation() -> None:
    change = make(block())

    assert isinstance(change, Change)
    assert [(file.path, file.operation, file.mode) for file in change] == [
        ("src/vat.ts", "create", "100644"),
        ("docs/vat.md", "create", "100644"),
        ("src/vat.test.ts", "create", "100644"),
    ]
    test = change.tests[0]
    assert isinstance(test, GeneratedTest)
    assert (test.framework, test.covers) == ("jest", ("src/vat.ts",))
    assert change.title == "Add the module vat"
    assert "`rate` with 2 rows (exact); anything else throws a `RangeError`" in change.documentation


def test_a_change_says_what_it_cost_and_what_was_read() -> None:
    ready = plan(block())
    assert isinstance(ready, Ready)

    change = generate(ready, FakeCheckout({}), monotonic=count(1.0, 0.25).__next__)

    assert isinstance(change, Change)
    assert change.metadata == GenerationMetadata(0, 250, "recipe:typescript-module@1.0.0")
    assert change.read == (
        ReadItem("the issue", "it names the template and gives the parameters"),
        ReadItem("template typescript-module 1.0.0 (shipped with ACS)", "the issue names it"),
        ReadItem("the names of all files, package.json, tsconfig.json, two tests", "how code and tests are laid out"),
        ReadItem("package.json, package-lock.json", "whether the packages that the template builds on are there"),
    )


def test_the_same_issue_on_the_same_base_makes_the_same_change() -> None:
    assert make(block()) == make(block())


def test_an_issue_without_a_template_is_told_which_fit_its_repository() -> None:
    fitting = plan("Please add a lookup table.", TYPESCRIPT)
    other = plan("Please add a lookup table.", FakeCheckout({"a.py": ""}))

    assert isinstance(fitting, NoRecipe)
    assert fitting.fitting[0].name == "typescript-module"
    assert {name for recipe in fitting.fitting for name in recipe.languages} >= {"typescript"}
    assert isinstance(other, NoRecipe)
    assert "typescript-module" not in [recipe.name for recipe in other.fitting]


def test_the_templates_whose_words_the_issue_uses_come_first() -> None:
    notes = plan("I would like a note, one that writes itself", with_template())
    tables = plan("A lookup table with rates, prices and grades", with_template(), title="TypeScript module")

    assert isinstance(notes, NoRecipe)
    assert isinstance(tables, NoRecipe)
    assert notes.fitting[0].name == "note"
    assert tables.fitting[0].name == "typescript-module"


def test_an_unknown_template_is_answered_with_what_was_meant_and_what_there_is() -> None:
    answer = plan(asked("typescript-modul"), TYPESCRIPT)

    assert isinstance(answer, UnknownRecipe)
    assert (answer.name, answer.did_you_mean) == ("typescript-modul", "typescript-module")
    assert {"typescript-module", "wrap-calls"} <= {recipe.name for recipe in answer.available}


def test_a_request_that_cannot_be_read_is_answered_with_the_line() -> None:
    answer = plan("Hello\n\n```yaml\ntemplate: x\na: 'b\n```", TYPESCRIPT)

    assert isinstance(answer, UnreadableRequest)
    assert [problem.where for problem in answer.problems] == ["the issue, line 6"]
    assert "typescript-module" in [recipe.name for recipe in answer.fitting]


def test_a_repository_brings_templates_of_its_own() -> None:
    change = make(asked("note", text="hello"), with_template())

    assert isinstance(change, Change)
    assert [(file.path, file.content) for file in change] == [("hello.md", "hello\n")]
    assert change.title == "Add hello"
    assert change.metadata.model == "recipe:note@2.0.1"
    assert change.read[1] == ReadItem(
        "template note 2.0.1 (.github/acs/templates/note at 5555555)", "the issue names it"
    )


def test_a_template_of_the_repository_stands_in_for_the_shipped_one_and_says_so() -> None:
    own = {**NOTE, "template.yml": MANIFEST.replace("name: note", "name: typescript-module")}

    change = make(asked("typescript-module", text="hello"), with_template(own, "typescript-module"))

    assert isinstance(change, Change)
    assert change.read[1].why == "the issue names it; it stands in for the one of that name shipped with ACS"


def test_a_template_that_fails_on_these_parameters_is_named_with_file_and_line() -> None:
    answer = make(asked("note", text="hello"), with_template({**NOTE, "files/note.j2": "one\n{{ txet }}\n"}))

    path = ".github/acs/templates/note/files/note.j2"
    assert answer == BrokenRecipe("note", (RecipeProblem(path, 2, "'txet' is undefined"),))


def test_a_default_that_cannot_be_worked_out_is_the_fault_of_the_template() -> None:
    manifest = MANIFEST.replace("{type: string}", '{type: string, default: "{{ repository.nothing }}"}')

    answer = plan(asked("note"), with_template({**NOTE, "template.yml": manifest}))

    assert isinstance(answer, BrokenRecipe)
    assert answer.problems[0].path == ".github/acs/templates/note/template.yml"
    assert answer.problems[0].message.startswith("parameters, text, default: ")


def test_a_table_in_a_form_can_be_a_markdown_table() -> None:
    manifest = MANIFEST.replace("{type: string}", "{type: table, columns: {a: {type: integer}}}").replace(
        "{{ text }}.md", "x.md"
    )
    own = with_template({**NOTE, "template.yml": manifest, "files/note.j2": "{{ text[1].a }}"})

    change = make("### Template\n\nnote\n\n### Text\n\n| a |\n| --- |\n| 1 |\n| 2 |", own)

    assert isinstance(change, Change)
    assert change.files[0].content == "2"


def test_a_template_of_very_many_files_is_refused() -> None:
    files = {**NOTE, **{f"files/{number}.j2": "" for number in range(60)}}

    answer = plan(asked("note"), with_template(files))

    folder = ".github/acs/templates/note"
    assert answer == BrokenRecipe("note", (RecipeProblem(folder, None, "more than 60 files"),))


def test_a_line_is_only_added_to_text() -> None:
    with pytest.raises(
        RepoError, match=r"^src/index\.ts: not UTF-8 text, so no line can be added to it; save it as UTF-8$"
    ):
        make(block(export_from_index=True), FakeCheckout({**WITH_JEST, "src/index.ts": b"\xff"}))


def test_nothing_that_is_there_is_overwritten() -> None:
    assert make(block(), FakeCheckout({**WITH_JEST, "src/vat.ts": "", "src/VAT.test.ts": ""})) == PathsTaken(
        "typescript-module", ("src/vat.ts", "src/vat.test.ts")
    )


def test_the_limits_of_the_requester_are_held() -> None:
    answer = make(block(constraints={"maxFiles": 2, "maxLinesPerFile": 500, "allowedDependencies": []}))

    paths = ("src/vat.ts", "docs/vat.md", "src/vat.test.ts")
    assert answer == ConstraintsViolated("typescript-module", (TooManyFiles(2, paths),))


def test_a_template_cannot_write_where_acs_never_writes() -> None:
    manifest = MANIFEST.replace("{{ text }}.md", ".GitHub/workflows/{{ text }}.yml")

    answer = make(asked("note", text="ci"), with_template({**NOTE, "template.yml": manifest}))

    reason = "is inside .github/workflows, which ACS never writes"
    assert answer == ConstraintsViolated("note", (ForbiddenPath(".GitHub/workflows/ci.yml", reason),))


def index_after(before: str) -> str | None:
    """The index file as it is proposed, or `None` where it is left alone."""
    base = FakeCheckout({**WITH_JEST, "src/index.ts": before})
    return made(block(export_from_index=True), base).get("src/index.ts")


def test_the_index_gains_exactly_one_line_and_only_once() -> None:
    body = block(export_from_index=True)
    line = 'export * from "./vat";'

    assert made(body)["src/index.ts"] == f"{line}\n"
    assert index_after("export {};\r\n") == f"export {{}};\r\n{line}\r\n"
    assert index_after("export {};") == f"export {{}};\n{line}\n"
    assert index_after(f"  {line}\n") is None


def test_an_index_that_is_there_is_modified_not_taken() -> None:
    change = make(block(export_from_index=True), FakeCheckout({**WITH_JEST, "src/index.ts": "export {};\n"}))

    assert isinstance(change, Change)
    assert [(file.path, file.operation) for file in change.files][1] == ("src/index.ts", "modify")


def test_code_and_tests_go_where_the_repository_keeps_them() -> None:
    base = FakeCheckout(
        {
            **WITH_JEST,
            "lib/a.ts": "",
            "tests/a.test.ts": 'import { expect } from "@jest/globals";\nimport { a } from "../lib/a.js";\n',
        }
    )

    files = made(block(), base)

    assert list(files) == ["lib/vat.ts", "docs/vat.md", "tests/vat.test.ts"]
    assert files["tests/vat.test.ts"].startswith(
        'import { describe, expect, test } from "@jest/globals";\n\nimport { rate } from "../lib/vat.js";\n'
    )


def test_the_code_is_what_an_engineer_would_write() -> None:
    tiers = function(
        name="price",
        inputs=["zone", {"name": "kg", "description": "Weight in kilograms."}],
        output={"name": "cost", "description": "In euros."},
        rule="threshold",
        otherwise=0,
        examples="| zone | kg | cost |\n|---|---|---|\n| eu | 0 | 4.9 |\n| eu | 5 | 7 |",
    )

    assert (
        made(block(functions=tiers))["src/vat.ts"]
        == """\
/**
 * VAT rates.
 */

const PRICE_ROWS = [
  { zone: "eu", kg: 5, cost: 7 },
  { zone: "eu", kg: 0, cost: 4.9 },
] as const;

/**
 * The rate of a country.
 *
 * The row with the greatest `kg` up to the given one applies.
 *
 * @param zone
 * @param kg - Weight in kilograms.
 * @returns The cost: In euros; or `0` for anything else.
 */
export function price(zone: string, kg: number): number {
  for (const row of PRICE_ROWS) {
    if (row.zone === zone && row.kg <= kg) {
      return row.cost;
    }
  }
  return 0;
}
"""
    )


def test_the_documentation_shows_how_to_use_it_and_every_row() -> None:
    assert (
        made(block(description="*VAT* <b>rates</b>"))["docs/vat.md"]
        == """\
# vat

\\*VAT\\* \\<b\\>rates\\</b\\>

Source: [src/vat.ts](../src/vat.ts), tests: [src/vat.test.ts](../src/vat.test.ts).

## rate

The rate of a country.

```ts
import { rate } from "../src/vat";

rate("DE"); // 19
```

| `country` | `percent` |
| --------- | --------- |
| `"DE"`    | `19`      |
| `"FR"`    | `20`      |

Anything else throws a `RangeError` that names the input.
"""
    )


def test_names_of_the_listed_values_become_types() -> None:
    source = made(block())["src/vat.ts"]

    assert 'export type RateCountry = (typeof RATE_ROWS)[number]["country"];' in source
    assert "export function rate(country: RateCountry): number {" in source
