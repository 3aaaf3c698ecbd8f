"""`/_local/`: what no GitHub has. Faults, deliveries held back, and the settings pages as requests.

- `GET`, `POST`, `DELETE /_local/faults`: a `Faults` document (see `app.demo.github.faults`)
- `GET`, `POST`, `DELETE /_local/limits`: a `Limits` document (see `app.demo.github.rest.secondary`)
- `GET /_local/deliveries`: how many are waiting; `POST /_local/deliveries/release`: let go of those held back
- `POST /_local/installations/ID/suspend`, `.../unsuspend`; `DELETE /_local/installations/ID`
- `DELETE /_local/repos/OWNER/NAME`
"""

from flask import Blueprint, Response, current_app, request
from pydantic import ValidationError

from app.demo.github import installations
from app.demo.github.answers import Refusal
from app.demo.github.disturb import Disturbance
from app.demo.github.faults import Faults
from app.demo.github.records import Installation
from app.demo.github.rest.request import Body, body, nothing, reply, site
from app.demo.github.rest.secondary import ContentLimit, Limits

blueprint = Blueprint("local", __name__, url_prefix="/_local")
EXTENSION = "local_github_disturbance"
LIMIT_EXTENSION = "local_github_content_limit"


class Release(Body):
    """With a seed the deliveries are shuffled as it says, without one they go in order."""

    seed: int | None = None


@blueprint.get("/faults")
def show_faults() -> Response:
    return reply(_disturbance().faults.model_dump(mode="json"))


@blueprint.post("/faults")
def set_faults() -> Response:
    try:
        _disturbance().set(Faults.model_validate_json(request.get_data()))
    except ValidationError as error:
        raise Refusal(422, str(error)) from error
    return show_faults()


@blueprint.delete("/faults")
def clear_faults() -> Response:
    _disturbance().set(Faults())
    site().outbox.release(shuffled_by=None)
    return nothing()


@blueprint.get("/limits")
def show_limits() -> Response:
    return reply(_content_limit().limits.model_dump(mode="json"))


@blueprint.post("/limits")
def set_limits() -> Response:
    try:
        _content_limit().set(Limits.model_validate_json(request.get_data()))
    except ValidationError as error:
        raise Refusal(422, str(error)) from error
    return show_limits()


@blueprint.delete("/limits")
def clear_limits() -> Response:
    _content_limit().set(Limits())
    return nothing()


@blueprint.get("/deliveries")
def count_deliveries() -> Response:
    return reply({"waiting": site().outbox.waiting()})


@blueprint.post("/deliveries/release")
def release_deliveries() -> Response:
    return reply({"released": site().outbox.release(shuffled_by=body(Release).seed)})


@blueprint.post("/installations/<int:installation_id>/suspend")
def suspend(installation_id: int) -> Response:
    installations.suspend(site(), _installation(installation_id))
    return nothing()


@blueprint.post("/installations/<int:installation_id>/unsuspend")
def unsuspend(installation_id: int) -> Response:
    installations.unsuspend(site(), _installation(installation_id))
    return nothing()


@blueprint.delete("/installations/<int:installation_id>")
def uninstall(installation_id: int) -> Response:
    installations.uninstall(site(), _installation(installation_id))
    return nothing()


@blueprint.delete("/repos/<owner>/<name>")
def delete_repository(owner: str, name: str) -> Response:
    repo = site().repository(owner, name)
    if repo is None:
        raise Refusal(404, "Not Found")
    installations.delete_repository(site(), repo)
    return nothing()


def _installation(installation_id: int) -> Installation:
    found = site().store.get(Installation, installation_id)
    if found is None:
        raise Refusal(404, "Not Found")
    return found


def _disturbance() -> Disturbance:
    found: object = current_app.extensions[EXTENSION]
    if not isinstance(found, Disturbance):
        raise TypeError("this Flask application has no faults to inject")
    return found


def _content_limit() -> ContentLimit:
    found: object = current_app.extensions[LIMIT_EXTENSION]
    if not isinstance(found, ContentLimit):
        raise TypeError("this Flask application limits no content")
    return found
