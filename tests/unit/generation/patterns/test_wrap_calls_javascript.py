"""Calls in JavaScript and TypeScript: which are wrapped, which are left alone, and that nothing else changes."""

import re

import pytest

from app.domain.change import Change
from tests.unit.generation.patterns.asking import after, ask, changed, left_alone, refused

PACKAGE = '{"type": "module"}'
OPTIONS = "{ attempts: 2, timeoutMs: 9, backoffMs: 1 }"
_SPREAD_OUT = re.compile(r"\{\s+attempts: 2,\s+timeoutMs: 9,\s+backoffMs: 1,?\s+\}")
NUMBERS = {"attempts": 2, "timeout_ms": 9, "backoff_ms": 1}
IMPORT = 'import { withRetry } from "./retry.js";\n'


def wrapped(code: str, function: str = "send", path: str = "src/a.js") -> str:
    """The file after its calls were wrapped, without the import that was added and with the options on one line."""
    files = {"package.json": PACKAGE, path: code}
    content = changed(files, "wrap-calls", function=function, paths=[path], **NUMBERS)[path]
    line = next(line for line in content.splitlines(keepends=True) if "withRetry" in line and "/retry" in line)
    return _SPREAD_OUT.sub(OPTIONS, content.replace(line, "").removeprefix("\n"))


def skipped(code: str, function: str = "send") -> list[str]:
    return left_alone({"package.json": PACKAGE, "src/a.js": code}, "wrap-calls", function=function, paths=["src"])


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        pytest.param("await send(1);", f"await withRetry(() => send(1), {OPTIONS});", id="awaited"),
        pytest.param("const a = send(1);", f"const a = withRetry(() => send(1), {OPTIONS});", id="kept"),
        pytest.param("const f = () => send(1);", f"const f = () => withRetry(() => send(1), {OPTIONS});", id="arrow"),
        pytest.param(
            "function f() { return send(1) }",
            f"function f() {{ return withRetry(() => send(1), {OPTIONS}) }}",
            id="return",
        ),
        pytest.param("g(send(1), 2);", f"g(withRetry(() => send(1), {OPTIONS}), 2);", id="handed on"),
        pytest.param("g([send(1)]);", f"g([withRetry(() => send(1), {OPTIONS})]);", id="in a list"),
        pytest.param("g({ a: send(1) });", f"g({{ a: withRetry(() => send(1), {OPTIONS}) }});", id="in an object"),
        pytest.param("send(1).then(g);", f"withRetry(() => send(1), {OPTIONS}).then(g);", id="chained with then"),
        pytest.param(
            "const a = x ? send(1) : null;", f"const a = x ? withRetry(() => send(1), {OPTIONS}) : null;", id="a choice"
        ),
        pytest.param("x = y ?? (send(1));", f"x = y ?? (withRetry(() => send(1), {OPTIONS}));", id="behind ??"),
        pytest.param(
            "await send({\n  a, // a comment\n});",
            f"await withRetry(() => send({{\n  a, // a comment\n}}), {OPTIONS});",
            id="over several lines, which stay",
        ),
        pytest.param("await send(() => g());", f"await withRetry(() => send(() => g()), {OPTIONS});", id="a callback"),
        pytest.param("await send(new C(1));", f"await withRetry(() => send(new C(1)), {OPTIONS});", id="a new object"),
        pytest.param(
            "class A { #x = send(1) }", f"class A {{ #x = withRetry(() => send(1), {OPTIONS}) }}", id="in a field"
        ),
    ],
)
def test_a_call_whose_promise_is_used_is_wrapped(before: str, expected: str) -> None:
    assert wrapped(f"{before}\n") == f"{expected}\n"


def test_options_that_do_not_fit_into_the_line_are_spread_out_below_it() -> None:
    files = {"package.json": PACKAGE, "src/a.js": "async () => {\n\tawait send({ a });\n};\n"}

    assert changed(files, "wrap-calls", function="send", paths=["src"])["src/a.js"].endswith(
        "async () => {\n\tawait withRetry(() => send({ a }), {\n"
        "\t\tattempts: 3,\n\t\ttimeoutMs: 5000,\n\t\tbackoffMs: 200,\n\t});\n};\n"
    )


