"""Code that was written to keep ACS busy: every file ends a codemod soon, far before the time-out of these tests."""

import pytest

from app.domain.recipe import Place
from app.domain.yaml_text import Yaml
from app.generation.languages.syntax import MAX_DEPTH, MAX_FILE_BYTES
from app.generation.patterns.source import NotEditable, read_source
from tests.fakes.checkout import FakeCheckout
from tests.unit.generation.patterns.asking import ask

pytestmark = pytest.mark.timeout(60)


def place_of(path: str, content: bytes) -> Place:
    with pytest.raises(NotEditable) as caught:
        read_source(FakeCheckout({path: content}), path)
    return caught.value.place


@pytest.mark.parametrize(
    ("path", "content"),
    [
        pytest.param("a.js", b"[\n" * 120_000 + b"]\n" * 120_000, id="brackets"),
        pytest.param("a.js", b"a" + b"\n+a" * 150_000, id="a long sum"),
        pytest.param("a.js", b"!\n" * 200_000 + b"a", id="exclamation marks"),
        pytest.param("a.ts", b"a<\n" * 60_000, id="comparisons that may be types"),
        pytest.param("a.tsx", b"<a>\n" * 100_000, id="elements"),
        pytest.param("a.js", b"`${\n" * 100_000, id="templates"),
        pytest.param("a.py", b"[\n" * 120_000 + b"]\n" * 120_000, id="brackets of Python"),
        pytest.param("a.js", b"a.b" + b"\n.b" * 120_000, id="a long chain"),
        pytest.param("a.js", b"x" * 10 * 1024 * 1024, id="10 MB"),
    ],
)
def test_hostile_code_is_refused_soon(path: str, content: bytes) -> None:
    place = place_of(path, content)

    assert place.words in (
        f"is nested deeper than {MAX_DEPTH} levels",
        "cannot be parsed here",
        f"is larger than the {MAX_FILE_BYTES // 1024} KiB that ACS edits",
    )


@pytest.mark.parametrize(
    ("pattern", "parameters", "path", "code"),
    [
        pytest.param(
            "wrap-calls",
            {"function": "x", "paths": ["*"]},
            "a.js",
            "{let x; const y = x(x);}\n" * 9_000,
            id="very many declarations and calls",
        ),
        pytest.param(
            "wrap-calls",
            {"function": "x", "paths": ["*"]},
            "a.js",
            "(() => {" + "x(x);\n" * 40_000 + "})()",
            id="one function that is called at once",
        ),
        pytest.param(
            "wrap-calls",
            {"function": "x", "paths": ["*"], "timeout_argument": "t"},
            "a.py",
            "def f():\n" + " x = x(x)\n" * 20_000,
            id="very many assignments",
        ),
        pytest.param("commonjs-to-esm", {}, "a.js", "exports.x = x; x = x + 1;\n" * 8_000, id="very many exports"),
        pytest.param("commonjs-to-esm", {}, "a.js", "const x = require('x');\n" * 8_000, id="very many requires"),
        pytest.param(
            "add-http-route",
            {"file": "a.js", "path": "/a", "handler": "a", "response": {}},
            "a.js",
            "const x = require('express')(); x.get('/a', x);\n" * 4_000,
            id="very many applications",
        ),
    ],
)
def test_hostile_code_that_parses_does_not_take_long_either(
    pattern: str, parameters: dict[str, Yaml], path: str, code: str
) -> None:
    ask({"package.json": "{}", path: code}, pattern, parameters)
