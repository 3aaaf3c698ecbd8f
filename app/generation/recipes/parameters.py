"""What a requester gave, held against the types a template declares: typed values, or every problem at once."""

import re
from collections.abc import Mapping
from typing import TypeAlias, assert_never

from app.domain.did_you_mean import did_you_mean
from app.domain.plain_text import one_line, visible
from app.domain.recipe import Problem
from app.domain.yaml_text import Yaml, shown
from app.generation.constraints import why_forbidden
from app.generation.recipes.decision_table import DecisionTable
from app.generation.recipes.decision_table_reader import (
    examples_shape,
    expand,
    put_together,
    repeated_columns,
    table_shape,
)
from app.generation.recipes.expectations import CASES, MAX_TEXT, expectation
from app.generation.recipes.http_route import HttpRoute, clashes
from app.generation.recipes.http_route_reader import put_route_together, route_shape
from app.generation.recipes.markdown_table import NotATable, read_markdown_table
from app.generation.recipes.reserved import RESERVED
from app.generation.recipes.schema import (
    BooleanParameter,
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
    matches,
)

Value: TypeAlias = (
    "str | int | float | bool | tuple[Value, ...] | Mapping[str, Value] | DecisionTable | HttpRoute | Yaml"
)

# nothing that means anything in code, Markdown or a shell
_PATH = re.compile(r"[\w.@+-]+(/[\w.@+-]+)*")
MAX_EXACT = 2**53 - 1
MIN_FRACTION = 1e-6


