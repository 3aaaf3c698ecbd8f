"""What a value of a key looks like, in words, from its JSON Schema."""

from collections.abc import Mapping
from typing import cast

from pydantic import JsonValue

Schema = Mapping[str, JsonValue]


def expectation(schema: Schema) -> str:
    """Such as `a whole number, 1 to 1000`."""
    schema = _not_null(schema)
    if "const" in schema:
        return str(schema["const"])
    if "enum" in schema:
        return "one of " + ", ".join(map(str, cast("list[JsonValue]", schema["enum"])))
    match schema.get("type"):
        case "integer":
            return f"a whole number{_between(schema)}"
        case "number":
            return f"a number{_between(schema)}, with at most four decimal places"
        case "boolean":
            return "true or false"
        case "array":
            return f"a list of at most {schema['maxItems']} items, each {expectation(items(schema))}"
        case _:
            return _text(schema)


def items(schema: Schema) -> Schema:
    """What each item of a list looks like."""
    return cast("Schema", _not_null(schema)["items"])


def _not_null(schema: Schema) -> Schema:
    either = cast("list[Schema]", schema.get("anyOf", [schema]))
    return next(one for one in either if one.get("type") != "null")


def _between(schema: Schema) -> str:
    return f", {schema['minimum']} to {schema['maximum']}"


def _text(schema: Schema) -> str:
    if "title" in schema:
        return str(schema["title"])
    return f"text of at most {schema['maxLength']} characters"
