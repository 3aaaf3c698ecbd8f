"""GraphQL where REST has no word for something: one operation, read like an answer of REST.

https://docs.github.com/en/graphql/guides/forming-calls-with-graphql
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from pydantic import ValidationError

from app.adapters.github.answers import GitHubModel
from app.adapters.github.connection import GRAPHQL, Answer, Json, Request

M = TypeVar("M")

# The status that REST gives to what GraphQL calls so. Some servers say RATE_LIMIT, some RATE_LIMITED.
STATUSES: Mapping[str, int] = {"NOT_FOUND": 404, "FORBIDDEN": 403, "RATE_LIMIT": 429, "RATE_LIMITED": 429}
REFUSED = 422
BROKEN = 502
SECONDARY = "secondary rate limit"
TRY_AGAIN = "Something went wrong"


@dataclass(frozen=True, slots=True)
class Operation:
    """A query, or a mutation, which changes something."""

    document: str
    variables: Mapping[str, str | int | None]
    is_mutation: bool = False

    @property
    def request(self) -> Request:
        variables: Mapping[str, Json] = dict(self.variables)
        return Request("POST", GRAPHQL, body={"query": self.document, "variables": variables})


class Found(GitHubModel, Generic[M]):
    """The answer to an operation that nothing was wrong with."""

    data: M


class _Error(GitHubModel):
    type: str = ""
    message: str = ""


class _Errors(GitHubModel):
    errors: tuple[_Error, ...] = ()


def with_status(answer: Answer) -> Answer:
    """The answer with the status that says what became of it: GraphQL gives 200 to refusals too."""
    if not answer.is_success:
        return answer
    try:
        errors = _Errors.model_validate_json(answer.body).errors
    except ValidationError:
        return answer  # no answer of GitHub's, which whoever reads it will notice
    return replace(answer, status=_status(errors[0])) if errors else answer


def _status(error: _Error) -> int:
    if SECONDARY in error.message:
        return STATUSES["RATE_LIMITED"]
    if TRY_AGAIN in error.message:
        return BROKEN
    return STATUSES.get(error.type, REFUSED)
