"""Reading GitHub's answers: our own small models of the few fields we look at."""

from typing import TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from app.adapters.github.connection import Answer
from app.errors import TransientError


class GitHubModel(BaseModel):
    """Some fields of something GitHub wrote; what a message about it says never includes its content."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


M = TypeVar("M")


def parse(answer: Answer, model: type[M]) -> M:
    """The answer as a value.

    Raises:
        TransientError: it is not JSON, or not of that shape; something between us and GitHub is broken.
    """
    try:
        return TypeAdapter(model).validate_json(answer.body)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"]) or "the whole"
        raise TransientError(f"GitHub's answer makes no sense at {where}") from None
