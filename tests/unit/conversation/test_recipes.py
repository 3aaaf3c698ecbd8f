"""What a requester reads when an issue cannot become a change."""

import re

import pytest
from markdown_it import MarkdownIt

from app.conversation.recipes import recipe_answer
from app.domain.change import DependencyNotAllowed, ForbiddenPath, TooManyFiles, TooManyLines
from app.domain.recipe import (
    BrokenRecipe,
    ConstraintsViolated,
    NoRecipe,
    PackagesMissing,
    PathsTaken,
    Problem,
    RecipeProblem,
    RecipeRefusal,
    RecipeSummary,
    UnknownRecipe,
    UnreadableRequest,
    WrongParameters,
)

EXAMPLE = "```yaml\ntemplate: note\ntext: hello\n```\n"
NOTE = RecipeSummary("note", "1.0.0", "Note", "Writes a *note*", ("typescript",), "shipped with ACS", EXAMPLE)
TABLE = RecipeSummary("table", "2.1.0", "Table", "Sets a table", ("typescript",), "shipped with ACS", EXAMPLE)


def test_an_issue_without_a_template_learns_which_fit_and_how_a_model_is_configured() -> None:
    assert (
        recipe_answer(NoRecipe((NOTE, TABLE)))
        == """\
This issue names no template or pattern. These fit this repository:

- `note` `1.0.0`: Writes a \\*note\\*
- `table` `2.1.0`: Sets a table

A complete issue for `note` to copy:

````markdown
```yaml
template: note
text: hello
```
````

Edit the issue, then remove the label and add it again.

ACS has no model here: it fills in templates and applies patterns. With a model, which whoever operates ACS \
configures by `OPENAI_API_KEY` or `OPENAI_BASE_URL`, it also takes requests in plain words."""
    )


def test_a_repository_that_no_template_fits_is_told_so() -> None:
    assert (
        recipe_answer(NoRecipe(()))
        == """\
This issue names no template or pattern, and none fits the languages of this repository.

Templates of your own go into `.github/acs/templates`, patterns into `.github/acs/patterns`.

ACS has no model here: it fills in templates and applies patterns. With a model, which whoever operates ACS \
configures by `OPENAI_API_KEY` or `OPENAI_BASE_URL`, it also takes requests in plain words."""
    )


def test_an_unknown_template_is_answered_with_what_was_meant() -> None:
    assert (
        recipe_answer(UnknownRecipe("not`e", "note", (NOTE,)))
        == """\
There is no template or pattern ``not`e``. Did you mean `note`?

There are:

- `note` `1.0.0`: Writes a \\*note\\*

A complete issue for `note` to copy:

````markdown
```yaml
template: note
text: hello
```
````

Edit the issue, then remove the label and add it again."""
    )


def test_wrong_parameters_are_all_told_with_an_example_to_copy() -> None:
    problems = (
        Problem("parameters", "txt", "one of text", "text"),
        Problem("text", None, "text on one line, 1 to 500 characters"),
        Problem("size", "@team <b>", "a whole number"),
    )

    assert (
        recipe_answer(WrongParameters(NOTE, problems))
        == """\
The request for `note` is not complete yet: 3 things to mend.

- **parameters**: found `txt`, expected one of text; did you mean `text`?
- **text**: missing, expected text on one line, 1 to 500 characters
- **size**: found `@team <b>`, expected a whole number

Edit the issue, then remove the label and add it again.

A complete issue for `note` to copy:

````markdown
```yaml
template: note
text: hello
```
````"""
    )


def test_one_wrong_parameter_is_one_thing_to_mend() -> None:
    said = recipe_answer(WrongParameters(NOTE, (Problem("text", None, "text"),)))

    assert said.startswith("The request for `note` is not complete yet: one thing to mend.\n")


def test_very_many_problems_are_counted() -> None:
    said = recipe_answer(WrongParameters(NOTE, tuple(Problem(f"p{n}", None, "text") for n in range(32))))

    assert "32 things to mend" in said
    assert "- **p29**: missing, expected text\n- and 2 more\n" in said


def test_a_request_that_cannot_be_read_is_answered_with_its_line_and_an_example() -> None:
    answer = UnreadableRequest((Problem("the issue, line 6", "a second document", "YAML"),), (NOTE, TABLE))

    assert (
        recipe_answer(answer)
        == """\
ACS could not read what this issue asks for:

- **the issue, line 6**: found `a second document`, expected YAML

Edit the issue, then remove the label and add it again.

A complete issue for `note` to copy:

````markdown
```yaml
template: note
text: hello
```
````"""
    )


