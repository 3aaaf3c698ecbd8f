"""What the GraphQL API says no with: status 200, and errors that have a type.

https://docs.github.com/en/graphql/guides/using-graphql-clients
"""

from typing import Literal

from graphql import GraphQLError

from app.demo.github.serialize import Fields, Json

ErrorType = Literal["NOT_FOUND", "FORBIDDEN", "UNPROCESSABLE", "RATE_LIMITED", "MISSING_PAGINATION_BOUNDARIES"]


class Complaint(Exception):
    """A field that cannot be answered; the others are."""

    def __init__(self, kind: ErrorType, message: str) -> None:
        super().__init__(message)
        self.kind: ErrorType = kind
        self.message = message


def error(found: GraphQLError) -> Fields:
    """The error as GitHub writes it; one that is the query's own fault has no type."""
    kind: Fields = {"type": found.original_error.kind} if isinstance(found.original_error, Complaint) else {}
    path: Fields = {"path": found.path} if found.path else {}
    places: list[Json] = [{"line": one.line, "column": one.column} for one in found.locations or ()]
    return {**kind, **path, "locations": places, "message": found.message}
