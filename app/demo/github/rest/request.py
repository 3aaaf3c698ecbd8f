"""The request at hand: on which site, by whom, with what in its body, and how its answer is written."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlencode

from flask import Response, current_app, g, request
from pydantic import BaseModel, ConfigDict, ValidationError

from app.demo.github import access
from app.demo.github.access import Anonymous, Caller, Need
from app.demo.github.answers import Refusal
from app.demo.github.records import Issue, Repository
from app.demo.github.serialize import Fields, Json
from app.demo.github.site import Actor, Site
from app.demo.github.tokens import identify

T = TypeVar("T")
B = TypeVar("B", bound="Body")
EXTENSION = "local_github"
MAX_PER_PAGE = 100


class Body(BaseModel):
    """The JSON document of a request; fields GitHub does not know are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


def site() -> Site:
    found: object = current_app.extensions[EXTENSION]
    if not isinstance(found, Site):
        raise TypeError("this Flask application serves no site")
    return found


def caller() -> Caller:
    """Who asks, by the `Authorization` header; found out once per request."""
    known: object = g.get("caller")
    if isinstance(known, Caller):
        return known
    found = identify(site(), token) if (token := _token()) else Anonymous()
    g.caller = found
    return found


def actor() -> Actor:
    return access.actor(site(), caller())


def enter(owner: str, name: str, need: Need) -> Repository:
    """The repository of the path, where the caller may do this in it."""
    return access.require(caller(), site().repository(owner, name), need)


def issue_in(repo: Repository, number: int) -> Issue:
    found = site().store.find(Issue, repo.id, str(number))
    if found is None:
        raise Refusal(404, "Not Found")
    return found


def body(model: type[B]) -> B:
    """The request's JSON document.

    Raises:
        Refusal: 400 when it is no JSON object, 422 when a field is missing or of another type.
    """
    text = request.get_data() or b"{}"
    try:
        document: object = json.loads(text)
    except ValueError as error:
        raise Refusal(400, "Problems parsing JSON") from error
    if not isinstance(document, dict):
        raise Refusal(400, "Body should be a JSON object")
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        raise Refusal(422, _complaint(error)) from error


def reply(document: Json, status: int = 200) -> Response:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, content_type="application/json; charset=utf-8")


def created(document: Fields) -> Response:
    """What was just made, and where it is found from now on."""
    response = reply(document, 201)
    response.headers["Location"] = str(document["url"])
    return response


def nothing(status: int = 204) -> Response:
    return Response(b"", status)


def window() -> tuple[int, int]:
    """Which page is asked for, and how long it is."""
    return max(1, _number("page", 1)), min(MAX_PER_PAGE, max(1, _number("per_page", 30)))


def since(moment: datetime) -> bool:
    """Whether it is not before the `since` that is asked for."""
    wanted = request.args.get("since")
    if wanted is None:
        return True
    try:
        return moment >= datetime.fromisoformat(wanted)
    except (ValueError, TypeError) as error:
        raise Refusal(422, "since is not a time in ISO 8601") from error


def page(
    found: Sequence[T], write: Callable[[T], Json], around: Callable[[list[Json]], Fields] | None = None
) -> Response:
    """One page of a list, with the links to the others. `around` wraps lists that come with a `total_count`."""
    number, size = window()
    items = [write(one) for one in found[(number - 1) * size : number * size]]
    response = reply(around(items) if around else items)
    last = max(1, -(-len(found) // size))
    links = {"prev": number - 1, "next": number + 1, "last": last, "first": 1}
    shown = {
        rel: to
        for rel, to in links.items()
        if (rel in {"prev", "first"} and number > 1) or (to > number and number < last)
    }
    if shown:
        response.headers["Link"] = ", ".join(f'<{_page_url(to)}>; rel="{rel}"' for rel, to in shown.items())
    return response


def _page_url(number: int) -> str:
    query = {**request.args.to_dict(), "page": str(number)}
    return f"{site().url}{request.path}?{urlencode(query)}"


def _number(name: str, default: int) -> int:
    value = request.args.get(name, "")
    return int(value) if value.isdigit() else default


def _token() -> str | None:
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() in {"bearer", "token"}:
        return value.strip()
    if request.authorization and request.authorization.type == "basic":
        return request.authorization.password or request.authorization.username
    return None


def _complaint(error: ValidationError) -> str:
    problems = [f'"{".".join(map(str, one["loc"]))}" {_words(one["type"], one["msg"])}' for one in error.errors()]
    return "\n\n".join(("Invalid request.", *problems))


def _words(kind: str, message: str) -> str:
    return "wasn't supplied." if kind == "missing" else f"is not right: {message}."
