"""Words for what a parameter takes and what was given instead."""

from collections.abc import Mapping
from typing import assert_never

from app.generation.recipes.schema import (
    BooleanParameter,
    Case,
    DecisionTableParameter,
    EnumParameter,
    HttpRouteParameter,
    IdentifierParameter,
    IntegerParameter,
    JsonParameter,
    ListParameter,
    NumberParameter,
    ObjectParameter,
    Parameter,
    PathParameter,
    ScalarParameter,
    StringParameter,
    TableParameter,
)

MAX_TEXT = 2_000
CASES: Mapping[Case, tuple[str, str]] = {
    "camel": (r"[a-z][A-Za-z0-9]{0,29}", "lowerCamelCase"),
    "pascal": (r"[A-Z][A-Za-z0-9]{0,29}", "UpperCamelCase"),
    "snake": (r"[a-z][a-z0-9_]{0,29}", "snake_case"),
}


def expectation(spec: Parameter) -> str:
    """What a value of this type looks like, in words."""
    match spec:
        case StringParameter():
            form = "text" if spec.multiline else "text on one line"
            pattern = f" that matches {spec.pattern}" if spec.pattern else ""
            return f"{form}{pattern}, {spec.min_length} to {spec.max_length} characters"
        case IdentifierParameter():
            return f"a name in {CASES[spec.case][1]}, at most 30 letters and digits"
        case PathParameter():
            pattern = f" that matches {spec.pattern}" if spec.pattern else ""
            return f"a relative path{pattern} of letters, digits and . _ - @ +, outside .git and .github/workflows"
        case IntegerParameter():
            return f"a whole number{_bounds(spec.minimum, spec.maximum)}"
        case NumberParameter():
            return f"a number{_bounds(spec.minimum, spec.maximum)}"
        case BooleanParameter():
            return "true or false"
        case ScalarParameter():
            form = "printable text on one line" if spec.printable else "text"
            return f"{form} of at most {MAX_TEXT} characters, a number, or true or false"
        case JsonParameter():
            return "an object or a list, as in JSON"
        case EnumParameter():
            return "one of " + ", ".join(spec.values)
        case ListParameter():
            return f"a list of {spec.min_items} to {spec.max_items} items"
        case ObjectParameter():
            return "an object with " + ", ".join(spec.fields)
        case TableParameter():
            return f"{spec.min_rows} to {spec.max_rows} rows with the columns " + ", ".join(spec.columns)
        case DecisionTableParameter():
            return "an object with name, inputs, output and examples"
        case HttpRouteParameter():
            return "an object with name, path, description and response"
        case _:
            assert_never(spec)


def _bounds(minimum: float | None, maximum: float | None) -> str:
    least = [] if minimum is None else [f"at least {minimum:g}"]
    most = [] if maximum is None else [f"at most {maximum:g}"]
    return "".join(f", {words}" for words in (*least, *most))
