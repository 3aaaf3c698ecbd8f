"""From CommonJS to ES modules: every form of require and export, and everything that refuses the whole change."""

import pytest

from app.domain.change import Change, TooManyFiles
from app.domain.recipe import ConstraintsViolated
from tests.unit.generation.patterns.asking import Files, ask, changed, left_alone, refused

PACKAGE = '{\n  "name": "x",\n  "private": true\n}\n'
OTHERS: Files = {
    "package.json": PACKAGE,
    "names.js": "exports.a = 1;\nexports.b = 2;\n",
    "one.js": "module.exports = class One {};\n",
    "dir/index.js": "exports.c = 3;\n",
    "data.json": "{}",
    "old.cjs": "module.exports = { x: 1 };\n",
}


def converted(code: str) -> str:
    """The file beside a few others, converted."""
    return changed({**OTHERS, "it.js": code}, "commonjs-to-esm")["it.js"]


def problems(code: str, **files: str) -> list[str]:
    found = refused({**OTHERS, "it.js": code, **files}, "commonjs-to-esm")
    return [problem.removeprefix("it.js:") for problem in found]


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        pytest.param("const fs = require('fs');", "import fs from 'fs';", id="a part of Node.js"),
        pytest.param('const x = require("pkg")', 'import x from "pkg"', id="a package, without semicolons"),
        pytest.param(
            "const { a, b: c } = require('pkg');", "import { a, b as c } from 'pkg';", id="names of a package"
        ),
        pytest.param("require('pkg');", "import 'pkg';", id="for its effect"),
        pytest.param("const x = require('pkg').y;", "import { y as x } from 'pkg';", id="a property"),
        pytest.param("const y = require('pkg').y;", "import { y } from 'pkg';", id="a property of the same name"),
        pytest.param("const { a } = require('./names');", "import { a } from './names.js';", id="names of a file"),
        pytest.param(
            "const n = require('./names');\nn.a();",
            "import * as n from './names.js';\nn.a();",
            id="all names of a file",
        ),
        pytest.param("const One = require('./one');", "import One from './one.js';", id="the one export of a file"),
        pytest.param("const { c } = require('./dir');", "import { c } from './dir/index.js';", id="a folder"),
        pytest.param(
            "const { c } = require('./dir/');", "import { c } from './dir/index.js';", id="a folder with a slash"
        ),
        pytest.param("require('./one.js');", "import './one.js';", id="a file with its extension"),
        pytest.param(
            "const d = require('./data');", "import d from './data.json' with { type: 'json' };", id="JSON by its stem"
        ),
        pytest.param(
            "const { v } = require('./data.json');",
            "import data from './data.json' with { type: 'json' };\nconst { v } = data;",
            id="names of JSON",
        ),
        pytest.param(
            "const { x } = require('./old.cjs');", "import old from './old.cjs';\nconst { x } = old;", id=".cjs"
        ),
        pytest.param(
            "const { a = 1, ...r } = require('pkg');",
            "import pkg from 'pkg';\nconst { a = 1, ...r } = pkg;",
            id="a pattern that no import has",
        ),
        pytest.param(
            "const { a = 1 } = require('./names');".replace("./names", "./one"),
            "import one from './one.js';\nconst { a = 1 } = one;",
            id="a pattern of one value",
        ),
        pytest.param(
            "const a = require('a'), b = require('b');", "import a from 'a';\nimport b from 'b';", id="two at once"
        ),
        pytest.param("const x = require('pkg')(1);", "import pkg from 'pkg';\nconst x = pkg(1);", id="called at once"),
        pytest.param(
            "const pkg = 1;\nconst x = require('debug')('x');".replace("const pkg = 1;\n", ""),
            "import debug from 'debug';\nconst x = debug('x');",
            id="debug",
        ),
        pytest.param("require('dotenv').config();", "import 'dotenv/config';", id="dotenv"),
        pytest.param("var x = require('pkg'); // why", "import x from 'pkg'; // why", id="a comment behind it"),
    ],
)
def test_require_becomes_an_import(before: str, expected: str) -> None:
    assert converted(f"{before}\n") == f"{expected}\n"


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        pytest.param("module.exports = 1;", "export default 1;", id="a value"),
        pytest.param("module.exports = (a) => a;", "export default (a) => a;", id="an arrow function"),
        pytest.param("module.exports = function f() {};", "export default function f() {}", id="a function"),
        pytest.param("module.exports = class {}", "export default class {}", id="a class"),
        pytest.param(
            "function f() {}\nmodule.exports = function f() {};",
            "function f() {}\nexport default (function f() {});",
            id="a function beside another one of its name",
        ),
        pytest.param(
            "function f() {}\nmodule.exports = { f };", "function f() {}\nexport { f };", id="an object of names"
        ),
        pytest.param(
            "const f = 1, g = 2;\nmodule.exports = {\n  f, // one\n  h: g,\n};",
            "const f = 1, g = 2;\nexport {\n  f, // one\n  g as h,\n};",
            id="an object with other names and comments",
        ),
        pytest.param(
            "module.exports = { a: 1, b() {} };", "export default { a: 1, b() {} };", id="an object of values"
        ),
        pytest.param(
            "let f = 1;\nf = 2;\nmodule.exports = { f };",
            "let f = 1;\nf = 2;\nexport default { f };",
            id="an object of what changes",
        ),
        pytest.param("module.exports = { a: require('a') };", "import a from 'a';\nexport { a };", id="an index"),
        pytest.param("exports.a = require('a');", "import a from 'a';\nexport { a };", id="an index by names"),
        pytest.param(
            "const n = 1;\nexports.n = require('./names');",
            "const n = 1;\nimport * as nModule from './names.js';\nexport { nModule as n };",
            id="an index with a name that is taken",
        ),
        pytest.param("exports.f = () => 1;", "export const f = () => 1;", id="a name"),
        pytest.param("module.exports.f = 1", "export const f = 1", id="a name of module.exports"),
        pytest.param(
            "function f() {}\nexports.f = f;", "function f() {}\nexport { f };", id="what has the name already"
        ),
        pytest.param(
            "class F {}\nexports.G = F;", "class F {}\nexport { F as G };", id="what has another name already"
        ),
        pytest.param("exports.default = 1;", "export default 1;", id="a default"),
        pytest.param(
            "exports.f = 1;\nconsole.log(exports.f + module.exports.f);",
            "export const f = 1;\nconsole.log(f + f);",
            id="its own use of it",
        ),
    ],
)
def test_exports_become_export(before: str, expected: str) -> None:
    assert converted(f"{before}\n") == f"{expected}\n"


