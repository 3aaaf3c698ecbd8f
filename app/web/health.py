"""`/healthz`: the process answers. `/readyz`: it can also keep deliveries."""

from flask import Blueprint, Response

from app.adapters.sql.schema import is_migrated
from app.errors import TransientError
from app.wiring import Services


def blueprint(services: Services) -> Blueprint:
    """The two routes an orchestrator asks."""
    routes = Blueprint("health", __name__)

    @routes.get("/healthz")
    def alive() -> Response:  # pyright: ignore[reportUnusedFunction]  # Flask calls it
        return Response("ok\n", mimetype="text/plain")

    @routes.get("/readyz")
    def ready() -> Response:  # pyright: ignore[reportUnusedFunction]  # Flask calls it
        problem = _problem(services)
        return Response(f"{problem or 'ready'}\n", status=503 if problem else 200, mimetype="text/plain")

    return routes


def _problem(services: Services) -> str | None:
    try:
        migrated = is_migrated(services.engine)
    except TransientError as error:
        return str(error)
    return None if migrated else "the database is not at this version's schema: run `acs migrate`"
