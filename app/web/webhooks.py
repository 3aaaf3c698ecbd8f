"""`POST /webhooks/github`: one delivery of GitHub's."""

import structlog
from flask import Blueprint, Response, request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from app.intake.receive import Answer, receive
from app.wiring import Services

log = structlog.stdlib.get_logger()


def blueprint(services: Services) -> Blueprint:
    """The receiver's one route."""
    routes = Blueprint("webhooks", __name__)

    @routes.post("/webhooks/github")
    def github() -> Response:  # pyright: ignore[reportUnusedFunction]  # Flask calls it
        return _response(_answer(services))

    return routes


def _answer(services: Services) -> Answer:
    try:
        body = request.get_data(cache=False)
    except RequestEntityTooLarge:
        log.warning("delivery refused", status=413, reason="larger than 25 MB", size_bytes=request.content_length)
        return Answer(413, "The body is larger than 25 MB, and GitHub sends nothing that large.")
    except ClientDisconnected:
        return Answer(400, "The body is shorter than its Content-Length.")
    return receive(
        dict(request.headers),
        body,
        sender=services.sender,
        trigger_label=services.settings.trigger_label,
        journal=services.journal,
        wakeups=services.wakeups,
        clock=services.clock,
    )


def _response(answer: Answer) -> Response:
    response = Response(f"{answer.text}\n", status=answer.status, mimetype="text/plain")
    if answer.correlation_id:
        response.headers["X-ACS-Correlation-Id"] = answer.correlation_id
    if answer.status == 503:
        response.headers["Retry-After"] = "30"
    return response
