"""What an answer that is not a success means: who can mend it, and how.

https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from app.adapters.github.connection import Answer
from app.domain.repo import RepoRef
from app.errors import Limited, RepoError, TransientError

WAIT_WITHOUT_ADVICE = timedelta(minutes=1)
SHORTEST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(hours=1)  # every limit of GitHub's ends within the hour


class NotThere(RepoError):
    """GitHub shows the App nothing under that name."""


class Refused(RepoError):
    """GitHub understood the request and will not do it; `reason` is in its words."""

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class About:
    """What a request is about, in words for a person: `thing` of `repo`, and the permission it takes."""

    repo: RepoRef
    thing: str
    permission: str


def failure(answer: Answer, about: About, now: datetime) -> RepoError | TransientError:
    """The error that says what a person can do about this answer, or that it will pass."""
    place = about.repo.full_name
    if is_rate_limited(answer):
        return rate_limited(answer, now)
    match answer.status:
        case 401:
            return TransientError(f"GitHub does not accept the token for {place} yet")
        case 403:
            return forbidden(answer, about)
        case 404 | 410:
            return NotThere(f"{place} has no {about.thing}, or the App may not see it")
        case 409 | 422:
            return _refused(answer, about)
        case _:
            return nonsense(answer)


def is_rate_limited(answer: Answer) -> bool:
    """https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit"""
    if answer.status == 429:
        return True
    return answer.status == 403 and (
        answer.headers.get("x-ratelimit-remaining") == "0"
        or "retry-after" in answer.headers
        or "secondary rate limit" in answer.message
    )


def rate_limited(answer: Answer, now: datetime) -> Limited:
    """How long to leave GitHub alone: as it says, within reason; a minute where it says nothing one can read.

    https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#handle-rate-limit-errors-appropriately
    """
    advised = _advised_wait(answer, now)
    wait = WAIT_WITHOUT_ADVICE if advised is None else min(max(advised, SHORTEST_WAIT), LONGEST_WAIT)
    return Limited(f"GitHub's rate limit is used up for {wait.total_seconds():.0f} s", retry_after=wait)


def forbidden(answer: Answer, about: About) -> RepoError:
    repo = about.repo
    if "suspended" in answer.message:
        return suspended(repo)
    if "not accessible" in answer.message:
        return RepoError(
            f"The App may not touch {about.thing} of {repo.full_name}: grant it “{about.permission}” in the App's "
            f"settings, then accept the new permissions in the installation of {repo.owner}"
        )
    return _refused(answer, about)


def suspended(repo: RepoRef) -> RepoError:
    return RepoError(
        f"Installation {repo.installation_id} of the App on {repo.owner} is suspended: unsuspend it in the settings "
        f"of {repo.owner}, under “GitHub Apps”"
    )


def nonsense(answer: Answer) -> TransientError:
    return TransientError(f"GitHub answered with status {answer.status}, which makes no sense here")


def _refused(answer: Answer, about: About) -> Refused:
    reason = answer.message or "no reason given"
    return Refused(f"{about.repo.full_name}: GitHub refuses {about.thing}: {reason}", reason=reason)


def _advised_wait(answer: Answer, now: datetime) -> timedelta | None:
    if "retry-after" in answer.headers:
        return _retry_after(answer.headers["retry-after"], now)
    if answer.headers.get("x-ratelimit-remaining") == "0":
        reset = resets_at(answer)
        return reset and reset - now
    return None


def _retry_after(value: str, now: datetime) -> timedelta | None:
    """Seconds or a date, as HTTP allows. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after"""
    try:
        return timedelta(seconds=int(value))
    except (ValueError, OverflowError):
        pass
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)) - now


def resets_at(answer: Answer) -> datetime | None:
    """When the hour of the primary limit ends, where the answer says so in a way one can read."""
    try:
        return datetime.fromtimestamp(int(answer.headers["x-ratelimit-reset"]), UTC)
    except (KeyError, ValueError, OverflowError, OSError):
        return None
