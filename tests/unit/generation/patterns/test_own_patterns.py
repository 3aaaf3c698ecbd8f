"""Patterns that a repository brings along: data that says what to look for and what to put in its place."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

import app
from app.domain.change import Change
from app.domain.recipe import BrokenRecipe
from app.generation.recipes.catalogue import Catalogue
from app.generation.recipes.lane import Ready, generate, plan_recipe
from tests.fakes.checkout import FakeCheckout
from tests.unit.generation.patterns.asking import Files, after, ask, changed, left_alone, refused

FOLDER = ".github/acs/patterns/use-log"
MANIFEST = """\
name: use-log
version: 1.0.0
title: Log with the logger
description: console.log becomes a call of the logger
languages: [typescript]
parameters:
  level: {type: enum, values: [info, debug], default: info}
paths: ["src/**/*.ts"]
rewrite:
  - find: console.log($$$WORDS)
    replace: logger.{{ level }}($$$WORDS)
    reason: goes to the logger
"""


def with_pattern(code: str, manifest: str = MANIFEST) -> Files:
    return {f"{FOLDER}/pattern.yml": manifest, f"{FOLDER}/example.md": "copy me", "src/a.ts": code, "src/b.js": code}


def with_rule(find: str, replace: str) -> str:
    rules = f'  - find: "{find}"\n    replace: "{replace}"\n    reason: because\n'
    return MANIFEST[: MANIFEST.index("  - find")] + rules


def test_what_is_found_is_replaced_with_everything_that_was_taken_over() -> None:
    code = "// console.log(1)\nconsole.log(`a ${b}`, /* c */ d,\n  e);\nf(console.log());\n"

    change = ask(with_pattern(code), "use-log", {"level": "debug"})

    assert isinstance(change, Change)
    assert [(file.path, file.content) for file in change.files] == [
        ("src/a.ts", "// console.log(1)\nlogger.debug(`a ${b}`, /* c */ d,\n  e);\nf(logger.debug());\n")
    ]
    assert change.title == "Log with the logger"
    assert change.read[1].what == f"pattern use-log 1.0.0 ({FOLDER} at 5555555)"
    assert change.documentation == (
        "2 places are rewritten, in one file.\n\n**Edited**\n\n"
        "- `src/a.ts:2`: goes to the logger\n- `src/a.ts:4`: goes to the logger"
    )


def test_a_second_time_there_is_nothing_to_do() -> None:
    files = with_pattern("console.log(1);\r\n")

    assert left_alone(after(files, changed(files, "use-log")), "use-log") == []


def test_of_what_is_found_inside_of_each_other_only_the_outermost_is_rewritten() -> None:
    change = ask(with_pattern("console.log(console.log(\n  1));\n"), "use-log")

    assert isinstance(change, Change)
    assert change.files[0].content == "logger.info(console.log(\n  1));\n"
    assert "- `src/a.ts:1`: is inside of what is rewritten here: ask once more afterwards" in change.documentation


@pytest.mark.parametrize(
    ("find", "replace", "code", "problem"),
    [
        pytest.param(
            "f($A)",
            "f(g($A))",
            "f(x);",
            "would be rewritten again with every run: let find be narrower than what replace gives",
            id="a rule that finds what it makes",
        ),
        pytest.param(
            "twice($A)",
            "$A + $A",
            "y = 2 * twice(x);",
            "would mean something else beside its neighbours: put parentheses into replace",
            id="a result that falls apart",
        ),
        pytest.param(
            "twice($A)",
            "2 * $A",
            "twice(x + 1);",
            "would mean something else beside its neighbours: put parentheses into replace",
            id="a part that falls apart",
        ),
    ],
)
def test_a_rule_that_changes_more_than_it_says_is_refused(find: str, replace: str, code: str, problem: str) -> None:
    assert refused(with_pattern(f"{code}\n", with_rule(find, replace)), "use-log") == [f"src/a.ts:1: {problem}"]


def test_parentheses_keep_parts_together() -> None:
    files = with_pattern("y = 2 * twice(x + 1);\n", with_rule("twice($A)", "(2 * ($A))"))

    assert changed(files, "use-log")["src/a.ts"] == "y = 2 * (2 * (x + 1));\n"


@pytest.mark.parametrize(
    ("manifest", "problem"),
    [
        pytest.param(MANIFEST.replace("rewrite:", "rewrit:"), '"rewrit" (did you mean "rewrite"?)', id="a key"),
        pytest.param(with_rule("f($A)", "g($B)"), "replace uses $B, which find does not have", id="an unknown name"),
        pytest.param(
            with_rule("f($$$A, $$$B, $$$C, $$$D)", "g()"), "find has more than 3 names with $$$", id="too many lists"
        ),
        pytest.param(
            with_rule("f($A) g($A)", "h($A)"),
            "rewrite, item 1, find: this is no code that can stand alone",
            id="no code",
        ),
        pytest.param(
            with_rule("f($A); g($A)", "h($A)"),
            "rewrite, item 1, find: this is no pattern of ast-grep",
            id="two statements",
        ),
        pytest.param(
            MANIFEST.replace("{{ level }}", "{{ levl }}"),
            "rewrite, item 1, replace: 'levl' is undefined",
            id="a parameter",
        ),
        pytest.param(MANIFEST.replace("name: use-log", "name: other"), "the name must be that", id="name"),
        pytest.param(MANIFEST.replace("level:", "pattern:"), "pattern cannot name a parameter", id="a taken name"),
    ],
)
def test_a_broken_pattern_is_the_fault_of_those_who_keep_it(manifest: str, problem: str) -> None:
    files = with_pattern("f(1);\nconsole.log(1);\n", manifest)
    broken = Catalogue(FakeCheckout(files)).load("use-log")

    answer = broken if isinstance(broken, BrokenRecipe) else ask(files, "use-log")

    assert isinstance(answer, BrokenRecipe)
    assert {each.path for each in answer.problems} == {f"{FOLDER}/pattern.yml"}
    assert any(problem in each.message for each in answer.problems)


def test_the_pattern_in_the_documentation_works() -> None:
    page = (Path(str(files(app))).parent / "docs/patterns.md").read_text()
    shown = dict(
        re.findall(r"\*\*`([^`]+)`\*\*\n\n(?:```yaml|````markdown)\n(.*?)^````?$", page, re.MULTILINE | re.DOTALL)
    )
    base = FakeCheckout({**shown, "src/a.ts": "console.log(1);\n"})
    ready = plan_recipe("A title", shown[".github/acs/patterns/use-logger/example.md"], base)

    assert isinstance(ready, Ready)
    change = generate(ready, base, monotonic=lambda: 1.0)

    assert isinstance(change, Change)
    assert change.files[0].content == "logger.debug(1);\n"


def test_a_name_means_one_recipe() -> None:
    files = {**with_pattern(""), ".github/acs/templates/use-log/template.yml": ""}

    broken = Catalogue(FakeCheckout(files)).load("use-log")

    assert isinstance(broken, BrokenRecipe)
    assert (
        str(broken.problems[0])
        == f"{FOLDER}: is also the name of .github/acs/templates/use-log: a name means one recipe"
    )
