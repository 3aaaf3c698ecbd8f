"""The Flask application: the receiver, and whether this process is alive and able to work."""

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from app.intake.receive import LARGEST_BYTES
from app.web import health, webhooks
from app.wiring import Services


def create_application(services: Services) -> Flask:
    """The application for one web process, with its services made when first needed."""
    application = Flask("acs", static_folder=None)
    application.config["MAX_CONTENT_LENGTH"] = LARGEST_BYTES
    application.register_blueprint(webhooks.blueprint(services))
    application.register_blueprint(health.blueprint(services))
    application.register_error_handler(HTTPException, _plain)
    return application


def _plain(error: HTTPException) -> Response:
    """One sentence of plain text instead of a page of HTML: no person reads these."""
    return Response(f"{error.description}\n", status=error.code, mimetype="text/plain")