def test_folder_names_and_the_question_who_was_started_come_from_the_url_of_the_module() -> None:
    before = """\
const fs = require("fs");

const page = fs.readFileSync(__dirname + "/page");
if (require.main === module) console.log(require.resolve("./one"), page);
"""

    assert (
        converted(before)
        == """\
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import fs from "fs";

const __dirname = dirname(fileURLToPath(import.meta.url));
const __filename = fileURLToPath(import.meta.url);
const require = createRequire(import.meta.url);

const page = fs.readFileSync(__dirname + "/page");
if (process.argv[1] && require.resolve(process.argv[1]) === __filename) console.log(require.resolve("./one"), page);
"""
    )


def test_what_is_imported_already_is_not_imported_again() -> None:
    before = "const { dirname } = require('node:path');\nconst up = dirname(__dirname);\n"

    assert converted(before) == (
        "import { fileURLToPath } from 'node:url';\nimport { dirname } from 'node:path';\n\n"
        "const __dirname = dirname(fileURLToPath(import.meta.url));\nconst up = dirname(__dirname);\n"
    )


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        pytest.param(
            "function f() { return require('x'); }",
            "1: is required only when a function runs: move it to the top of the file, or load it with await import()",
            id="late",
        ),
        pytest.param(
            "if (a) require('x');",
            "1: is required only under a condition: move it to the top of the file, or load it with await import()",
            id="under a condition",
        ),
        pytest.param(
            "const x = a ? require('x') : 1;",
            "1: is required only under a condition: move it to the top of the file, or load it with await import()",
            id="by choice",
        ),
        pytest.param(
            "try { require('x'); } catch {}",
            "1: is required only under a condition: move it to the top of the file, or load it with await import()",
            id="with a way out",
        ),
        pytest.param(
            "const x = require(y);",
            "1: works out what it requires: write the name out, or load it with await import()",
            id="worked out",
        ),
        pytest.param(
            "f(require);", "1: uses require as a value: call it with the name of a file or package", id="value"
        ),
        pytest.param("require.cache;", "1: require.cache has no counterpart in an ES module", id="the cache"),
        pytest.param(
            "const x = require('./no');", "1: requires ./no, which is no file of the repository", id="nothing"
        ),
        pytest.param(
            "start();\nconst x = require('x');",
            "2: is required after line 1 did something, and an import would come before that: move it to the top",
            id="after something happened",
        ),
        pytest.param(
            "const { z } = require('./names');", "1: wants z, which names.js does not export", id="a name there is not"
        ),
        pytest.param(
            "const n = require('./names');\nf(n);",
            "2: uses n, all that names.js exports, as a value, or a name that it does not export: name what is used",
            id="all names as a value",
        ),
        pytest.param(
            "const n = require('./names');\nn.a = 1;",
            "2: uses n, all that names.js exports, as a value, or a name that it does not export: name what is used",
            id="a change of another module",
        ),
        pytest.param(
            "const x = require('pkg').default;",
            "1: wants default of pkg, which an import may take for the whole package: write it by hand",
            id="the default of a package",
        ),
        pytest.param(
            "const a = require('a'), n = 1;",
            "1: declares what it requires together with something else: use two statements",
            id="together with something else",
        ),
        pytest.param(
            "let x = require('x');\nx = 1;",
            "2: gives x another value, which an import cannot have: use another name",
            id="a variable that changes",
        ),
        pytest.param(
            "exports.a = 1;\nexports.a = 2;", "2: exports a again, after line 1: export it once", id="a name set twice"
        ),
        pytest.param(
            "module.exports = 1;\nmodule.exports = 2;",
            "2: assigns module.exports again, after line 1: assign it once",
            id="set twice",
        ),
        pytest.param(
            "module.exports = 1;\nexports.a = 2;",
            "2: exports a name besides the whole of line 1: use one way in a file",
            id="both ways",
        ),
        pytest.param(
            "if (a) exports.a = 1;",
            "1: sets exports.a late or together with something else: export it once, at the top level",
            id="an export under a condition",
        ),
        pytest.param(
            "exports = 1;",
            "1: assigns to exports itself, which exports nothing: assign to module.exports",
            id="exports itself",
        ),
        pytest.param(
            "Object.assign(exports, a);", "1: uses exports as a value: export the names one by one", id="handed on"
        ),
        pytest.param(
            "let a = 1;\nexports.a = a;\na = 2;",
            "2: exports a, which line 3 changes: an export would show that",
            id="an export that changes",
        ),
        pytest.param(
            "exports.fetch = 1;\nfetch(2);",
            "1: exports fetch, and fetch without exports. is something global in this file: rename one of them",
            id="the name of a global",
        ),
        pytest.param(
            "const a = 1;\nexports.a = a + 1;",
            "2: exports a, which is something else in this file: rename one of them",
            id="a name of something else",
        ),
        pytest.param(
            "exports.delete = () => 1;",
            "1: exports delete, which no variable can be called: give what is exported a name of its own first",
            id="a reserved word",
        ),
        pytest.param(
            "exports.__esModule = true;", "1: was compiled from ES modules: convert its source instead", id="compiled"
        ),
        pytest.param(
            "module.exports = { a: 1 };\nmodule.exports.a;",
            "2: uses its own exports as a value: give a a name of its own first",
            id="its own value",
        ),
        pytest.param("module.id;", "1: uses module for something other than module.exports", id="the module itself"),
        pytest.param(
            "import x from 'x';",
            "1: is ES module syntax in a CommonJS package: convert the file wholly first",
            id="mixed",
        ),
        pytest.param("this.a = 1;", "1: uses this at the top level, where an ES module has none", id="this"),
        pytest.param(
            "import('./one.js');",
            "1: loads ./one.js, which gives other names afterwards: require it instead",
            id="a module that is loaded later",
        ),
        pytest.param("return;", "1: returns at the top level, which only CommonJS allows", id="return"),
        pytest.param("with (a) {}", "1: uses with, which strict mode does not have", id="with"),
        pytest.param("f(010);", "1: writes 010, which strict mode does not read", id="an octal number"),
        pytest.param("leaked = 1;", "1: assigns to leaked, which is declared nowhere", id="a leak"),
        pytest.param("let x = (;", "1: cannot be parsed here", id="no JavaScript"),
    ],
)
def test_what_cannot_be_converted_safely_refuses_the_whole_change(code: str, problem: str) -> None:
    assert problems(f"{code}\n") == [problem]


