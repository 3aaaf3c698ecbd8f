"""What surrounds every answer of the APIs: rate limits before it, headers and conditional requests after it."""

from collections.abc import Callable
from hashlib import sha256
from uuid import uuid4

from flask import Blueprint, Response, g, request

from app.demo.github.access import Anonymous, AsApp, AsInstallation, AsPerson
from app.demo.github.answers import Refusal
from app.demo.github.rest.limits import Allowance, RateLimits
from app.demo.github.rest.request import caller, reply
from app.demo.github.serialize import Fields

MEDIA_TYPE = "github.v3; format=json"
API_VERSION = "2022-11-28"
ANYBODY = "127.0.0.1"
MAX_BODY_BYTES = 40 * 2**20


def surround(api: Blueprint, limits: RateLimits, *, resource: str, when_used_up: Callable[[str], Response]) -> None:
    """Give every answer of the blueprint, refusals included, what GitHub's have."""

    @api.before_request
    def count() -> Response | None:
        request.max_content_length = MAX_BODY_BYTES
        request.get_data()  # what is left unread would be taken for the connection's next request
        if request.path == "/rate_limit":
            return None
        left = limits.spend(_who())
        if left.used > left.limit:
            return when_used_up(f"API rate limit exceeded for {_who()}.")
        caller()  # a token that nobody has is refused wherever it is shown
        return None

    @api.after_request
    def finish(response: Response) -> Response:
        response.headers["X-GitHub-Request-Id"] = uuid4().hex[:20].upper()
        response.headers["X-GitHub-Media-Type"] = MEDIA_TYPE
        response.headers["X-GitHub-Api-Version-Selected"] = request.headers.get("X-GitHub-Api-Version", API_VERSION)
        if request.method == "GET" and response.status_code == 200:
            response = _conditional(response)
            if response.status_code == 304 and _is_free():
                limits.give_back(_who())
        _write(response, limits.look(_who()), resource)
        return response


def tell_limits(rest: Blueprint, core: RateLimits, graphql: RateLimits) -> None:
    """https://docs.github.com/en/rest/rate-limit/rate-limit"""

    @rest.get("/rate_limit")
    def get_rate_limit() -> Response:  # pyright: ignore[reportUnusedFunction]  # Flask calls it
        now = _numbers(core.look(_who()))
        resources: Fields = {"core": now, "search": now, "graphql": _numbers(graphql.look(_who()))}
        return reply({"resources": resources, "rate": now})


def refuse(refusal: Refusal) -> Response:
    response = reply(refusal.body, refusal.status)
    response.headers.update(refusal.headers)
    return response


def _conditional(response: Response) -> Response:
    tag = sha256(response.get_data()).hexdigest()
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = "private, max-age=60, s-maxage=60"
    response.headers["Vary"] = "Accept, Authorization, Cookie, X-GitHub-OTP"
    if request.if_none_match.contains_weak(tag):
        response.status_code = 304
        response.set_data(b"")
    return response


def _write(response: Response, left: Allowance, resource: str) -> None:
    response.headers["X-RateLimit-Limit"] = str(left.limit)
    response.headers.setdefault("X-RateLimit-Remaining", str(left.remaining))
    response.headers["X-RateLimit-Used"] = str(left.used)
    response.headers["X-RateLimit-Reset"] = str(left.reset)
    response.headers["X-RateLimit-Resource"] = resource


def _numbers(left: Allowance) -> Fields:
    return {"limit": left.limit, "used": left.used, "remaining": left.remaining, "reset": left.reset}


def _is_free() -> bool:
    """Whether an unchanged answer costs nothing: it does only for who asks with a token."""
    return request.path != "/rate_limit" and _who() != ANYBODY


def _who() -> str:
    """Whose hour it is: an installation's, a person's, an App's, or that of everybody without a token."""
    if "who" not in g:
        g.who = _name()
    return str(g.who)


def _name() -> str:
    try:
        asking = caller()
    except Refusal:
        return ANYBODY
    match asking:
        case Anonymous():
            return ANYBODY
        case AsPerson(account):
            return f"user ID {account.id}"
        case AsApp(app):
            return f"app ID {app.id}"
        case AsInstallation():
            return f"installation ID {asking.installation.id}"
