"""Every endpoint of the REST API that the local GitHub serves, as its own routing table lists them."""

from dataclasses import dataclass
from functools import lru_cache

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map

from app.demo.github.rest.limits import RateLimits
from app.demo.github.server import REQUESTS_PER_HOUR, rest_api
from tests.contract.openapi.exchange import Exchange


@dataclass(frozen=True)
class Endpoint:
    method: str
    rule: str

    def __str__(self) -> str:
        return f"{self.method} {self.rule}"


@lru_cache
def _routes() -> Map:
    app = Flask("routes", static_folder=None)
    hour = RateLimits(REQUESTS_PER_HOUR)
    app.register_blueprint(rest_api(hour, hour))
    return app.url_map


def endpoints() -> list[Endpoint]:
    """Without `HEAD` and `OPTIONS`, which Flask adds."""
    return [
        Endpoint(method, rule.rule)
        for rule in _routes().iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def endpoint_of(exchange: Exchange) -> Endpoint | None:
    """Which of them answered."""
    try:
        rule, _ = _routes().bind("local").match(exchange.path, exchange.method, return_rule=True)
    except HTTPException:
        return None
    return Endpoint(exchange.method, rule.rule)
