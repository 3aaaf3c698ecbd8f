"""Puts the pages together: their blueprint, what every template knows, and how a page says no."""

from datetime import UTC, datetime

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import HTTPException

from app.demo.github.answers import Refusal
from app.demo.github.pages import checks, code, deliveries, home, issues, pulls, reviews, visit
from app.demo.github.records import Account
from app.demo.github.rest.request import site

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
STEPS = ((60, "second"), (60, "minute"), (24, "hour"), (365, "day"))


def build() -> Blueprint:
    pages = Blueprint("pages", __name__, template_folder="templates", static_folder="assets", static_url_path="/assets")
    for section in (home, deliveries, code, issues, pulls, reviews, checks):
        pages.register_blueprint(section.blueprint)
    pages.before_request(visit.check_form)
    pages.after_request(_guard)
    pages.app_context_processor(_everywhere)
    pages.register_error_handler(Refusal, lambda no: say_no(no.status, _words(no)))
    pages.register_error_handler(HTTPException, lambda error: say_no(error.code or 500, error.name))
    return pages


def say_no(status: int, message: str) -> Response:
    return _guard(Response(render_template("error.html", status=status, message=message), status))


def wants_a_page() -> bool:
    """Whether who asked is a browser, which would rather read a page than a JSON document."""
    return request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"


def ago(moment: datetime) -> str:
    """How long ago that was, in the largest unit that fits."""
    left = int((datetime.now(UTC) - moment).total_seconds())
    if left < 5:
        return "just now"
    for size, unit in STEPS:
        if left < size:
            return f"{left} {unit}{'s' if left != 1 else ''} ago"
        left //= size
    return f"{left} year{'s' if left != 1 else ''} ago"


def _words(refusal: Refusal) -> str:
    """The message, and what is wrong with each field."""
    details = [str(one["message"]) for one in refusal.errors or () if isinstance(one, dict) and "message" in one]
    return "; ".join((refusal.message, *details))


def _everywhere() -> dict[str, object]:
    return {
        "me": visit.person(),
        "everybody": [one for one in site().store.all(Account) if one.kind == "User"],
        "form_token": visit.form_token,
        "ago": ago,
        "live": request.args.get("live") == "1",
    }


def _guard(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    return response
