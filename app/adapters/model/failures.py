"""What it means that a model's server does not answer: who can mend it, and when to ask again.

https://developers.openai.com/api/docs/guides/error-codes
"""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from openai import APIConnectionError, APIError, APIStatusError, APITimeoutError

from app.adapters.model.bounds import TooLarge
from app.adapters.model.facts import Failed
from app.adapters.model.waiting import Late
from app.ports.model import Cut, ModelRefusesUs, ModelUnavailable

LONGEST_WAIT = timedelta(hours=1)
PASSING_CODES = {"server_error", "rate_limit_exceeded", "unknown"}


class Filtered(Exception):
    """The server's filter refuses the question itself, before any answer."""


def failure(error: Exception, server: str, model: str) -> Exception:
    """What to raise when an answer did not begin; an error that is none of the server's comes back as it is.

    The server's own words are left out: some repeat the key, some the question.
    """
    match error:
        case APIStatusError():
            return _refusal(error, server, model)
        case APITimeoutError() | Late():
            return ModelUnavailable(f"the model's server {server} did not answer in time")
        case APIConnectionError():
            return ModelUnavailable(f"there is no connection to the model's server {server}")
        case Failed(code=code) if code not in PASSING_CODES:
            return ModelRefusesUs(f"{model} at {server} will not answer this: {_word(code)}")
        case Failed() | APIError():
            return ModelUnavailable(f"the model's server {server} failed to answer")
        case TooLarge() | ValueError() | RecursionError():
            return ModelUnavailable(f"the model's server {server} answers what makes no sense")
        case _:
            return error


def cut_by(error: Exception) -> Cut | None:
    """How an answer that had begun was cut off by this error; None when it was not the server's."""
    match error:
        case Late(why=why):
            return why
        case TooLarge():
            return "size"
        case APIError() | Failed():
            return "connection"
        case ValueError() | RecursionError():
            return "nonsense"
        case _:
            return None


def _refusal(error: APIStatusError, server: str, model: str) -> Exception:
    code = _word(error.code or "")
    match error.status_code:
        case 401 | 403:
            return ModelRefusesUs(
                f"The model's server {server} does not accept the key for {model} (status {error.status_code}): "
                "correct OPENAI_API_KEY or OPENAI_BASE_URL"
            )
        case 404:
            return ModelRefusesUs(f"{server} has no model {model}: correct ACS_MODEL or OPENAI_BASE_URL")
        case 429 if code in {"insufficient_quota", "billing_hard_limit_reached"}:
            return ModelRefusesUs(f"The account at {server} has no credit left: add some, or raise its limit there")
        case 408 | 409 | 429 | 500 | 502 | 503 | 504 | 529:
            said = f"the model's server {server} answered with status {error.status_code}"
            return ModelUnavailable(said, retry_after=_advised(error.response.headers.get("Retry-After")))
        case 400 if code in {"content_filter", "content_policy_violation"}:
            return Filtered(code)
        case status:
            why = f"status {status}" + (f", {code}" if code else "")
            return ModelRefusesUs(
                f"The model's server {server} does not take the question to {model} ({why}): "
                "see whether the model's entry in ACS_MODELS_FILE is right"
            )


def _advised(value: str | None) -> timedelta | None:
    """Seconds or a date, as HTTP allows, within reason. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after"""
    if value is None:
        return None
    try:
        wait = timedelta(seconds=min(float(value), LONGEST_WAIT.total_seconds()))
    except (ValueError, OverflowError):
        wait = _until(value)
    return None if wait is None else min(max(wait, timedelta()), LONGEST_WAIT)


def _until(value: str) -> timedelta | None:
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)) - datetime.now(UTC)


def _word(code: str) -> str:
    """A code as it may be shown: an identifier, and nothing that a server could say with it."""
    return code if code.isascii() and code.replace("_", "").isalnum() and len(code) <= 64 else ""
