"""How a route is written in an issue, and what must hold for it beyond the types of its fields.

A text of the response that is a name in braces, such as `"{id}"`, stands for that part of the request.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from app.domain.did_you_mean import did_you_mean
from app.domain.recipe import Problem
from app.domain.yaml_text import Scalar, shown
from app.generation.recipes.http_route import FieldKind, HttpRoute, RequestField, ResponseField
from app.generation.recipes.reserved import RESERVED
from app.generation.recipes.schema import (
    EnumParameter,
    HttpRouteParameter,
    IdentifierParameter,
    IntegerParameter,
    ListParameter,
    ObjectParameter,
    Parameter,
    ScalarParameter,
    Strict,
    StringParameter,
    TableParameter,
)

MAX_FIELDS = 20
WITH_BODY = ("POST", "PUT", "PATCH")
METHODS = ("GET", *WITH_BODY, "DELETE")
OWN_PATHS = ("/healthz", "/readyz", "/metrics")
FIELD_PATTERN = r"^[A-Za-z][A-Za-z0-9_]{0,23}$"
PATH_PATTERN = r"^(/|(/([A-Za-z0-9][A-Za-z0-9._-]{0,39}|\{[a-z][A-Za-z0-9_]{0,29}\})){1,8})$"
_BRACES = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*)\}")


class _GivenField(Strict):
    field: str
    type: FieldKind


class _GivenValue(Strict):
    field: str
    value: Scalar


class _Given(Strict):
    name: str
    method: str
    path: str
    description: str
    status: int
    request: tuple[_GivenField, ...]
    response: tuple[_GivenValue, ...]


def route_shape(spec: HttpRouteParameter) -> Mapping[str, Parameter]:
    """The types of all fields of a route."""
    field = StringParameter(type="string", pattern=FIELD_PATTERN)
    kind = EnumParameter(type="enum", values=("string", "number", "boolean"))
    body = ObjectParameter(type="object", fields={"field": field, "type": kind})
    answer: dict[str, Parameter] = {"field": field, "value": ScalarParameter(type="scalar")}
    return {
        "name": IdentifierParameter(type="identifier", case=spec.case, reserved=spec.reserved),
        "method": EnumParameter(type="enum", values=METHODS, default="GET"),
        "path": StringParameter(type="string", pattern=PATH_PATTERN, max_length=200),
        "description": StringParameter(type="string"),
        "status": IntegerParameter(type="integer", minimum=200, maximum=203, default=200),
        "request": ListParameter(type="list", items=body, min_items=0, max_items=MAX_FIELDS, default=[]),
        "response": TableParameter(type="table", columns=answer, min_rows=1, max_rows=MAX_FIELDS),
    }


def put_route_together(
    spec: HttpRouteParameter, fields: Mapping[str, object], at: str
) -> tuple[HttpRoute | None, tuple[Problem, ...]]:
    """The route, or what contradicts itself in it."""
    given = _Given.model_validate(fields)
    request = tuple(RequestField(field.field, field.type) for field in given.request)
    route = HttpRoute(given.name, given.method, given.path, given.description, given.status, request, ())
    problems = (*_contradictions(spec, given, route, at), *_strange_origins(given, route, at))
    if problems:
        return None, problems
    return replace(route, response=tuple(_response_field(value, route) for value in given.response)), ()


def _response_field(given: _GivenValue, route: HttpRoute) -> ResponseField:
    named = _named(given.value)
    kinds: dict[str, FieldKind] = {field.name: field.kind for field in route.request}
    if named is None:
        return ResponseField(given.field, "constant", given.value, _kind(given.value))
    if named in kinds:
        return ResponseField(given.field, "body", named, kinds[named])
    return ResponseField(given.field, "path", named, "string")


def _contradictions(spec: HttpRouteParameter, given: _Given, route: HttpRoute, at: str) -> Iterator[Problem]:
    if given.path in OWN_PATHS:
        expected = "another path: the service answers " + ", ".join(OWN_PATHS) + " itself"
        yield Problem(f"{at}, path", given.path, expected)
    if given.request and given.method not in WITH_BODY:
        yield Problem(f"{at}, request", f"fields with {given.method}", "the method " + " or ".join(WITH_BODY))
    for name in route.parameters:
        if name in RESERVED or name in spec.reserved:
            yield Problem(f"{at}, path", name, "another name: this one has a meaning in the generated code already")
    names = Counter((*route.parameters, *(field.name for field in route.request)))
    for name in (name for name, count in names.items() if count > 1):
        yield Problem(at, name, "a different name for everything in the path and the request")
    answered = Counter(value.field for value in given.response)
    for name in (name for name, count in answered.items() if count > 1):
        yield Problem(f"{at}, response", name, "a different name for every field")


def _strange_origins(given: _Given, route: HttpRoute, at: str) -> Iterator[Problem]:
    known = (*route.parameters, *(field.name for field in route.request))
    for number, value in enumerate(given.response, start=1):
        named = _named(value.value)
        if named is not None and named not in known:
            meant = did_you_mean(named, known)
            expected = "a name in braces that the path or the request has"
            place = f"{at}, response, row {number}, value"
            yield Problem(place, shown(value.value), expected, f"{{{meant}}}" if meant else None)


def _named(value: Scalar) -> str | None:
    found = _BRACES.fullmatch(value) if isinstance(value, str) else None
    return found[1] if found else None


def _kind(value: Scalar) -> FieldKind:
    if isinstance(value, bool):
        return "boolean"
    return "string" if isinstance(value, str) else "number"
