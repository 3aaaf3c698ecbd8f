"""Asks again what was answered, as somebody who may not, or with a body that cannot be taken."""

from collections.abc import Callable
from dataclasses import dataclass

import httpx

from tests.contract.local_github.world import SHOP, VAULT, World
from tests.contract.openapi.endpoints import Endpoint, endpoint_of
from tests.contract.openapi.exchange import Exchange
from tests.contract.openapi.recorder import Recorder

BODY_METHODS = {"POST", "PATCH", "PUT"}


@dataclass(frozen=True)
class Replays:
    """For each endpoint that once answered well: the answer it gives to others, where that makes sense."""

    without_token: dict[Endpoint, Exchange]
    without_permission: dict[Endpoint, Exchange]
    of_strangers: dict[Endpoint, Exchange]
    without_object: dict[Endpoint, Exchange]
    without_fields: dict[Endpoint, Exchange]


def replay(world: World, recorder: Recorder) -> Replays:
    usual = {
        endpoint: one for one in recorder.exchanges if not one.is_refusal and (endpoint := endpoint_of(one)) is not None
    }
    in_shop = {endpoint: one for endpoint, one in usual.items() if one.path.startswith(f"/repos/{SHOP}")}
    with_body = {endpoint: one for endpoint, one in usual.items() if one.request_body and one.method in BODY_METHODS}
    with (
        world.github.as_anybody() as anybody,
        world.bot(permissions={"metadata": "read"}) as idle,
        world.person("stranger") as stranger,
    ):
        return Replays(
            without_token=_ask_again(recorder, usual, lambda one: _send(anybody, one)),
            without_permission=_ask_again(recorder, in_shop, lambda one: _send(idle, one)),
            of_strangers=_ask_again(recorder, in_shop, lambda one: _send(stranger, one, repo=VAULT)),
            without_object=_ask_again(recorder, with_body, lambda one: _send(anybody, one, auth=one, body=b'"text"')),
            without_fields=_ask_again(recorder, with_body, lambda one: _send(anybody, one, auth=one, body=b"{}")),
        )


def _ask_again(
    recorder: Recorder, asked: dict[Endpoint, Exchange], send: Callable[[Exchange], None]
) -> dict[Endpoint, Exchange]:
    answers: dict[Endpoint, Exchange] = {}
    for endpoint, one in asked.items():
        send(one)
        answers[endpoint] = recorder.exchanges[-1]
    return answers


def _send(
    client: httpx.Client, one: Exchange, *, repo: str = SHOP, auth: Exchange | None = None, body: bytes | None = None
) -> None:
    headers = {"Content-Type": one.request_headers["content-type"]} if one.request_body else {}
    if auth is not None:
        headers["Authorization"] = auth.request_headers["authorization"]
    path = one.path.replace(f"/repos/{SHOP}", f"/repos/{repo}")
    content = one.request_body if body is None else body
    client.request(one.method, path, params=dict(one.query), content=content, headers=headers)