class ParameterReader:
    """Reads values of any declared type and keeps what is wrong with them; a value with problems means nothing."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def read_fields(self, fields: Mapping[str, Parameter], given: Mapping[str, Yaml], at: str = "") -> dict[str, Value]:
        """The declared fields of an object, each there; those that are optional and not given are `None`."""
        self._report_unknown(fields, given, at)
        values: dict[str, Value] = {}
        for name, spec in fields.items():
            place = _inside(at, name)
            present = given.get(name)
            if present is None:
                present = spec.default
            if present is None:
                values[name] = None
                if not spec.optional:
                    self._report(place, None, expectation(spec))
            else:
                values[name] = self.read(spec, present, place)
        return values

    def read(self, spec: Parameter, given: Yaml, at: str) -> Value:
        match spec:
            case StringParameter():
                return self._string(spec, given, at)
            case IdentifierParameter():
                return self._identifier(spec, given, at)
            case PathParameter():
                return self._path(spec, given, at)
            case IntegerParameter() | NumberParameter():
                return self._number(spec, given, at)
            case BooleanParameter():
                return self._held(isinstance(given, bool), spec, given, at)
            case ScalarParameter():
                return self._scalar(spec, given, at)
            case JsonParameter():
                return self._json(spec, given, at)
            case EnumParameter():
                return self._enum(spec, given, at)
            case ListParameter():
                return self._list(spec, given, at)
            case ObjectParameter():
                return self._object(spec, given, at)
            case TableParameter():
                return self._table(spec, given, at)
            case DecisionTableParameter():
                return self._decision_table(spec, given, at)
            case HttpRouteParameter():
                return self._http_route(spec, given, at)
            case _:
                assert_never(spec)

    def _string(self, spec: StringParameter, given: Yaml, at: str) -> Value:
        good = (
            isinstance(given, str)
            and spec.min_length <= len(one_line(visible(given), spec.max_length))
            and len(given) <= spec.max_length
            and (spec.multiline or "\n" not in given.strip())
            and (spec.pattern is None or matches(spec.pattern, given))
        )
        return self._held(good, spec, given, at)

    def _identifier(self, spec: IdentifierParameter, given: Yaml, at: str) -> Value:
        pattern, _ = CASES[spec.case]
        if not isinstance(given, str) or not re.fullmatch(pattern, given):
            return self._refuse(spec, given, at)
        if given in RESERVED or given in spec.reserved:
            self._report(at, given, "another name: this one has a meaning in the generated code already")
        return given

    def _path(self, spec: PathParameter, given: Yaml, at: str) -> Value:
        good = (
            isinstance(given, str)
            and _PATH.fullmatch(given) is not None
            and why_forbidden(given) is None
            and (spec.pattern is None or matches(spec.pattern, given))
        )
        return self._held(good, spec, given, at)

    def _number(self, spec: IntegerParameter | NumberParameter, given: Yaml, at: str) -> Value:
        kind = int if isinstance(spec, IntegerParameter) else (int, float)
        good = (
            isinstance(given, kind)
            and not isinstance(given, bool)
            and _is_exact(given)
            and (spec.minimum is None or given >= spec.minimum)
            and (spec.maximum is None or given <= spec.maximum)
        )
        return self._held(good, spec, given, at)

    def _scalar(self, spec: ScalarParameter, given: Yaml, at: str) -> Value:
        if isinstance(given, int | float) and not isinstance(given, bool):
            if not _is_exact(given):
                self._report(at, shown(given), "0, or a number from 0.000001 to 9007199254740991; quote what is text")
            return given + 0  # -0.0 becomes 0.0: no row can tell them apart
        good = isinstance(given, bool) or (isinstance(given, str) and len(given) <= MAX_TEXT)
        if spec.printable and isinstance(given, str):
            good = good and given == visible(given) and not set(given) & set("\n\t\u2028\u2029")
        return self._held(good, spec, given, at)

    def _json(self, spec: JsonParameter, given: Yaml, at: str) -> Value:
        if not isinstance(given, dict | list):
            return self._refuse(spec, given, at)
        self._check_scalars(given, at)
        return given

    def _check_scalars(self, given: Yaml, at: str) -> None:
        """Numbers that every language keeps, and texts that are not too long, however deep they are."""
        match given:
            case dict():
                for name, value in given.items():
                    self._check_scalars(value, _inside(at, one_line(name, 60)))
            case list():
                for number, value in enumerate(given, start=1):
                    self._check_scalars(value, _inside(at, f"item {number}"))
            case None:
                pass
            case _:
                self._scalar(ScalarParameter(type="scalar"), given, at)

    def _enum(self, spec: EnumParameter, given: Yaml, at: str) -> Value:
        if given not in spec.values:
            meant = did_you_mean(given, spec.values) if isinstance(given, str) else None
            self._report(at, shown(given), expectation(spec), meant)
        return str(given)

    def _list(self, spec: ListParameter, given: Yaml, at: str) -> Value:
        if not isinstance(given, list) or not spec.min_items <= len(given) <= spec.max_items:
            return self._refuse(spec, given, at)
        items = tuple(self.read(spec.items, item, _inside(at, f"item {n}")) for n, item in enumerate(given, start=1))
        self._report_repeated_names(items, at)
        self._report_clashing_routes(items, at)
        return items

    def _object(self, spec: ObjectParameter, given: Yaml, at: str) -> Value:
        if not isinstance(given, dict):
            return self._refuse(spec, given, at)
        return self.read_fields(spec.fields, given, at)

    def _table(self, spec: TableParameter, given: Yaml, at: str) -> Value:
        if isinstance(given, str):
            try:
                given = read_markdown_table(given)
            except NotATable as error:
                self._report(at, shown(given), str(error))
                return ()
        if not isinstance(given, list) or not spec.min_rows <= len(given) <= spec.max_rows:
            return self._refuse(spec, given, at)
        rows = ObjectParameter(type="object", fields=dict(spec.columns))
        return tuple(self.read(rows, row, _inside(at, f"row {n}")) for n, row in enumerate(given, start=1))

    def _decision_table(self, spec: DecisionTableParameter, given: Yaml, at: str) -> Value:
        if not isinstance(given, dict):
            return self._refuse(spec, given, at)
        before = len(self.problems)
        shape, examples = expand(given)
        fields = self.read_fields(table_shape(spec), shape, at)
        if len(self.problems) == before:
            self.problems += repeated_columns(fields, at)
        if len(self.problems) > before:
            return None
        place = _inside(at, "examples")
        if examples is None:
            return self._report(place, None, expectation(examples_shape(spec, fields)))
        rows = self.read(examples_shape(spec, fields), examples, place)
        if len(self.problems) > before:
            return None
        table, problems = put_together(fields, rows, at)
        self.problems += problems
        return table

    def _http_route(self, spec: HttpRouteParameter, given: Yaml, at: str) -> Value:
        if not isinstance(given, dict):
            return self._refuse(spec, given, at)
        before = len(self.problems)
        fields = self.read_fields(route_shape(spec), given, at)
        if len(self.problems) > before:
            return None
        route, problems = put_route_together(spec, fields, at)
        self.problems += problems
        return route

    def _held(self, good: bool, spec: Parameter, given: Yaml, at: str) -> Value:
        if not good:
            return self._refuse(spec, given, at)
        return given if isinstance(given, str | int | float | bool) else None

    def _refuse(self, spec: Parameter, given: Yaml, at: str) -> None:
        self._report(at, shown(given), expectation(spec))

    def _report(self, where: str, given: str | None, expected: str, meant: str | None = None) -> None:
        self.problems.append(Problem(where, given, expected, meant))

    def _report_unknown(self, fields: Mapping[str, Parameter], given: Mapping[str, Yaml], at: str) -> None:
        for name in given:
            if name not in fields:
                expected = "one of " + ", ".join(fields)
                self._report(at or "parameters", one_line(name, 60), expected, did_you_mean(name, fields))

    def _report_repeated_names(self, items: tuple[Value, ...], at: str) -> None:
        seen: set[str] = set()
        for table in items:
            if not isinstance(table, DecisionTable):
                continue
            made = (table.name, *(table.name + column.name for column in table.columns))
            names = {name.replace("_", "").lower() for name in made}
            if names & seen:
                self._report(at, table.name, "a name that does not run together with those of another function")
            seen |= names

    def _report_clashing_routes(self, items: tuple[Value, ...], at: str) -> None:
        routes = [route for route in items if isinstance(route, HttpRoute)]
        for first, second in clashes(routes):
            given = f"{routes[second].name}: {routes[second].method} {routes[second].path}"
            self._report(at, given, f"a name, and a method and path, that {routes[first].name} does not have")


def _inside(at: str, name: str) -> str:
    return f"{at}, {name}" if at else name


def _is_exact(value: float) -> bool:
    return value == 0 or MIN_FRACTION <= abs(value) <= MAX_EXACT