def test_a_broken_template_is_not_the_requesters_fault() -> None:
    problems = (
        RecipeProblem(".github/acs/templates/note/template.yml", 3, 'unknown key "titel"'),
        RecipeProblem(".github/acs/templates/note/example.md", None, "a complete issue to copy is missing"),
    )

    assert (
        recipe_answer(BrokenRecipe("note", problems))
        == """\
The recipe `note` is broken; your issue is not at fault. Those who keep it must mend:

- `.github/acs/templates/note/template.yml:3`: unknown key "titel"
- `.github/acs/templates/note/example.md`: a complete issue to copy is missing"""
    )


def test_files_that_are_there_are_named() -> None:
    assert (
        recipe_answer(PathsTaken("note", ("src/a.ts", "docs/a.md")))
        == """\
These files are there already, and ACS does not overwrite them:

- `src/a.ts`
- `docs/a.md`

Choose another name or folder. Edit the issue, then remove the label and add it again."""
    )


def test_broken_limits_are_named_with_the_number_and_the_file() -> None:
    violations = (
        TooManyFiles(1, ("a.ts", "b.ts")),
        TooManyLines("a.ts", 100, 120),
        DependencyNotAllowed("a.ts", "left-pad", ()),
        DependencyNotAllowed("b.ts", "left-pad", ("lodash", "zod")),
        DependencyNotAllowed("c.ts", None, ()),
        ForbiddenPath(".github/workflows/ci.yml", "is inside .github/workflows, which ACS never writes"),
    )

    assert (
        recipe_answer(ConstraintsViolated("note", violations))
        == """\
The change was made and then refused, because it breaks these limits:

- `maxFiles` is 1, the change has 2 files: `a.ts`, `b.ts`
- `maxLinesPerFile` is 100, `a.ts` has 120 lines
- `allowedDependencies` allows nothing new, `a.ts` uses `left-pad`
- `allowedDependencies` allows `lodash`, `zod`, `b.ts` uses `left-pad`
- `allowedDependencies` cannot be held: `c.ts` works out what it imports
- the path `.github/workflows/ci.yml` is inside .github/workflows, which ACS never writes

Change the limits or ask for less. Edit the issue, then remove the label and add it again."""
    )


def test_packages_that_are_missing_are_told_with_the_command_that_adds_them() -> None:
    refusal = PackagesMissing("typescript-http-service", "typescript", (("@types/node",), ("jest", "vitest")))

    assert (
        recipe_answer(refusal)
        == """\
The template `typescript-http-service` builds on packages that this repository does not have:

- `@types/node`
- `jest` or `vitest`

Add them on the default branch first: run `npm install --save-dev @types/node jest`, and commit `package.json` and \
`package-lock.json`.

Then remove the label and add it again."""
    )


def test_packages_of_python_go_into_the_requirements() -> None:
    assert (
        recipe_answer(PackagesMissing("flask-service", "python", (("flask",), ("pytest",))))
        == """\
The template `flask-service` builds on packages that this repository does not have:

- `flask`
- `pytest`

Add them on the default branch first: put `flask`, `pytest` into `requirements.in`, run `uv pip compile \
--generate-hashes requirements.in --output-file requirements.txt` and commit both files. Where the tests have a \
`requirements-dev.txt`, it is that one.

Then remove the label and add it again."""
    )


HOSTILE = "/acs deploy production\n/acs approve\n@octo/team #7 <!-- x"
TRAP = RecipeSummary(HOSTILE, HOSTILE, HOSTILE, HOSTILE, ("typescript",), HOSTILE, HOSTILE)


@pytest.mark.parametrize(
    "refusal",
    [
        pytest.param(NoRecipe((TRAP,)), id="no template"),
        pytest.param(UnknownRecipe(HOSTILE, HOSTILE, (TRAP,)), id="an unknown template"),
        pytest.param(UnreadableRequest((Problem(HOSTILE, HOSTILE, HOSTILE, HOSTILE),), (TRAP,)), id="unreadable"),
        pytest.param(WrongParameters(TRAP, (Problem(HOSTILE, HOSTILE, HOSTILE, HOSTILE),)), id="wrong parameters"),
        pytest.param(BrokenRecipe(HOSTILE, (RecipeProblem(HOSTILE, 1, HOSTILE),)), id="a broken template"),
        pytest.param(PathsTaken(HOSTILE, (HOSTILE,)), id="taken paths"),
        pytest.param(
            ConstraintsViolated(
                HOSTILE, (DependencyNotAllowed(HOSTILE, HOSTILE, (HOSTILE,)), ForbiddenPath(HOSTILE, HOSTILE))
            ),
            id="broken limits",
        ),
    ],
)
def test_foreign_text_notifies_nobody_and_no_line_reads_as_a_command(refusal: RecipeRefusal) -> None:
    said = recipe_answer(refusal)

    assert [line for line in said.splitlines() if line.lstrip().startswith("/")] == []
    outside_code = re.sub(r"<code.*?</code>", "", MarkdownIt("commonmark").render(said), flags=re.DOTALL)
    assert [mark for mark in ("@octo", "#7", "<!--") if mark in outside_code] == []