def test_all_that_stands_in_the_way_is_told_at_once() -> None:
    assert len(problems("f(require);\n", **{"other.js": "f(module);\nthis;\n"})) == 3


def test_parts_of_node_may_be_required_after_something_happened() -> None:
    assert "import fs from 'fs';" in converted("start();\nconst fs = require('fs');\n")


def test_setting_up_express_before_its_routes_are_required_is_nothing_that_happened() -> None:
    code = "const express = require('express');\nconst app = express();\napp.use(require('./names').a);\n"

    assert problems(code) == [
        "3: uses all that names.js exports as a value: name what is used"
    ]  # the express() in line 2 is none of the problems


def test_an_object_of_names_is_one_value_where_somebody_uses_it_as_one() -> None:
    files = {
        **OTHERS,
        "lib.js": "const f = 1;\nmodule.exports = { f };\n",
        "it.js": "const lib = require('./lib');\ng(lib);\n",
    }

    made = changed(files, "commonjs-to-esm")

    assert made["lib.js"] == "const f = 1;\nexport default { f };\n"
    assert made["it.js"] == "import lib from './lib.js';\ng(lib);\n"


def test_files_that_require_each_other_are_pointed_out() -> None:
    files = {
        "package.json": PACKAGE,
        "a.js": "const { b } = require('./b');\nexports.a = () => b;\n",
        "b.js": "const { c } = require('./c');\nexports.b = () => c;\n",
        "c.js": "const { a } = require('./a');\nexports.c = () => a;\n",
    }

    change = ask(files, "commonjs-to-esm")

    assert isinstance(change, Change)
    assert "- a.js and b.js require each other." in change.documentation


