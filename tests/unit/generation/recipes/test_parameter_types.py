"""Every type that a template can declare, with what it takes and what it does not."""

import pytest
from pydantic import TypeAdapter

from app.domain.yaml_text import Yaml
from app.generation.recipes.parameters import ParameterReader, Value
from app.generation.recipes.schema import Parameter

PARAMETER: TypeAdapter[Parameter] = TypeAdapter(Parameter)


def read(spec: dict[str, Yaml], given: Yaml) -> tuple[Value, list[str]]:
    reader = ParameterReader()
    value = reader.read(PARAMETER.validate_python(spec), given, "it")
    return value, [f"{problem.where}: {problem.expected}" for problem in reader.problems]


@pytest.mark.parametrize(
    ("spec", "given", "value"),
    [
        pytest.param({"type": "string"}, "a", "a", id="text"),
        pytest.param({"type": "string", "multiline": True}, "a\nb", "a\nb", id="text on two lines"),
        pytest.param({"type": "string", "pattern": "^a+$"}, "aaa", "aaa", id="text of a pattern"),
        pytest.param({"type": "string", "min_length": 0}, "", "", id="empty text"),
        pytest.param({"type": "identifier", "case": "pascal"}, "AName", "AName", id="a name of a type"),
        pytest.param({"type": "identifier", "case": "snake"}, "a_name", "a_name", id="a name in Python"),
        pytest.param({"type": "path"}, "a/b.c", "a/b.c", id="a path"),
        pytest.param({"type": "integer", "minimum": 1, "maximum": 3}, 3, 3, id="a whole number"),
        pytest.param({"type": "number", "minimum": 0.5}, 0.5, 0.5, id="a number"),
        pytest.param({"type": "number"}, 2, 2, id="a whole number where any will do"),
        pytest.param({"type": "boolean"}, False, False, id="a boolean"),
        pytest.param({"type": "scalar"}, "a", "a", id="any scalar"),
        pytest.param({"type": "enum", "values": ["a", "b"]}, "b", "b", id="a choice"),
        pytest.param({"type": "list", "items": {"type": "integer"}}, [1, 2], (1, 2), id="a list"),
        pytest.param(
            {"type": "object", "fields": {"a": {"type": "integer"}, "b": {"type": "string", "default": "x"}}},
            {"a": 1},
            {"a": 1, "b": "x"},
            id="an object with a default",
        ),
        pytest.param(
            {"type": "object", "fields": {"a": {"type": "integer", "optional": True}}}, {}, {"a": None}, id="a gap"
        ),
        pytest.param(
            {"type": "table", "columns": {"a": {"type": "integer"}}}, [{"a": 1}], ({"a": 1},), id="a table as a list"
        ),
        pytest.param(
            {"type": "table", "columns": {"a": {"type": "string"}, "b": {"type": "scalar"}}},
            'a | b\n--|:-:\n`1` | "x\\|y"\n| z | -2.5 |',
            ({"a": "1", "b": "x|y"}, {"a": "z", "b": -2.5}),
            id="a table in Markdown",
        ),
    ],
)
def test_a_type_takes(spec: dict[str, Yaml], given: Yaml, value: Value) -> None:
    assert read(spec, given) == (value, [])


@pytest.mark.parametrize(
    ("spec", "given", "problems"),
    [
        pytest.param({"type": "string"}, "a\nb", ["it: text on one line, 1 to 500 characters"], id="two lines"),
        pytest.param({"type": "string"}, "", ["it: text on one line, 1 to 500 characters"], id="empty text"),
        pytest.param(
            {"type": "string", "max_length": 2}, "abc", ["it: text on one line, 1 to 2 characters"], id="long"
        ),
        pytest.param(
            {"type": "string", "pattern": "^a$"},
            "b",
            ["it: text on one line that matches ^a$, 1 to 500 characters"],
            id="p",
        ),
        pytest.param(
            {"type": "identifier", "case": "snake"},
            "aB",
            ["it: a name in snake_case, at most 30 letters and digits"],
            id="c",
        ),
        pytest.param({"type": "integer", "minimum": 1}, 0, ["it: a whole number, at least 1"], id="too small"),
        pytest.param({"type": "integer", "maximum": 1}, 2, ["it: a whole number, at most 1"], id="too large"),
        pytest.param({"type": "integer"}, 1.5, ["it: a whole number"], id="a fraction"),
        pytest.param({"type": "integer"}, True, ["it: a whole number"], id="a boolean for a number"),
        pytest.param({"type": "number"}, 2**60, ["it: a number"], id="a number JavaScript cannot hold"),
        pytest.param({"type": "number"}, "1", ["it: a number"], id="text for a number"),
        pytest.param({"type": "boolean"}, 1, ["it: true or false"], id="a number for a boolean"),
        pytest.param({"type": "enum", "values": ["a", "b"]}, ["a"], ["it: one of a, b"], id="a list for a choice"),
        pytest.param(
            {"type": "list", "items": {"type": "integer"}}, "1", ["it: a list of 1 to 50 items"], id="no list"
        ),
        pytest.param(
            {"type": "list", "items": {"type": "integer"}}, [1, "x"], ["it, item 2: a whole number"], id="a wrong item"
        ),
        pytest.param(
            {"type": "object", "fields": {"a": {"type": "integer"}}}, 1, ["it: an object with a"], id="no object"
        ),
        pytest.param(
            {"type": "table", "columns": {"a": {"type": "integer"}}},
            [{"a": "x"}, {}],
            ["it, row 1, a: a whole number", "it, row 2, a: a whole number"],
            id="wrong cells",
        ),
        pytest.param(
            {"type": "table", "columns": {"a": {"type": "integer"}}},
            "| a |\n| - |\n| 'x |",
            ["it, row 1, a: a whole number"],
            id="an open quote is text",
        ),
        pytest.param(
            {"type": "table", "columns": {"a": {"type": "integer"}}},
            '| a |\n| - |\n| "\\q" |',
            ["it: a quoted cell cannot be read: found unknown escape character 'q'"],
            id="a quoted cell that cannot be read",
        ),
    ],
)
def test_a_type_does_not_take(spec: dict[str, Yaml], given: Yaml, problems: list[str]) -> None:
    assert read(spec, given)[1] == problems


def test_no_pattern_takes_for_ever() -> None:
    _, problems = read({"type": "string", "pattern": "^(a+)+$", "max_length": 8000}, "a" * 7999 + "!")

    assert len(problems) == 1
