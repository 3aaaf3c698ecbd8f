"""The GraphQL of the local GitHub, and what ACS asks of it, held against the schema that GitHub publishes.

https://docs.github.com/en/graphql/overview/public-schema
"""

from functools import lru_cache

import pytest
from graphql import (
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    build_schema,
    is_required_input_field,
    parse,
    validate,
)

from app.adapters.github import questions
from app.demo.github.graphql.endpoint import schema as local_schema
from tests.node.published import SCHEMA, published_text

OWN = sorted(name for name in local_schema().type_map if not name.startswith("__"))


@lru_cache
def github() -> GraphQLSchema:
    return build_schema(published_text(SCHEMA), assume_valid=True)


@pytest.mark.parametrize("name", OWN)
def test_a_type_is_a_part_of_githubs_own(name: str) -> None:
    mine, theirs = local_schema().type_map[name], github().type_map[name]
    assert type(mine) is type(theirs)
    match mine, theirs:
        case (GraphQLObjectType(), GraphQLObjectType()) | (GraphQLInterfaceType(), GraphQLInterfaceType()):
            assert {one.name for one in mine.interfaces} <= {one.name for one in theirs.interfaces}
            for field, own in mine.fields.items():
                assert str(own.type) == str(theirs.fields[field].type), field
                for argument, taken in own.args.items():
                    assert str(taken.type) == str(theirs.fields[field].args[argument].type), f"{field}({argument})"
        case GraphQLInputObjectType(), GraphQLInputObjectType():
            assert {field: str(one.type) for field, one in mine.fields.items()}.items() <= {
                field: str(one.type) for field, one in theirs.fields.items()
            }.items()
            assert {field for field, one in theirs.fields.items() if is_required_input_field(one)} <= {*mine.fields}
        case _:
            assert isinstance(mine, GraphQLScalarType)


@pytest.mark.parametrize("asked", sorted(questions.ALL))
def test_what_acs_asks_is_what_github_answers(asked: str) -> None:
    document = parse(questions.ALL[asked])
    assert validate(github(), document) == []
    assert validate(local_schema(), document) == []