def test_a_name_inside_a_function_is_not_the_one_of_node() -> None:
    assert converted(
        "const x = require('x');\nconst f = (require, module, exports) => require('y') + module + exports;\n"
    ) == ("import x from 'x';\nconst f = (require, module, exports) => require('y') + module + exports;\n")


def test_package_json_says_module_and_keeps_every_other_byte() -> None:
    before = '{\r\n\t"name": "x",\r\n\t"version": "1.0.0",\r\n\t"files": [ "a" ]\r\n}'

    made = changed({**OTHERS, "package.json": before}, "commonjs-to-esm")

    assert made["package.json"] == before.replace('"1.0.0",', '"1.0.0",\r\n\t"type": "module",')


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        pytest.param('{"type": "commonjs", "a": 1}', '{"type": "module", "a": 1}', id="instead of commonjs"),
        pytest.param('{"a": 1}', '{"type": "module","a": 1}', id="first"),
        pytest.param("{}", '{"type": "module"}', id="alone"),
        pytest.param('{"name": "x"}\n', '{"name": "x", "type": "module"}\n', id="last"),
        pytest.param('\ufeff{\n "b": 1\n}', '\ufeff{\n "type": "module",\n "b": 1\n}', id="behind a byte order mark"),
    ],
)
def test_the_type_stands_where_a_person_would_write_it(before: str, expected: str) -> None:
    assert changed({**OTHERS, "package.json": before}, "commonjs-to-esm")["package.json"] == expected