@pytest.mark.parametrize(
    ("code", "why"),
    [
        pytest.param("send(1);", "its promise is not awaited here: await it first, if its failure matters", id="bare"),
        pytest.param(
            "void send(1);", "its promise is not awaited here: await it first, if its failure matters", id="void"
        ),
        pytest.param(
            "x && send(1);", "its promise is not awaited here: await it first, if its failure matters", id="behind &&"
        ),
        pytest.param(
            "send(1).catch(g);",
            "its promise is not awaited here: await it first, if its failure matters",
            id="only caught",
        ),
        pytest.param("if (send(1)) g();", "its result is not used as a promise here", id="as a condition"),
        pytest.param("g(`${send(1)}`);", "its result is not used as a promise here", id="in a template"),
        pytest.param("g(send(1).length);", "its result is not used as a promise here", id="a property of it"),
        pytest.param("await send?.(1);", "is called with ?., so there may be nothing to call", id="optional"),
        pytest.param("await send`x`;", "is the tag of a template", id="a tag"),
        pytest.param(
            "await send(await g());",
            "an argument waits for something, again with every attempt: do that in a line before",
            id="an argument that waits",
        ),
        pytest.param(
            "await send(i++);",
            "an argument changes a variable, again with every attempt: do that in a line before",
            id="an argument that counts",
        ),
        pytest.param(
            "await send({ a: queue.pop() });",
            "an argument calls queue.pop, which every attempt would call again: do that in a line before",
            id="an argument that calls",
        ),
        pytest.param(
            "const f = (send) => send(1);",
            "send is another one here, declared in line 2",
            id="a parameter of that name",
        ),
        pytest.param(
            "{ const { send } = g; await send(1); }", "send is another one here, declared in line 2", id="a local one"
        ),
        pytest.param(
            "try {} catch (send) { await send(1); }", "send is another one here, declared in line 2", id="a caught one"
        ),
        pytest.param(
            "async function send(n) { return send(n - 1); }",
            "is inside send itself, whose own calls are tried again",
            id="in itself",
        ),
        pytest.param(
            "let n = 1; const a = send(n); n = 2;",
            "n may have another value at the next attempt: it is assigned more than once in this file",
            id="an argument that changes meanwhile",
        ),
        pytest.param("await withRetry(() => send(1), {});", "is inside withRetry already", id="wrapped already"),
        pytest.param(
            "await withRetry(async () => { const a = await send(1); return a.b; }, {});",
            "is inside withRetry already",
            id="wrapped by hand",
        ),
    ],
)
def test_a_call_that_would_mean_something_else_is_left_alone_with_its_reason(code: str, why: str) -> None:
    assert skipped(f"\n{code}\n") == [f"src/a.js:2: {why}"]


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("// await send(1)\n", id="a comment"),
        pytest.param('const a = "await send(1)";\n', id="a string"),
        pytest.param("const a = `await send(1)`;\n", id="a template"),
        pytest.param("await other.send(1);\n", id="a method of something"),
        pytest.param("new send(1);\n", id="a constructor"),
    ],
)
def test_what_is_no_call_of_the_function_is_not_even_mentioned(code: str) -> None:
    assert skipped(code) == []


def test_a_loop_whose_counter_is_an_argument_is_wrapped_because_it_waits() -> None:
    code = "for (let page = 1; page < 9; page++) await send(page);\n"

    assert "await withRetry(() => send(page), {" in wrapped(code)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        pytest.param("fetch(a)", "(signal) => fetch(a, { signal })", id="alone"),
        pytest.param("fetch(a, {})", "(signal) => fetch(a, { signal })", id="no options"),
        pytest.param(
            'fetch(a, { method: "POST" })', '(signal) => fetch(a, { method: "POST", signal })', id="with options"
        ),
        pytest.param(
            'fetch(a, {\n  method: "POST",\n})', '(signal) => fetch(a, {\n  method: "POST",\n  signal,\n})', id="lines"
        ),
        pytest.param("fetch(a, { ...b })", "() => fetch(a, { ...b })", id="options that may have one"),
        pytest.param("fetch(a, { signal })", "() => fetch(a, { signal })", id="options that have one"),
        pytest.param("fetch(a, b)", "() => fetch(a, b)", id="options from elsewhere"),
    ],
)
def test_a_request_that_takes_too_long_is_really_given_up(call: str, expected: str) -> None:
    assert f"withRetry({expected}, {{" in wrapped(f"await {call};\n", "fetch")


def test_a_fetch_of_its_own_gets_no_signal() -> None:
    assert "withRetry(() => fetch(a)," in wrapped('import { fetch } from "./mine.js";\nawait fetch(a);\n', "fetch")


def test_methods_are_wrapped_by_their_whole_name() -> None:
    code = "class A {\n  async go() {\n    await this.client.send(1);\n    await client.send(2);\n  }\n}\n"

    assert wrapped(code, "this.client.send").count("withRetry") == 1


def test_a_client_that_is_handed_in_is_the_one_that_is_meant() -> None:
    assert "withRetry(() => client.send(1)" in wrapped("const f = (client) => client.send(1);\n", "client.send")


def test_a_client_is_not_the_one_of_the_module_where_another_one_hides_it() -> None:
    code = 'import { client } from "./c.js";\nconst f = (client) => client.send(1);\n'

    assert skipped(code, "client.send") == ["src/a.js:2: client is another one here, declared in line 2"]


def test_a_call_with_type_arguments_is_wrapped() -> None:
    assert wrapped("await send<T>(1);\n", path="src/a.ts") == f"await withRetry(() => send<T>(1), {OPTIONS});\n"


