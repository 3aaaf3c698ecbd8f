"""What the App was told, and how it answered. Its payloads are for people who may see all it is installed on."""

import json

from flask import Blueprint, abort, render_template
from werkzeug.wrappers import Response

from app.demo.github.access import has_role
from app.demo.github.answers import Refusal
from app.demo.github.pages import visit
from app.demo.github.records import App, Installation, Repository
from app.demo.github.rest.request import site
from app.demo.github.webhooks import redeliver

blueprint = Blueprint("deliveries", __name__)
LOG = "/settings/apps/<slug>/advanced"
SHOWN = 100


@blueprint.get(LOG)
def index(slug: str) -> str:
    app = _app(slug)
    made = site().outbox.made(app.id, limit=SHOWN)
    return render_template("deliveries.html", app=app, made=made, waiting=site().outbox.waiting())


@blueprint.get(f"{LOG}/<int:delivery_id>")
def show(slug: str, delivery_id: int) -> str:
    app = _app(slug)
    delivery = site().outbox.get(app.id, delivery_id) or abort(404)
    payload = json.dumps(json.loads(delivery.message.payload), indent=2, ensure_ascii=False)
    return render_template("delivery.html", app=app, delivery=delivery, payload=payload)


@blueprint.post(f"{LOG}/<int:delivery_id>/redeliver")
def again(slug: str, delivery_id: int) -> Response:
    app = _app(slug)
    redeliver(site(), site().outbox.get(app.id, delivery_id) or abort(404))
    return visit.go_to(f"/settings/apps/{slug}/advanced")


@blueprint.get("/apps/<slug>")
def app_page(slug: str) -> Response:
    return visit.go_to(f"/settings/apps/{slug}/advanced")


def _app(slug: str) -> App:
    """The App, where the visitor administers a repository it is installed on."""
    app = site().store.find(App, 0, slug) or abort(404)
    me, installed = visit.person(), site().store.all(Installation, app.id)
    repos = [site().store.need(Repository, repo_id) for one in installed for repo_id in one.repository_ids]
    if me is None or not all(has_role(repo, me, "admin") for repo in repos):
        raise Refusal(403, f"Only who administers every repository of {app.name} sees its deliveries.")
    return app
