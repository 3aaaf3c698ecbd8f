"""What each shipped template makes of its sample repository: its tests pass, and they notice what goes wrong."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from app.generation.recipes.catalogue import shipped_templates
from tests.contract.generation.workshop import (
    Files,
    Workshop,
    example_of,
    fill_in,
    fill_in_both,
    fill_in_here,
    sample_for,
)
from tests.contract.validation.bench import files_of

STOP = Path(__file__).with_name("stop_a_service.js")
TEMPLATES = [template.name for template in shipped_templates()]
IN_PYTHON = [template.name for template in shipped_templates() if template.manifest.language == "python"]
IN_JAVASCRIPT = [name for name in TEMPLATES if name not in IN_PYTHON]
ESM = {
    "package.json": '{"type": "module", "devDependencies": {"jest": "29"}}',
    # https://jestjs.io/docs/getting-started#using-babel
    "babel.config.cjs": 'module.exports = { plugins: ["@babel/plugin-transform-modules-commonjs"] };',
    "src/sum.js": "export const sum = (one, other) => one + other;\n",
    "test/sum.test.js": 'import { sum } from "../src/sum.js";\n\ntest("adds", () => expect(sum(1, 2)).toBe(3));\n',
}
STRICTEST = (
    *("--noEmit", "--noPropertyAccessFromIndexSignature", "--exactOptionalPropertyTypes", "--noImplicitReturns"),
    *("--noUnusedLocals", "--noUnusedParameters", "--erasableSyntaxOnly", "--isolatedModules"),
)


@pytest.mark.parametrize("template", TEMPLATES)
def test_its_tests_pass_beside_those_that_were_there(template: str, workshop: Workshop) -> None:
    files = fill_in_both(template)

    report = workshop.run_tests(template, files)

    assert (report.verdict, report.reason) == ("pass", "")
    run = Counter(result.path for result in report.results)
    made = [path for path in files if "test" in Path(path).name]
    assert len(made) == 2
    assert all(run[path] > 10 for path in made)


def test_a_command_is_made_for_a_package_of_es_modules_too(workshop: Workshop) -> None:
    files = fill_in_here(example_of("javascript-cli"), ESM)

    ran = workshop.run_node({**ESM, **files}, "jest")

    assert 'import { main } from "../src/parcel-price.js";\n' in files["bin/parcel-price.js"]
    assert ran.exit_code == 0, ran.output
    assert "2 passed, 2 total" in ran.output


@pytest.mark.parametrize("template", IN_JAVASCRIPT)
def test_it_is_laid_out_as_prettier_would(template: str, workshop: Workshop) -> None:
    made = fill_in_both(template)
    example = fill_in(template, example_of(template))
    paths = [path for path in made if path in example or not path.endswith(".md")]

    # Prettier's own defaults, and not what the sample repository has set
    ran = workshop.run_node(made, "prettier", "--check", *paths)

    assert ran.exit_code == 0, ran.output


def test_the_compiler_finds_nothing_at_its_strictest(workshop: Workshop) -> None:
    made = [fill_in_both(name) for name in IN_JAVASCRIPT if name.startswith("typescript")]

    ran = workshop.run_node({**files_of("typescript"), **made[0], **made[1]}, "tsc", *STRICTEST)

    assert ran.exit_code == 0, ran.output


def test_a_service_that_is_asked_to_end_says_so_first_and_ends_well(workshop: Workshop) -> None:
    made = fill_in("typescript-http-service", example_of("typescript-http-service"))

    ran = workshop.run_node({**files_of("typescript"), **made, "stop.js": STOP.read_text()}, "node", "stop.js")

    assert ran.output.splitlines()[-1:] == ['{"before":[200,200],"after":[503,200],"code":0}']


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )


def write(folder: Path, files: Files) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, newline="")


@pytest.mark.parametrize("width", [79, 88, 120])
@pytest.mark.parametrize("template", IN_PYTHON)
def test_ruff_leaves_it_alone_at_any_line_length(template: str, width: int, tmp_path: Path) -> None:
    made = fill_in_both(template)
    write(tmp_path, made)
    paths = [path for path in made if path.endswith(".py")]

    formatted = python(tmp_path, "ruff", "format", "--isolated", "--line-length", str(width), "--diff", *paths)
    rules = "E4,E7,E9,F,I,B,UP,SIM,RET,PT,C4,N"
    checked = python(tmp_path, "ruff", "check", "--isolated", "--select", rules, *paths)

    assert formatted.returncode == 0, formatted.stdout
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("template", IN_PYTHON)
def test_pyright_finds_nothing_in_it(template: str, tmp_path: Path) -> None:
    made = fill_in_both(template)
    write(tmp_path, {**files_of(sample_for(template)), **made})
    paths = [path for path in made if path.endswith(".py")]

    checked = python(tmp_path, "pyright", "--pythonpath", sys.executable, *paths)

    assert checked.returncode == 0, checked.stdout


MUTATIONS = [
    pytest.param("javascript-cli", "src/parcel-price.js", "price: 7.9", "price: 8", id="a price"),
    pytest.param("javascript-cli", "src/parcel-price.js", "return NOT_LISTED;", "return 0;", id="an exit code"),
    pytest.param(
        *("javascript-cli", "src/parcel-price.js", "process.stderr.write(`${NAME}: ${error.message}\\nTry"),
        "process.stdout.write(`${NAME}: ${error.message}\\nTry",
        id="errors on stdout",
    ),
    pytest.param("javascript-cli", "docs/parcel-price.md", "\n7.9\n", "\n8\n", id="an example of a command"),
    pytest.param("python-module", "lending/membership.py", '(14, "youth")', '(15, "youth")', id="a threshold"),
    pytest.param("python-module", "lending/membership.py", "key, 30", "key, 31", id="what all else gives"),
    pytest.param("python-module", "lending/membership.py", "    'child'", "    'adult'", id="a doctest"),
    pytest.param("python-module", "docs/membership.md", "\n0\n```", "\n1\n```", id="an example of a function"),
    pytest.param("flask-service", "bookings/rooms_api/routes.py", '"seats": 4', '"seats": 5', id="an answer"),
    pytest.param(
        *("flask-service", "bookings/rooms_api/__init__.py", '    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES\n'),
        *("",),
        id="no limit on bodies",
    ),
    pytest.param(
        *("flask-service", "bookings/rooms_api/operations.py", '{"status": "stopping"}, 503', '{"status": "stopping"}'),
        id="ready while stopping",
    ),
    pytest.param("flask-service", "docs/rooms_api.md", '"seats": 4', '"seats": 5', id="an example of a route"),
    pytest.param("typescript-http-service", "src/parcels/routes.ts", "days: 2", "days: 3", id="a field"),
    pytest.param(
        *("typescript-http-service", "src/parcels/server.ts", "size > limit", "size < 0"), id="bodies without end"
    ),
    pytest.param(
        *("typescript-http-service", "src/parcels/server.ts", "requestTimeout: this.#limits.requestMs,\n", "\n"),
        id="requests without end",
    ),
    pytest.param(
        *("typescript-http-service", "src/parcels/server.ts", "await sleep(this.#limits.noticeMs);", ""),
        id="a stop without notice",
    ),
    pytest.param("typescript-http-service", "docs/parcels.md", '"days": 2', '"days": 3', id="an example of an answer"),
]


@pytest.mark.parametrize(("template", "path", "written", "changed_to"), MUTATIONS)
def test_its_tests_notice(template: str, path: str, written: str, changed_to: str, workshop: Workshop) -> None:
    files = fill_in(template, example_of(template))
    assert written in files[path]

    report = workshop.run_tests(template, {**files, path: files[path].replace(written, changed_to, 1)})

    assert report.verdict == "fail"