@pytest.mark.parametrize(
    ("path", "before", "expected"),
    [
        pytest.param("src/a.ts", "await send(1);\n", 'import { withRetry } from "./retry";\n\n', id="TypeScript"),
        pytest.param(
            "src/a.ts",
            "import x from './x.js'\n\nawait send(1)\n",
            "import x from './x.js'\nimport { withRetry } from './retry.js'\n\n",
            id="as the file is written",
        ),
        pytest.param(
            "src/in/a.js", "await send(1);\n", 'import { withRetry } from "../retry.js";\n\n', id="further in"
        ),
        pytest.param(
            "src/a.js",
            'const x = require("./x");\nx.y = () => send(1);\n',
            'const x = require("./x");\nconst { withRetry } = require("./retry");\n',
            id="CommonJS",
        ),
        pytest.param(
            "src/a.js",
            '#!/usr/bin/env node\n"use strict";\n// Words.\n\n// More words.\nawait send(1);\n',
            '#!/usr/bin/env node\n"use strict";\n// Words.\n\n'
            'import { withRetry } from "./retry.js";\n\n// More words.\n',
            id="below a shebang, a directive and a header",
        ),
    ],
)
def test_the_import_is_written_as_the_file_writes_its_own(path: str, before: str, expected: str) -> None:
    files = {"package.json": PACKAGE, path: before}

    assert changed(files, "wrap-calls", function="send", paths=["src"])[path].startswith(expected)


def test_wrapping_twice_changes_nothing() -> None:
    files = {"package.json": PACKAGE, "src/a.js": "await send(1);\nconst b = send(2);\n"}
    once = changed(files, "wrap-calls", function="send", paths=["src"])

    assert left_alone(after(files, once), "wrap-calls", function="send", paths=["src"]) == [
        "src/a.js:3: is inside withRetry already",
        "src/a.js:8: is inside withRetry already",
    ]


def test_a_second_function_uses_the_module_that_is_there() -> None:
    files = {"package.json": PACKAGE, "src/a.js": "await send(1);\nawait load(2);\n"}
    once = changed(files, "wrap-calls", function="send", paths=["src"])

    twice = changed(after(files, once), "wrap-calls", function="load", paths=["src"])

    assert list(twice) == ["src/a.js"]
    assert twice["src/a.js"].count("import") == 1


def test_the_module_comes_with_tests_and_documentation() -> None:
    files = {"package.json": "{}", "src/a.ts": "await send(1);\n", "tests/x.test.ts": 'import "../src/a";\n'}

    change = ask(files, "wrap-calls", {"function": "send", "paths": ["src/**/*.ts"]})

    assert isinstance(change, Change)
    assert [(file.path, file.operation) for file in change] == [
        ("src/a.ts", "modify"),
        ("src/retry.ts", "create"),
        ("docs/retry.md", "create"),
        ("tests/retry.test.ts", "create"),
    ]
    assert change.tests[0].covers == ("src/retry.ts",)
    assert change.title == "Wrap calls of send with retry and timeout"
    assert change.metadata.model == "recipe:wrap-calls@1.0.0"
    assert (
        change.documentation
        == """\
One call of `send` is wrapped: 3 attempts, each of at most 5000 ms, with a pause of 200 ms that doubles each time. The \
retry is in `src/retry.ts`, which is new and has tests.

**Edited**

- `src/a.ts:1`: is awaited, so the retry is awaited instead

**To know before merging**

- A failed attempt may have taken effect: whether send is safe to repeat is for the reviewer."""
    )


def test_the_numbers_are_those_of_the_request() -> None:
    files = {"package.json": PACKAGE, "src/a.js": "await send(1);\n"}
    numbers = {"attempts": 5, "timeout_ms": 100, "backoff_ms": 0}

    content = changed(files, "wrap-calls", function="send", paths=["src"], **numbers)["src/a.js"]

    assert "{ attempts: 5, timeoutMs: 100, backoffMs: 0 }" in content


def test_another_module_in_the_place_of_the_retry_module_is_left_alone() -> None:
    files = {"package.json": PACKAGE, "src/a.js": "await send(1);\n", "src/retry.js": "export const x = 1;\n"}

    assert refused(files, "wrap-calls", function="send", paths=["src/a.js"]) == [
        "src/retry.js: has no withRetry(operation, options) of this pattern: name another file in the parameter module"
    ]
    assert "src/again.js" in changed(files, "wrap-calls", function="send", paths=["src/a.js"], module="src/again")


def test_a_file_that_calls_something_else_by_that_name_is_left_alone() -> None:
    code = "const withRetry = 1;\nawait send(1);\n"

    assert skipped(code) == ["src/a.js:2: withRetry means something else in this file"]


def test_two_languages_at_once_are_refused() -> None:
    files = {"package.json": PACKAGE, "src/a.js": "await send(1);\n", "src/b.ts": "await send(1);\n"}

    assert refused(files, "wrap-calls", function="send", paths=["src"]) == [
        "src: holds calls in javascript and typescript: ask for one language at a time"
    ]


def test_paths_that_name_no_code_are_refused() -> None:
    assert refused({"src/a.md": "send"}, "wrap-calls", function="send", paths=["src/**", "lib"]) == [
        "src/**, lib: no JavaScript, TypeScript or Python file has such a path"
    ]
