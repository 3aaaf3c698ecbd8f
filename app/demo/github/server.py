"""The HTTP server: one process, a thread for each connection, on the loopback interface only."""

import signal
from pathlib import Path
from threading import Thread
from types import FrameType

from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from app.demo.github import git_http
from app.demo.github.answers import Refusal
from app.demo.github.disturb import Disturbance, disturb
from app.demo.github.graphql import endpoint
from app.demo.github.pages.build import build as build_pages
from app.demo.github.pages.build import say_no, wants_a_page
from app.demo.github.refs import catch_up
from app.demo.github.rest import (
    apps,
    checks,
    comments,
    commits,
    contents,
    git_data,
    issues,
    labels,
    local,
    pulls,
    reactions,
    refs,
    repositories,
    review_comments,
    reviewers,
    reviews,
    users,
)
from app.demo.github.rest.around import refuse, surround, tell_limits
from app.demo.github.rest.limits import RateLimits
from app.demo.github.rest.request import EXTENSION
from app.demo.github.rest.secondary import ContentLimit, limit_content
from app.demo.github.site import Site
from app.demo.github.webhooks import Courier

HOST = "127.0.0.1"
REQUESTS_PER_HOUR = 5_000
RESOURCES = (
    apps,
    users,
    repositories,
    commits,
    contents,
    git_data,
    refs,
    issues,
    labels,
    comments,
    reactions,
    pulls,
    reviews,
    review_comments,
    reviewers,
    checks,
)


class Handler(WSGIRequestHandler):
    """Keeps connections open, and sends an answer in one piece so that no client waits for a delayed ACK."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    timeout = 120

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: who talks to the local GitHub logs what they asked."""


def make_app(site: Site, *, requests_per_hour: int = REQUESTS_PER_HOUR) -> Flask:
    app = Flask(__name__, static_folder=None)
    app.secret_key = site.secret
    app.config["SESSION_COOKIE_NAME"] = "local_github"  # 127.0.0.1 is shared with the dashboard of ACS
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    app.extensions[EXTENSION] = site
    app.extensions[local.EXTENSION] = disturbance = Disturbance(site)
    app.before_request(_known_host)
    app.before_request(_own_origin)
    disturb(app, disturbance)
    app.extensions[local.LIMIT_EXTENSION] = limit = ContentLimit(site.store)
    limit_content(app, limit)
    app.register_error_handler(Refusal, refuse)
    app.register_error_handler(HTTPException, _fail)
    hours = RateLimits(requests_per_hour), RateLimits(requests_per_hour)
    app.register_blueprint(rest_api(*hours))
    app.register_blueprint(graphql_api(hours[1]))
    app.register_blueprint(local.blueprint)
    app.register_blueprint(git_http.blueprint)
    app.register_blueprint(build_pages())
    return app


def rest_api(core: RateLimits, graphql: RateLimits) -> Blueprint:
    """Every endpoint of the REST API, with what surrounds each of its answers."""
    rest = Blueprint("rest", __name__)
    for resource in RESOURCES:
        rest.register_blueprint(resource.blueprint)
    surround(rest, core, resource="core", when_used_up=lambda message: refuse(Refusal(403, message)))
    tell_limits(rest, core, graphql)
    return rest


def graphql_api(limits: RateLimits) -> Blueprint:
    """The GraphQL API, whose requests are counted apart."""
    api = Blueprint("graphql", __name__)
    api.register_blueprint(endpoint.blueprint)
    surround(
        api, limits, resource="graphql", when_used_up=lambda message: endpoint.failed(message, type="RATE_LIMITED")
    )
    return api


def serve(state: Path, port: int, *, requests_per_hour: int = REQUESTS_PER_HOUR) -> None:
    """Answer until SIGTERM or SIGINT; says on standard output where, once it listens."""
    server = bind(port)
    site = Site.open(state, f"http://{HOST}:{server.port}")
    server.app = make_app(site, requests_per_hour=requests_per_hour)
    couriers = [Courier(site, "live"), Courier(site, "redelivery")]

    def stop(_number: int, _frame: FrameType | None) -> None:
        Thread(target=server.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    catch_up(site)
    for courier in couriers:
        courier.start()
    print(f"local GitHub on {site.url}", flush=True)
    server.serve_forever(poll_interval=0.05)
    for courier in couriers:
        courier.stop()
    site.store.close()


def bind(port: int) -> BaseWSGIServer:
    return make_server(HOST, port, Flask(__name__), threaded=True, request_handler=Handler)


def _known_host() -> None:
    """Refuse requests that a foreign page sends here through a name of its own (DNS rebinding)."""
    name = request.host.rpartition(":")[0] or request.host
    if name not in {HOST, "localhost"}:
        raise Refusal(421, "The local GitHub answers on 127.0.0.1 only")


def _own_origin() -> None:
    """Refuse what a page of another site makes a browser send here."""
    origin = request.headers.get("Origin")
    if origin is not None and request.method not in {"GET", "HEAD"} and origin != f"http://{request.host}":
        raise Refusal(403, "Requests of other sites are refused")


def _fail(error: HTTPException) -> Response:
    status = error.code or 500
    return say_no(status, error.name) if wants_a_page() else refuse(Refusal(status, error.name))
