"""Lets go wrong what the faults ask for, before or after a REST or git request is answered."""

import re
import socket
from random import Random
from threading import Lock
from time import sleep
from typing import assert_never

from flask import Flask, Response, g, request

from app.demo.github.answers import Refusal
from app.demo.github.faults import Dropped, Faults, Garbage, HalfSent, Latency, Rule, SecondaryLimit, Status
from app.demo.github.site import Site

GARBAGE = "<html><body>Unicorn! It is not you, it is us.</body></html>"
SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."


class Disturbance:
    """Which rules still have their effect; the counts and the dice of each rule begin when it is set."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._lock = Lock()
        self.set(Faults.load(site.store))

    def set(self, faults: Faults) -> None:
        faults.save(self._site.store)
        with self._lock:
            self.faults = faults
            self._seen = [0] * len(faults.rules)
            self._dice = [Random(rule.seed) for rule in faults.rules]  # noqa: S311  # the same seed, the same faults

    def rules_for(self, method: str, path: str) -> list[Rule]:
        """The rules that fall on a request; asking counts it."""
        with self._lock:
            return [rule for index, rule in enumerate(self.faults.rules) if self._falls(index, rule, method, path)]

    def _falls(self, index: int, rule: Rule, method: str, path: str) -> bool:
        if not re.fullmatch(rule.method, method) or not re.fullmatch(rule.path, path):
            return False
        if self._dice[index].random() >= rule.probability:
            return False
        self._seen[index] += 1
        turn = self._seen[index] - rule.skip
        return turn > 0 and (rule.count is None or turn <= rule.count)


def disturb(app: Flask, disturbance: Disturbance) -> None:
    @app.before_request
    def before() -> Response | None:
        if request.blueprint is None or not request.blueprint.startswith(("rest", "graphql", "git")):
            return None
        for rule in disturbance.rules_for(request.method, request.path):
            answer = _suffer(rule)
            if answer is not None:
                return answer
        return None

    @app.after_request
    def after(response: Response) -> Response:
        if g.get("half_sent"):
            _send_half(response)
        if g.get("half_sent") or g.get("drop_connection"):
            _hang_up()
        return response


def _suffer(rule: Rule) -> Response | None:
    """The answer the fault gives in place of the real one, if it gives one."""
    match rule.effect:
        case Latency(seconds=seconds):
            sleep(seconds)
        case Status(status=status, retry_after=retry_after):
            raise _outage(status, retry_after)
        case SecondaryLimit(retry_after=retry_after):
            raise Refusal(403, SECONDARY, headers={"Retry-After": str(retry_after)})
        case Garbage():
            return Response(GARBAGE, 200, content_type="text/html; charset=utf-8")
        case Dropped(when=when):
            g.drop_connection = True
            return Response(b"") if when == "before" else None
        case HalfSent():
            g.half_sent = True
        case _ as never:
            assert_never(never)
    return None


def _outage(status: int, retry_after: int | None) -> Refusal:
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    if status == 429:
        return Refusal(429, "API rate limit exceeded", headers={**headers, "X-RateLimit-Remaining": "0"})
    return Refusal(status, "Server Error" if status >= 500 else "Forbidden", headers=headers)


def _send_half(response: Response) -> None:
    """Send all of the headers, which promise the whole body, and half of it."""
    body = response.get_data()
    head = "".join(f"{name}: {value}\r\n" for name, value in response.get_wsgi_headers(request.environ))
    if connection := _connection():
        connection.sendall(f"HTTP/1.1 {response.status}\r\n{head}\r\n".encode("latin-1") + body[: len(body) // 2])


def _hang_up() -> None:
    if connection := _connection():
        connection.shutdown(socket.SHUT_RDWR)


def _connection() -> socket.socket | None:
    found: object = request.environ.get("werkzeug.socket")
    return found if isinstance(found, socket.socket) else None