def test_line_ends_byte_order_mark_mode_and_a_missing_newline_stay() -> None:
    before = "\ufeff#!/usr/bin/env node\r\nconst a = require('./one');\r\nmodule.exports = a;"

    change = ask({**OTHERS, "it.js": before}, "commonjs-to-esm", executable=["it.js"])

    assert isinstance(change, Change)
    file = next(file for file in change.files if file.path == "it.js")
    assert file.mode == "100755"
    assert file.content == "\ufeff#!/usr/bin/env node\r\nimport a from './one.js';\r\nexport default a;"


def test_configuration_of_tools_stays_commonjs_under_another_name() -> None:
    change = ask({**OTHERS, "babel.config.js": "module.exports = {};\n"}, "commonjs-to-esm")

    assert isinstance(change, Change)
    assert [(file.path, file.operation, file.content) for file in change.files][-2:] == [
        ("babel.config.js", "delete", ""),
        ("babel.config.cjs", "create", "module.exports = {};\n"),
    ]


def test_configuration_that_is_named_somewhere_keeps_its_name_so_nothing_is_done() -> None:
    files = {**OTHERS, "package.json": '{"a": "jest.config.js"}', "jest.config.js": ""}

    assert refused(files, "commonjs-to-esm") == [
        "package.json: names jest.config.js, which has to be called .cjs: leave the name out first"
    ]


def test_code_that_stays_commonjs_must_not_use_what_is_converted() -> None:
    assert refused({**OTHERS, "tool.cjs": "require('./names');\n"}, "commonjs-to-esm") == [
        "tool.cjs: uses names.js, which becomes an ES module, and is not converted with it"
    ]


def test_one_package_of_several_is_converted_alone() -> None:
    files = {
        "package.json": PACKAGE,
        "index.js": "module.exports = 1;\n",
        "packages/a/package.json": PACKAGE,
        "packages/a/index.js": "exports.a = 1;\n",
    }

    assert list(changed(files, "commonjs-to-esm", folder="packages/a")) == [
        "packages/a/index.js",
        "packages/a/package.json",
    ]
    assert list(changed(files, "commonjs-to-esm")) == ["index.js", "package.json"]


def test_a_package_that_others_require_by_its_files_is_not_converted_alone() -> None:
    files = {
        "package.json": PACKAGE,
        "index.js": "require('./packages/a');\n",
        "packages/a/package.json": PACKAGE,
        "packages/a/index.js": "exports.a = 1;\n",
    }

    assert refused(files, "commonjs-to-esm", folder="packages/a") == [
        "index.js: uses packages/a/index.js, which becomes an ES module, and is not converted with it"
    ]


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        pytest.param({"a.js": ""}, "package.json: is not there: name the folder of a package", id="no package"),
        pytest.param({"package.json": "{}", "a.ts": ""}, "a.ts: is no plain JavaScript", id="TypeScript"),
        pytest.param({"package.json": "[]", "a.js": ""}, "package.json:1: is no JSON object", id="a list"),
        pytest.param({"package.json": "{", "a.js": ""}, "package.json:1: cannot be parsed here", id="no JSON"),
        pytest.param(
            {"package.json": "{}", **{f"{n}.js": "" for n in range(260)}}, "the repository: 260 files", id="too many"
        ),
    ],
)
def test_what_is_no_package_of_javascript_is_refused(files: Files, problem: str) -> None:
    assert refused(files, "commonjs-to-esm")[0].startswith(problem)


