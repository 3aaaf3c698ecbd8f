"""GitHub's own description of its REST API, and where an exchange departs from it.

https://github.com/github/rest-api-description
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from tests.contract.local_github.world import Document, Heard, at
from tests.contract.openapi.exchange import Exchange
from tests.contract.openapi.schemas import Schemas
from tests.contract.openapi.validators import Node
from tests.node.published import DESCRIPTION, published

JSON = "application/json"
# What any endpoint may answer, whether or not its own description lists it.
# https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
# https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate
ANYWHERE = {304, 400, 401, 403, 404, 422, 429, 500, 502, 503}
# GitHub writes the status into the body of every refusal; some of its schemas have forgotten that.
FORGOTTEN = "$.status is not described"
# In the list of installations an account would have to be a person and an enterprise at once.
CORRECTED: Mapping[str, Node] = {
    "GET /app/installations → 200": {"type": "array", "items": {"$ref": "#/components/schemas/installation"}}
}
PARAMETER = re.compile(r"\{(.+?)\}")


@dataclass(frozen=True)
class Operation:
    """What the description says of one method on one path."""

    method: str
    template: str
    query: Mapping[str, Node]
    request_body: Node | None
    answers: Mapping[int, Node]

    def __str__(self) -> str:
        return f"{self.method} {self.template}"


class Description:
    def __init__(self, document: Document) -> None:
        self.schemas = Schemas(document)
        self._paths = _node(at(document, "paths"))
        self._webhooks = _node(at(document, "x-webhooks"))
        by_literalness = sorted(self._paths, key=lambda template: -len(PARAMETER.sub("", template).split("/")))
        self._patterns = [(self._pattern(template), template) for template in by_literalness]

    def operation(self, method: str, path: str) -> Operation | None:
        """What a request asks for; of several readings of its path, the one that takes it most literally."""
        for pattern, template in self._patterns:
            found = _node(self._paths[template]).get(method.lower())
            if found is not None and pattern.fullmatch(path):
                return self._operation(method, template, _node(found))
        return None

    def needs_fields(self, exchange: Exchange) -> bool:
        """Whether the body of such a request may not be empty."""
        operation = self.operation(exchange.method, exchange.path)
        body = operation.request_body if operation else None
        return body is not None and bool(self.schemas.departures({}, at(body, "content", JSON, "schema"), "asked"))

    def departures(self, exchange: Exchange) -> list[str]:
        """Where the exchange is not as described; a request that was refused may itself be at fault."""
        asked = [] if exchange.is_refusal else self.departures_of_request(exchange)
        return [*asked, *self.departures_of_answer(exchange)]

    def departures_of_request(self, exchange: Exchange) -> list[str]:
        operation = self.operation(exchange.method, exchange.path)
        if operation is None:
            return [f"{exchange}: GitHub describes no such endpoint"]
        wrong = [*self._of_query(operation, exchange), *self._of_body(operation, exchange)]
        return [f"{exchange}: asked: {one}" for one in wrong]

    def departures_of_answer(self, exchange: Exchange) -> list[str]:
        operation = self.operation(exchange.method, exchange.path)
        if operation is None:
            return [f"{exchange}: GitHub describes no such endpoint"]
        return [f"{exchange}: answered: {one}" for one in self._of_answer(operation, exchange)]

    def departures_of_delivery(self, heard: Heard) -> list[str]:
        """Where the headers or the payload of a webhook delivery are not as described."""
        name = heard.name.replace(".", "-").replace("_", "-")
        if name not in self._webhooks:
            return [f"{heard.name}: GitHub describes no such webhook"]
        webhook = at(self._webhooks[name], "post")
        headers = (str(one["name"]) for one in map(self.schemas.resolved, _list(at(webhook, "parameters"))))
        missing = [f"the header {header} is missing" for header in headers if header.lower() not in heard.headers]
        schema = at(webhook, "requestBody", "content", JSON, "schema")
        return [f"{heard.name}: {one}" for one in (*missing, *self.schemas.departures(heard.payload, schema))]

    def _operation(self, method: str, template: str, found: Node) -> Operation:
        parameters = [self.schemas.resolved(one) for one in _list(found.get("parameters"))]
        answers = {int(status): self.schemas.resolved(one) for status, one in _node(found["responses"]).items()}
        body = self.schemas.resolved(found["requestBody"]) if "requestBody" in found else None
        query = {str(one["name"]): _node(one["schema"]) for one in parameters if one["in"] == "query"}
        return Operation(method, template, query, body, answers)

    def _pattern(self, template: str) -> re.Pattern[str]:
        """Which paths the template takes; some parameters (`x-multi-segment`) span several segments."""
        operations = [_node(one) for one in _node(self._paths[template]).values()]
        parameters = [self.schemas.resolved(one) for op in operations for one in _list(op.get("parameters"))]
        long = {str(one["name"]) for one in parameters if one.get("x-multi-segment")}
        whole = {str(one["name"]) for one in parameters if _is_integer(one)}
        parts = PARAMETER.split(template)  # literal, name, literal, name …
        shapes = (r".+" if name in long else r"\d+" if name in whole else r"[^/]+" for name in parts[1::2])
        texts = map(re.escape, parts[::2])
        return re.compile(next(texts) + "".join(shape + text for shape, text in zip(shapes, texts, strict=True)))

    def _of_query(self, operation: Operation, exchange: Exchange) -> Iterable[str]:
        for name, value in exchange.query.items():
            if name not in operation.query:
                yield f"query parameter {name} is not described"
                continue
            schema = operation.query[name]
            yield from (
                f"query parameter {name}: {one}" for one in self.schemas.departures(_read(value, schema), schema)
            )

    def _of_body(self, operation: Operation, exchange: Exchange) -> Iterable[str]:
        wanted = operation.request_body
        if not exchange.request_body:
            if wanted is not None and wanted.get("required"):
                yield "the body is missing"
        elif wanted is None:
            yield "a body is not described"
        elif exchange.request_headers.get("content-type") != JSON:
            yield f"the body is {exchange.request_headers.get('content-type')}, not JSON"
        else:
            yield from self.schemas.departures(exchange.asked, at(wanted, "content", JSON, "schema"), "asked")

    def _of_answer(self, operation: Operation, exchange: Exchange) -> Iterable[str]:
        answer = operation.answers.get(exchange.status)
        if answer is None and exchange.status not in ANYWHERE:
            yield f"status {exchange.status} is not described"
            return
        content = _content(answer, exchange)
        if not content:
            if exchange.answer_body:
                yield "a body is not described"
        elif not exchange.answer_body:
            yield "the body is missing"
        elif exchange.answer_type not in content:
            yield f"the body is {exchange.answer_type or 'of no type'}, not {' or '.join(content)}"
        else:
            schema = CORRECTED.get(f"{operation} → {exchange.status}") or at(content, exchange.answer_type, "schema")
            wrong = self.schemas.departures(exchange.answered, schema)
            yield from (one for one in wrong if not (exchange.is_refusal and one == FORGOTTEN))
        if answer and "Location" in _node(answer.get("headers")) and "location" not in exchange.answer_headers:
            yield "the header Location is missing"


@lru_cache
def described() -> Description:
    """GitHub's description, read once."""
    return Description(published(DESCRIPTION))


def _content(answer: Node | None, exchange: Exchange) -> Node:
    """The media types of an answer; a refusal about which nothing is said looks like all others."""
    described = _node((answer or {}).get("content"))
    if described or not exchange.is_refusal:
        return described
    return {JSON: {"schema": {"$ref": "#/components/schemas/basic-error"}}}


def _read(value: str, schema: Node) -> Document:
    """A query parameter as the type it stands for."""
    if schema.get("type") == "integer" and value.isdigit():
        return int(value)
    if schema.get("type") == "boolean" and value in {"true", "false"}:
        return value == "true"
    return value


def _is_integer(parameter: Node) -> bool:
    return parameter["in"] == "path" and _node(parameter.get("schema")).get("type") == "integer"


def _node(document: Document) -> Node:
    return document if isinstance(document, dict) else {}


def _list(document: Document) -> list[Document]:
    return document if isinstance(document, list) else []
