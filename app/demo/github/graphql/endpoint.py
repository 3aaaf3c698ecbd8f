"""`POST /graphql`, which a GitHub Enterprise Server has at `/api/graphql`.

https://docs.github.com/en/graphql/guides/forming-calls-with-graphql
"""

import re
from functools import lru_cache
from importlib.resources import files

from flask import Blueprint, Response, request
from graphql import (
    GraphQLResolveInfo,
    GraphQLSchema,
    GraphQLSyntaxError,
    build_schema,
    execute_sync,  # pyright: ignore[reportUnknownVariableType]  # it leaves its middleware generic
    parse,
    validate,
)
from pydantic import BaseModel, ConfigDict, ValidationError

from app.demo.github.access import Anonymous, AsApp
from app.demo.github.answers import Refusal
from app.demo.github.graphql import __name__ as package
from app.demo.github.graphql.answers import error
from app.demo.github.graphql.roots import Asked, RepositoryNode
from app.demo.github.rest.request import caller, reply, site
from app.demo.github.serialize import Fields

blueprint = Blueprint("endpoint", __name__)
MOST_TOKENS = 2_000
CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


class Question(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    query: str
    variables: dict[str, object] | None = None
    operationName: str | None = None  # noqa: N815  # as GraphQL over HTTP has it


@blueprint.post("/graphql")
@blueprint.post("/api/graphql")
def answer() -> Response:
    asking = caller()
    if isinstance(asking, Anonymous | AsApp):
        raise Refusal(401, "This endpoint requires you to be authenticated.")
    try:
        question = Question.model_validate_json(request.get_data())
    except ValidationError as invalid:
        if any(one["type"] == "json_invalid" for one in invalid.errors()):
            raise Refusal(400, "Problems parsing JSON") from invalid
        return failed("A query attribute must be specified and must be a string.")
    return reply(_answered(question, Asked(site(), asking)))


def failed(message: str, **more: str) -> Response:
    """An answer without any data."""
    return reply({"errors": [{**more, "message": message}]})


@lru_cache
def schema() -> GraphQLSchema:
    return build_schema(files(package).joinpath("schema.graphql").read_text())


def _answered(question: Question, asked: Asked) -> Fields:
    try:
        document = parse(question.query, max_tokens=MOST_TOKENS)
    except GraphQLSyntaxError as wrong:
        return {"errors": [error(wrong)]}
    if wrongs := validate(schema(), document):
        return {"errors": [error(one) for one in wrongs]}
    result = execute_sync(
        schema(),
        document,
        asked,
        variable_values=question.variables,
        operation_name=question.operationName,
        field_resolver=_field,
        type_resolver=_type_name,
    )
    errors: Fields = {"errors": [error(one) for one in result.errors]} if result.errors else {}
    return {"data": result.data, **errors}


def _field(source: object, info: "GraphQLResolveInfo[object]", **arguments: object) -> object:
    value: object = getattr(source, CAPITAL.sub("_", info.field_name).lower())
    return value(**arguments) if callable(value) else value


def _type_name(value: object, _info: object, _abstract: object) -> str:
    return "Repository" if isinstance(value, RepositoryNode) else type(value).__name__
