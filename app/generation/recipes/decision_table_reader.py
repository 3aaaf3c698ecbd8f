"""How a decision table is written in an issue, and what must hold for it beyond the types of its fields."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Literal

from pydantic import TypeAdapter

from app.domain.recipe import Problem
from app.domain.yaml_text import Scalar, Yaml, shown
from app.generation.recipes.decision_table import Column, DecisionTable, Kind, Row, Rule
from app.generation.recipes.schema import (
    DecisionTableParameter,
    EnumParameter,
    IdentifierParameter,
    ListParameter,
    ObjectParameter,
    Parameter,
    ScalarParameter,
    Strict,
    StringParameter,
    TableParameter,
)

MAX_INPUTS = 5
MAX_THRESHOLD = 10**9
MAX_DECIMALS = 4
THROWS = "error"

_ROWS: TypeAdapter[tuple[dict[str, Scalar], ...]] = TypeAdapter(tuple[dict[str, Scalar], ...])
_ARTICLES: Mapping[Kind, str] = {"string": "text", "number": "a number", "boolean": "true or false"}


class _GivenColumn(Strict):
    name: str
    description: str | None = None
    type: Kind | Literal["literal"] | None = None


class _Given(Strict):
    name: str
    description: str
    inputs: tuple[_GivenColumn, ...]
    output: _GivenColumn
    rule: Rule
    otherwise: Scalar

    @property
    def columns(self) -> tuple[_GivenColumn, ...]:
        return (*self.inputs, self.output)


def expand(given: dict[str, Yaml]) -> tuple[dict[str, Yaml], Yaml]:
    """The fields with every column written out (`inputs: [zone]` is short for a list of names), and the examples."""
    fields = {name: value for name, value in given.items() if name != "examples"}
    inputs = fields.get("inputs")
    if isinstance(inputs, list):
        fields["inputs"] = [_column(column) for column in inputs]
    if "output" in fields:
        fields["output"] = _column(fields["output"])
    return fields, given.get("examples")


def table_shape(spec: DecisionTableParameter) -> Mapping[str, Parameter]:
    """The types of all fields but the examples, whose columns are known only when these are."""
    name = IdentifierParameter(type="identifier", case=spec.case, reserved=spec.reserved)
    words = StringParameter(type="string", optional=True)
    types = EnumParameter(type="enum", values=("string", "number", "boolean", "literal"), optional=True)
    column = ObjectParameter(type="object", fields={"name": name, "description": words, "type": types})
    return {
        "name": name,
        "description": StringParameter(type="string"),
        "inputs": ListParameter(type="list", items=column, max_items=MAX_INPUTS),
        "output": column,
        "rule": EnumParameter(type="enum", values=("exact", "threshold"), default="exact"),
        "otherwise": ScalarParameter(type="scalar", printable=spec.printable, default=THROWS),
    }


def examples_shape(spec: DecisionTableParameter, fields: Mapping[str, object]) -> TableParameter:
    given = _Given.model_validate(fields)
    cell = ScalarParameter(type="scalar", printable=spec.printable)
    columns: dict[str, Parameter] = {column.name: cell for column in given.columns}
    return TableParameter(type="table", columns=columns, min_rows=2, max_rows=spec.max_rows)


def repeated_columns(fields: Mapping[str, object], at: str) -> tuple[Problem, ...]:
    """Columns that share their name with another one."""
    names = Counter(column.name for column in _Given.model_validate(fields).columns)
    expected = "a different name for every input and the output"
    return tuple(Problem(f"{at}, inputs", name, expected) for name, count in names.items() if count > 1)


def put_together(
    fields: Mapping[str, object], rows: object, at: str
) -> tuple[DecisionTable | None, tuple[Problem, ...]]:
    """The table, or what contradicts itself in it."""
    given = _Given.model_validate(fields)
    cells = _ROWS.validate_python(rows)
    problems = tuple(_contradictions(given, cells, at))
    return (None if problems else _table(given, cells)), problems


def _column(column: Yaml) -> Yaml:
    return {"name": column} if isinstance(column, str) else column


def _table(given: _Given, rows: Sequence[Row]) -> DecisionTable:
    throws = given.otherwise == THROWS
    return DecisionTable(
        name=given.name,
        description=given.description,
        inputs=tuple(_typed(column, rows, narrow=throws) for column in given.inputs),
        output=_typed(given.output, rows, narrow=True),
        rule=given.rule,
        otherwise=None if throws else given.otherwise,
        rows=tuple(rows),
    )


def _typed(column: _GivenColumn, rows: Sequence[Row], *, narrow: bool) -> Column:
    """Text without a declared type is narrowed to the listed values, where callers could pass no other ones anyway."""
    values = tuple(dict.fromkeys(row[column.name] for row in rows))
    kind = _kind(values[0])
    is_literal = column.type == "literal" or (column.type is None and narrow and kind == "string")
    return Column(column.name, column.description or "", kind, is_literal, values)


def _contradictions(given: _Given, rows: Sequence[Row], at: str) -> Iterator[Problem]:
    for column in given.columns:
        yield from _mixed_kinds(column, rows, at)
    if given.otherwise != THROWS and _kind(given.otherwise) != _declared_kind(given.output, rows):
        expected = f"{THROWS}, or {_ARTICLES[_declared_kind(given.output, rows)]} like the output {given.output.name}"
        yield Problem(f"{at}, otherwise", shown(given.otherwise), expected)
    yield from _repeated_inputs(given, rows, at)
    if given.rule == "threshold":
        yield from _poor_thresholds(given.inputs[-1], rows, at)


def _mixed_kinds(column: _GivenColumn, rows: Sequence[Row], at: str) -> Iterator[Problem]:
    kind = _declared_kind(column, rows)
    why = f"the type of {column.name} is {column.type}" if column.type == kind else "as in row 1; quote what is text"
    for number, row in enumerate(rows, start=1):
        if _kind(row[column.name]) != kind:
            place = f"{at}, examples, row {number}, {column.name}"
            yield Problem(place, shown(row[column.name]), f"{_ARTICLES[kind]}, {why}")


def _repeated_inputs(given: _Given, rows: Sequence[Row], at: str) -> Iterator[Problem]:
    first: dict[tuple[Scalar, ...], int] = {}
    for number, row in enumerate(rows, start=1):
        inputs = tuple(row[column.name] for column in given.inputs)
        if inputs in first:
            words = ", ".join(shown(value) for value in inputs)
            expected = f"inputs that differ from those of row {first[inputs]}"
            yield Problem(f"{at}, examples, row {number}", words, expected)
        first.setdefault(inputs, number)


def _poor_thresholds(column: _GivenColumn, rows: Sequence[Row], at: str) -> Iterator[Problem]:
    expected = f"a number of at most {MAX_THRESHOLD} with at most {MAX_DECIMALS} decimal places, to compare with"
    for number, row in enumerate(rows, start=1):
        value = row[column.name]
        if not _is_threshold(value) and _kind(value) == _declared_kind(column, rows):
            yield Problem(f"{at}, examples, row {number}, {column.name}", shown(value), expected)
    if column.type == "literal":
        yield Problem(f"{at}, inputs, {column.name}, type", "literal", "number, because it is compared with thresholds")


def _is_threshold(value: Scalar) -> bool:
    if isinstance(value, str | bool):
        return False
    exact = Decimal(repr(value))
    return abs(exact) <= MAX_THRESHOLD and exact == round(exact, MAX_DECIMALS)


def _declared_kind(column: _GivenColumn, rows: Sequence[Row]) -> Kind:
    return _kind(rows[0][column.name]) if column.type in (None, "literal") else column.type


def _kind(value: Scalar) -> Kind:
    if isinstance(value, bool):
        return "boolean"
    return "string" if isinstance(value, str) else "number"
