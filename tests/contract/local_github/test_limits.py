"""The secondary limit on content, and conditional requests that cost nothing.

https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

import time

import pytest
from flask import Flask

from app.demo.github.rest.limits import RateLimits
from app.demo.github.rest.secondary import CONTENT
from app.demo.github.server import REQUESTS_PER_HOUR, rest_api
from tests.contract.local_github.world import SHOP, Document, World


def limit(world: World, **limits: Document) -> None:
    with world.github.as_anybody() as anybody:
        assert anybody.post("/_local/limits", json=limits).status_code == 200


@pytest.mark.parametrize("status", [403, 429])
def test_an_installation_that_writes_too_much_is_told_to_wait(troubled: World, status: int) -> None:
    comments = f"/repos/{SHOP}/issues/{troubled.issue()}/comments"
    with troubled.bot() as bot, troubled.person("maria") as maria:
        limit(troubled, content_per_minute=2, status=status)
        assert [bot.post(comments, json={"body": "On it"}).status_code for _ in range(2)] == [201, 201]

        refused = bot.post(comments, json={"body": "Still on it"})
        assert refused.status_code == status
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        assert "secondary rate limit" in refused.json()["message"]
        assert int(refused.headers["X-RateLimit-Remaining"]) > 0, "it is not the primary limit"

        assert bot.get(comments).status_code == 200, "reading makes no content"
        assert bot.post(f"/repos/{SHOP}/git/blobs", json={"content": "x"}).status_code == 201, "nor do git objects"
        assert maria.post(comments, json={"body": "I wait"}).status_code == 201, "and people have limits of their own"
        assert len(bot.get(comments).json()) == 3


def test_content_is_taken_again_after_the_wait_that_was_asked_for(troubled: World) -> None:
    comments = f"/repos/{SHOP}/issues/{troubled.issue()}/comments"
    limit(troubled, content_per_minute=1, minute_seconds=0.5)
    with troubled.bot() as bot:
        assert bot.post(comments, json={"body": "one"}).status_code == 201
        refused = bot.post(comments, json={"body": "two"})
        assert (refused.status_code, refused.headers["Retry-After"]) == (403, "1")
        time.sleep(int(refused.headers["Retry-After"]))
        assert bot.post(comments, json={"body": "two"}).status_code == 201


def test_a_limit_outlives_a_restart_and_ends_when_asked(own_world: World) -> None:
    comments = f"/repos/{SHOP}/issues/{own_world.issue()}/comments"
    limit(own_world, content_per_minute=0)
    own_world.github.restart()
    with own_world.bot() as bot:
        assert bot.post(comments, json={"body": "one"}).status_code == 403
        assert bot.get("/_local/limits").json() == {"content_per_minute": 0, "minute_seconds": 60, "status": 403}
        bot.delete("/_local/limits")
        assert bot.post(comments, json={"body": "one"}).status_code == 201


def test_a_limit_that_does_not_exist_is_refused(world: World) -> None:
    with world.github.as_anybody() as anybody:
        assert anybody.post("/_local/limits", json={"patience": 3}).status_code == 422


def test_an_unchanged_answer_is_free_only_for_who_signs_in(world: World) -> None:
    url = f"/repos/{SHOP}"
    with world.github.as_anybody() as anybody, world.person("rita") as rita:
        for client, cost in ((anybody, 1), (rita, 0)):
            tag = client.get(url).headers["ETag"]
            before = client.get("/rate_limit").json()["rate"]["used"]
            assert client.get(url, headers={"If-None-Match": tag}).status_code == 304
            assert client.get("/rate_limit").json()["rate"]["used"] == before + cost


def test_everything_that_counts_as_content_is_an_endpoint() -> None:
    app = Flask("routes")
    hour = RateLimits(REQUESTS_PER_HOUR)
    app.register_blueprint(rest_api(hour, hour))
    assert set(app.view_functions) >= CONTENT
