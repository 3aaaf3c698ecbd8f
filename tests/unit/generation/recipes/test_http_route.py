"""Routes as people write them in an issue: complete, or every problem at once."""

import pytest

from app.domain.yaml_text import Yaml
from app.generation.recipes.http_route import HttpRoute
from app.generation.recipes.parameters import ParameterReader
from app.generation.recipes.schema import HttpRouteParameter, ListParameter

ROUTES = ListParameter(type="list", items=HttpRouteParameter(type="http_route", reserved=("route",)))
SHOW: dict[str, Yaml] = {
    "name": "showParcel",
    "path": "/parcels/{id}",
    "description": "Shows a parcel.",
    "response": [{"field": "id", "value": "{id}"}, {"field": "days", "value": 2}],
}
NOTE: dict[str, Yaml] = {
    "name": "addNote",
    "method": "POST",
    "path": "/parcels/{id}/notes",
    "description": "Adds a note.",
    "status": 201,
    "request": [{"field": "text", "type": "string"}, {"field": "pages", "type": "number"}],
    "response": "| field | value |\n| --- | --- |\n| text | {text} |\n| pages | {pages} |\n| open | true |",
}


def read(*routes: Yaml) -> tuple[list[HttpRoute], list[tuple[str, str | None, str, str | None]]]:
    """The routes, and what is wrong with them: where, what was given, what is expected, what was probably meant."""
    reader = ParameterReader()
    values = reader.read(ROUTES, list(routes), "routes")
    assert values is None or isinstance(values, tuple)
    problems = [(one.where, one.given, one.expected, one.did_you_mean) for one in reader.problems]
    return [route for route in values or () if isinstance(route, HttpRoute)], problems


def test_a_value_in_braces_is_taken_from_the_request() -> None:
    (show, note), problems = read(SHOW, NOTE)

    assert problems == []
    assert [(field.name, field.origin, field.value, field.kind) for field in (*show.response, *note.response)] == [
        ("id", "path", "id", "string"),
        ("days", "constant", 2, "number"),
        ("text", "body", "text", "string"),
        ("pages", "body", "pages", "number"),
        ("open", "constant", True, "boolean"),
    ]
    assert (show.method, show.status, show.parameters, show.reads) == ("GET", 200, ("id",), ("path",))
    assert (note.method, note.status, note.parameters, note.reads) == ("POST", 201, ("id",), ("body",))


def test_every_route_has_an_example_of_its_use() -> None:
    (show, note), _ = read(SHOW, NOTE)

    assert (show.example_path, show.example_request, show.example_response) == (
        "/parcels/some-id",
        {},
        {"id": "some-id", "days": 2},
    )
    assert note.example_path == "/parcels/some-id/notes"
    assert note.example_request == {"text": "text", "pages": 1}
    assert note.example_response == {"text": "text", "pages": 1, "open": True}


BRACES = "a name in braces that the path or the request has"
TAKEN = "another name: this one has a meaning in the generated code already"


@pytest.mark.parametrize(
    ("route", "problem"),
    [
        pytest.param(
            {**SHOW, "response": [{"field": "id", "value": "{idd}"}]},
            ("routes, item 1, response, row 1, value", "{idd}", BRACES, "{id}"),
            id="a value from nowhere",
        ),
        pytest.param(
            {**SHOW, "path": "/readyz"},
            ("routes, item 1, path", "/readyz", "another path: the service answers /healthz, /readyz, /metrics itself"),
            id="a path of the service's own",
        ),
        pytest.param(
            {**SHOW, "request": NOTE["request"]},
            ("routes, item 1, request", "fields with GET", "the method POST or PUT or PATCH"),
            id="a body where there is none",
        ),
        pytest.param(
            {**NOTE, "path": "/{text}/notes"},
            ("routes, item 1", "text", "a different name for everything in the path and the request"),
            id="a name in the path and the body",
        ),
        pytest.param(
            {**SHOW, "response": [{"field": "a", "value": 1}, {"field": "a", "value": 2}]},
            ("routes, item 1, response", "a", "a different name for every field"),
            id="a field twice",
        ),
        pytest.param(
            {**SHOW, "path": "/parcels/{id}/{class}"},
            ("routes, item 1, path", "class", TAKEN),
            id="a word of the language in the path",
        ),
        pytest.param({**SHOW, "name": "route"}, ("routes, item 1, name", "route", TAKEN), id="a name of the template"),
        pytest.param(
            "GET /parcels",
            ("routes, item 1", "GET /parcels", "an object with name, path, description and response"),
            id="no object",
        ),
    ],
)
def test_what_contradicts_itself_is_named(route: Yaml, problem: tuple[str, ...]) -> None:
    _, problems = read(route)

    assert [(*one[: len(problem)],) for one in problems if one[0] == problem[0]] == [problem]


@pytest.mark.parametrize(
    "path",
    ["parcels", "/a b", "/a/", "//", "/{Id}", "/{id", "/a/../b", "/a?b=c", "/{id}{id}", "/`x`", "/${x}", "/a\nb", "/é"],
)
def test_a_path_is_a_path_and_nothing_else(path: str) -> None:
    _, ((where, *_),) = read({**SHOW, "path": path, "response": [{"field": "days", "value": 2}]})

    assert where == "routes, item 1, path"


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({**SHOW, "name": "other"}, id="the same path"),
        pytest.param(
            {**SHOW, "name": "other", "path": "/parcels/{key}", "response": [{"field": "key", "value": "{key}"}]},
            id="a path that takes the same requests",
        ),
        pytest.param({**SHOW, "path": "/other/{id}", "name": "showparcel"}, id="a name in another case"),
    ],
)
def test_two_routes_do_not_take_the_same_requests(other: Yaml) -> None:
    _, ((where, _, expected, _),) = read(SHOW, other)

    assert (where, expected) == ("routes", "a name, and a method and path, that showParcel does not have")


def test_the_same_path_may_have_several_methods() -> None:
    _, problems = read(SHOW, {**SHOW, "name": "remove", "method": "DELETE"})

    assert problems == []


def test_everything_that_is_wrong_is_told_at_once() -> None:
    _, problems = read({"name": "Show Parcel", "method": "FETCH", "status": 404, "response": [], "answer": 1})

    assert [where for where, *_ in problems] == [
        "routes, item 1",
        "routes, item 1, name",
        "routes, item 1, method",
        "routes, item 1, path",
        "routes, item 1, description",
        "routes, item 1, status",
        "routes, item 1, response",
    ]
