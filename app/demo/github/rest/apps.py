"""The App as itself: its installations and their tokens, its webhook and the log of deliveries.

https://docs.github.com/en/rest/apps
"""

from dataclasses import replace
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from app.demo.github.access import AsApp, AsInstallation
from app.demo.github.answers import Refusal
from app.demo.github.outbox import Delivery, Log
from app.demo.github.records import App, Installation, Level, Repository
from app.demo.github.rest.request import Body, body, caller, page, reply, since, site, window
from app.demo.github.serialize import Fields
from app.demo.github.serialize import apps as serialize
from app.demo.github.serialize.deliveries import hook_delivery, hook_delivery_item
from app.demo.github.serialize.repositories import repository
from app.demo.github.tokens import new_installation_token
from app.demo.github.webhooks import redeliver

blueprint = Blueprint("apps", __name__)
CURSOR = "v1_"


class NewToken(Body):
    repositories: tuple[str, ...] | None = None
    repository_ids: tuple[int, ...] | None = None
    permissions: dict[str, Level] | None = None


class HookConfig(Body):
    url: str | None = None
    secret: str | None = None
    content_type: str | None = None
    insecure_ssl: str | int | None = None


@blueprint.get("/app")
def get_app() -> Response:
    app = _app()
    count = len(site().store.all(Installation, app.id))
    return reply({**serialize.integration(site(), app), "installations_count": count})


@blueprint.get("/app/installations")
def list_installations() -> Response:
    found = [one for one in site().store.all(Installation, _app().id) if since(one.updated_at)]
    return page(found, lambda one: serialize.installation(site(), one))


@blueprint.get("/app/installations/<int:installation_id>")
def get_installation(installation_id: int) -> Response:
    return reply(serialize.installation(site(), _installation(installation_id)))


@blueprint.get("/repos/<owner>/<name>/installation")
def get_repository_installation(owner: str, name: str) -> Response:
    repo = site().repository(owner, name)
    for found in site().store.all(Installation, _app().id):
        if repo is not None and repo.id in found.repository_ids:
            return reply(serialize.installation(site(), found))
    raise Refusal(404, "Not Found")


@blueprint.post("/app/installations/<int:installation_id>/access_tokens")
def create_token(installation_id: int) -> Response:
    wanted = body(NewToken)
    value, token = new_installation_token(
        site(),
        _installation(installation_id),
        repository_ids=wanted.repository_ids,
        repositories=wanted.repositories,
        permissions=wanted.permissions,
    )
    return reply(serialize.installation_token(site(), token, value), 201)


@blueprint.get("/installation/repositories")
def list_repositories() -> Response:
    match caller():
        case AsInstallation() as asking:
            repos = [site().store.need(Repository, repo_id) for repo_id in asking.repository_ids]
        case _:
            raise Refusal(403, "This endpoint takes an installation access token")
    return page(
        repos,
        lambda repo: repository(site(), repo),
        lambda items: {"total_count": len(repos), "repository_selection": "selected", "repositories": items},
    )


@blueprint.get("/app/hook/config")
def get_hook_config() -> Response:
    return reply(_hook_config(_app()))


@blueprint.patch("/app/hook/config")
def update_hook_config() -> Response:
    app, wanted = _app(), body(HookConfig)
    app = replace(app, webhook_url=wanted.url or app.webhook_url, webhook_secret=wanted.secret or app.webhook_secret)
    return reply(_hook_config(site().store.save(app)))


@blueprint.get("/app/hook/deliveries")
def list_deliveries() -> Response:
    app, (_, size), state = _app(), window(), _log_asked()
    found = site().outbox.made(app.id, limit=size + 1, before=_cursor(), state=state)
    response = reply([hook_delivery_item(one) for one in found[:size]])
    if len(found) > size:
        query = {**request.args.to_dict(), "per_page": size, "cursor": f"{CURSOR}{found[size - 1].id}"}
        response.headers["Link"] = f'<{site().url}/app/hook/deliveries?{urlencode(query)}>; rel="next"'
    return response


@blueprint.get("/app/hook/deliveries/<int:delivery_id>")
def get_delivery(delivery_id: int) -> Response:
    app = _app()
    return reply(hook_delivery(_delivery(app, delivery_id), app.webhook_url))


@blueprint.post("/app/hook/deliveries/<int:delivery_id>/attempts")
def redeliver_delivery(delivery_id: int) -> Response:
    redeliver(site(), _delivery(_app(), delivery_id))
    return reply({}, 202)


def _app() -> App:
    match caller():
        case AsApp(app):
            return app
        case _:
            raise Refusal(401, "A JSON web token could not be decoded")


def _installation(installation_id: int) -> Installation:
    app = _app()
    found = site().store.get(Installation, installation_id)
    if found is None or found.app_id != app.id:
        raise Refusal(404, "Not Found")
    return found


def _delivery(app: App, delivery_id: int) -> Delivery:
    found = site().outbox.get(app.id, delivery_id)
    if found is None:
        raise Refusal(404, "Not Found")
    return found


def _cursor() -> int | None:
    """The number in the log before which the page begins."""
    cursor = request.args.get("cursor")
    if cursor is None:
        return None
    version, _, before = cursor.partition("_")
    if f"{version}_" != CURSOR or not before.isdigit():
        raise Refusal(422, "Invalid cursor")
    return int(before)


def _log_asked() -> Log | None:
    match request.args.get("status"):
        case None:
            return None
        case "success" | "failure" as status:
            return status
        case _:
            raise Refusal(422, "Invalid status")


def _hook_config(app: App) -> Fields:
    return {"url": app.webhook_url, "content_type": "json", "insecure_ssl": "0", "secret": "********"}