def test_a_package_of_es_modules_is_left_alone() -> None:
    files = {"package.json": '{"type": "module"}', "a.js": "module.exports = 1;\n"}

    assert left_alone(files, "commonjs-to-esm") == ["package.json: says already that its files are ES modules"]


def test_the_limits_of_the_requester_count_every_file() -> None:
    answer = ask({**OTHERS, "babel.config.js": ""}, "commonjs-to-esm", constraints={"maxFiles": 2})

    paths = ("dir/index.js", "names.js", "one.js", "package.json", "babel.config.js", "babel.config.cjs")
    assert answer == ConstraintsViolated("commonjs-to-esm", (TooManyFiles(2, paths),))


JEST = '{\n  "scripts": { "test": "jest --ci" },\n  "devDependencies": { "jest": "29" }\n}\n'


def test_jest_is_told_to_load_es_modules_itself() -> None:
    files = {
        "package.json": JEST,
        "a.js": "exports.a = 1;\n",
        "a.test.js": "const { a } = require('./a');\njest.fn(a);\n",
    }

    made = changed(files, "commonjs-to-esm")

    script = '"test": "node --experimental-vm-modules node_modules/jest/bin/jest.js --ci"'
    assert script in made["package.json"]
    assert made["a.test.js"] == "import { jest } from '@jest/globals';\nimport { a } from './a.js';\njest.fn(a);\n"


def test_tests_that_replace_modules_are_refused_without_babel() -> None:
    files = {"package.json": JEST, "a.test.js": "jest.mock('./a');\n"}

    assert refused(files, "commonjs-to-esm") == [
        "a.test.js:1: calls jest.mock, which does not reach ES modules: hand the part in, or test with Babel"
    ]


def test_a_test_script_that_is_more_than_jest_is_refused() -> None:
    assert refused({"package.json": JEST.replace("jest --ci", "lint && jest"), "a.js": ""}, "commonjs-to-esm") == [
        "package.json: its test script is not plain jest, which loads ES modules only with --experimental-vm-modules: "
        "add that to it first"
    ]


def test_tests_with_babel_go_on_as_before() -> None:
    files = {
        "package.json": JEST,
        "babel.config.js": "module.exports = { presets: ['@babel/preset-env'] };\n",
        "a.test.js": "jest.mock('./a');\nconst { a } = require('./b');\n",
        "b.js": "exports.a = 1;\n",
    }

    made = changed(files, "commonjs-to-esm")

    assert made["a.test.js"] == "jest.mock('./a');\nimport { a } from './b.js';\n"  # Babel puts the mock first
    assert "node " not in made["package.json"]


def test_with_babel_there_is_no_import_meta() -> None:
    files = {
        "package.json": JEST,
        "babel.config.js": "module.exports = { presets: ['@babel/preset-env'] };\n",
        "a.js": "exports.a = __dirname;\n",
    }

    assert refused(files, "commonjs-to-esm") == [
        "a.js:1: needs import.meta, which Babel does not have in the CommonJS it makes for Jest: pass the path in"
    ]


def test_the_pull_request_lists_every_place_and_what_to_know() -> None:
    change = ask({**OTHERS, "package.json": "{}", "it.js": "const x = require('pkg');\n"}, "commonjs-to-esm")

    assert isinstance(change, Change)
    assert (
        change.documentation
        == """\
4 files of the repository use `import` and `export` now.

**Edited**

- `dir/index.js:1`: exports c by name
- `it.js:1`: require becomes an import
- `names.js:1`: exports a by name
- `names.js:2`: exports b by name
- `one.js:1`: becomes the default export
- `package.json:1`: says "type": "module"

**To know before merging**

- Whether Node.js finds the imported names in pkg shows when the code runs: what a package exports is not in this \
repository. Where one is missing, import the package as a whole.
- 4 files were not in strict mode and are now; what that would change was looked for and not found.
- Who loads this package with require needs Node.js 20.19 or 22.12: publish it as a new major version."""
    )
