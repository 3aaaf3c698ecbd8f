"""What the REST API says no with. https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api"""

from collections.abc import Mapping, Sequence

from app.demo.github.serialize import Fields, Json

DOCUMENTATION = "https://docs.github.com/rest"


class Refusal(Exception):
    """A request that gets no for an answer; the message is GitHub's."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        errors: Sequence[Json] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = errors
        self.headers = headers or {}

    @property
    def body(self) -> Fields:
        errors: Fields = {} if self.errors is None else {"errors": self.errors}
        return {"message": self.message, **errors, "documentation_url": DOCUMENTATION, "status": str(self.status)}


def invalid(resource: str, field: str, code: str = "invalid", message: str | None = None) -> Refusal:
    """A value that cannot be taken: 422, naming the field."""
    error: Fields = {"resource": resource, "field": field, "code": code}
    return Refusal(422, "Validation Failed", errors=[{**error, "message": message} if message else error])
