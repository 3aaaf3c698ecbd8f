"""Signing in as the App, and what a token may do. https://docs.github.com/en/apps/creating-github-apps"""

import re
from datetime import timedelta

import httpx
import pytest

from tests.contract.local_github.world import ATTIC, SHOP, VAULT, Document, World, at, items, number, text


def test_the_app_finds_its_installation_by_a_json_web_token(world: World) -> None:
    with world.app() as app:
        assert text(app.get("/app").json(), "slug") == "acs"
        installation = at(app.get("/app/installations").json(), 0)
        assert text(installation, "account", "login") == "acme"
        found = app.get(f"/repos/{SHOP}/installation").json()
        assert found == installation == app.get(f"/app/installations/{number(found, 'id')}").json()
        assert app.get(f"/repos/{ATTIC}/installation").status_code == 404


@pytest.mark.parametrize(
    ("lifetime", "message"),
    [
        pytest.param(timedelta(hours=1), "too far in the future", id="longer than ten minutes"),
        pytest.param(timedelta(minutes=-5), "must be a numeric value representing the future", id="expired"),
    ],
)
def test_a_json_web_token_must_be_short_lived(world: World, lifetime: timedelta, message: str) -> None:
    with world.app(lifetime=lifetime) as app:
        answer = app.get("/app")
    assert answer.status_code == 401
    assert message in text(answer.json(), "message")


def test_a_token_somebody_else_signed_opens_nothing(world: World) -> None:
    stranger = httpx.get(f"{world.github.url}/user", headers={"Authorization": "Bearer ghp_unknown"}, trust_env=False)
    assert (stranger.status_code, stranger.json()["message"]) == (401, "Bad credentials")
    public = httpx.get(f"{world.github.url}/meta", headers={"Authorization": "Bearer ghp_unknown"}, trust_env=False)
    assert public.status_code == 401
    forged = httpx.get(f"{world.github.url}/app", headers={"Authorization": "Bearer a.b.c"}, trust_env=False)
    assert (forged.status_code, forged.json()["status"]) == (401, "401")


def test_an_installation_token_has_todays_shape_and_lives_an_hour(world: World) -> None:
    with world.app() as app:
        answer = app.post(f"/app/installations/{world.installation_id()}/access_tokens").json()
    assert re.fullmatch(r"ghs_4242_[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", text(answer, "token"))
    assert 480 < len(text(answer, "token")) < 560
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", text(answer, "expires_at"))
    assert text(answer, "permissions", "contents") == "write"
    assert text(answer, "repository_selection") == "selected"


def test_a_token_for_one_repository_does_not_know_the_other(world: World) -> None:
    with world.bot(repositories=["shop"]) as bot:
        listed = bot.get("/installation/repositories").json()
        assert [text(one, "full_name") for one in items(listed, "repositories")] == [SHOP]
        assert bot.get(f"/repos/{SHOP}").status_code == 200
        assert bot.get(f"/repos/{VAULT}").status_code == 404
    with world.bot() as bot:
        assert bot.get(f"/repos/{VAULT}").status_code == 200
        assert bot.get(f"/repos/{ATTIC}").status_code == 404


def test_a_token_without_a_permission_is_told_which_one_it_lacks(world: World) -> None:
    with world.bot(permissions={"issues": "read"}) as bot:
        issue = world.issue()
        assert bot.get(f"/repos/{SHOP}/issues/{issue}").status_code == 200
        refused = bot.post(f"/repos/{SHOP}/issues/{issue}/comments", json={"body": "hello"})
        assert refused.status_code == 403
        assert refused.json()["message"] == "Resource not accessible by integration"
        assert refused.headers["X-Accepted-GitHub-Permissions"] == "issues=write"
        assert bot.get(f"/repos/{SHOP}/branches/main").status_code == 403


@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param({"permissions": {"administration": "write"}}, id="a permission that was not granted"),
        pytest.param({"permissions": {"actions": "write"}}, id="a level above the granted one"),
        pytest.param({"repositories": ["attic"]}, id="a repository that is not installed"),
        pytest.param({"repository_ids": [1]}, id="a repository that does not exist"),
    ],
)
def test_a_token_cannot_be_asked_for_more_than_was_granted(world: World, wanted: dict[str, Document]) -> None:
    with world.app() as app:
        answer = app.post(f"/app/installations/{world.installation_id()}/access_tokens", json=wanted)
    assert answer.status_code == 422


def test_a_suspended_installation_is_locked_out_until_it_is_resumed(own_world: World) -> None:
    installation = own_world.installation_id()
    with own_world.bot() as bot, own_world.app() as app:
        app.post(f"/_local/installations/{installation}/suspend")
        assert bot.get(f"/repos/{SHOP}").json()["message"] == "This installation has been suspended"
        assert app.post(f"/app/installations/{installation}/access_tokens").status_code == 403
        assert own_world.receiver.wait("installation.suspend").payload
        own_world.issue(title="while suspended")
        own_world.wait_until_delivered()
        assert own_world.receiver.names() == ["installation.suspend"]

        app.post(f"/_local/installations/{installation}/unsuspend")
        assert bot.get(f"/repos/{SHOP}").status_code == 200

        app.delete(f"/_local/installations/{installation}")
        assert bot.get(f"/repos/{SHOP}").status_code == 401
        assert app.post(f"/app/installations/{installation}/access_tokens").status_code == 404
        assert own_world.receiver.wait("installation.deleted").payload
        own_world.issue(title="after it was uninstalled")
        own_world.wait_until_delivered()
        assert own_world.receiver.names()[-1] == "installation.deleted"


@pytest.mark.parametrize(
    ("who", "permission", "role"),
    [
        pytest.param("maria", "admin", "admin", id="an admin"),
        pytest.param("tom", "write", "write", id="a writer"),
        pytest.param("rita", "read", "triage", id="triage shows as read, with its role name"),
        pytest.param("stranger", "read", "read", id="everybody reads a public repository"),
    ],
)
def test_the_app_learns_what_a_person_may_do(world: World, who: str, permission: str, role: str) -> None:
    with world.bot(permissions={"metadata": "read"}) as bot:
        answer = bot.get(f"/repos/{SHOP}/collaborators/{who}/permission").json()
    assert (text(answer, "permission"), text(answer, "role_name")) == (permission, role)
    assert text(answer, "user", "login") == who


def test_a_stranger_to_a_private_repository_has_no_permission_in_it(world: World) -> None:
    with world.bot() as bot:
        assert bot.get(f"/repos/{VAULT}/collaborators/tom/permission").json()["permission"] == "none"
        assert bot.get(f"/repos/{VAULT}/collaborators/nobody/permission").status_code == 404


def test_people_do_what_their_role_allows(world: World) -> None:
    issue = world.issue(by="stranger", labels=["acs"])
    with world.person("stranger") as stranger, world.person("rita") as rita, world.github.as_anybody() as anybody:
        assert stranger.get(f"/repos/{SHOP}/issues/{issue}").json()["labels"] == [], "strangers cannot label"
        assert stranger.post(f"/repos/{SHOP}/issues/{issue}/labels", json=["acs"]).status_code == 403
        assert stranger.post(f"/repos/{SHOP}/issues/{issue}/comments", json={"body": "please"}).status_code == 201
        assert stranger.patch(f"/repos/{SHOP}/issues/{issue}", json={"title": "Mine"}).status_code == 200
        assert stranger.get(f"/repos/{VAULT}").status_code == 404
        assert rita.post(f"/repos/{SHOP}/issues/{issue}/labels", json=["acs"]).status_code == 200
        assert rita.post(f"/repos/{SHOP}/git/blobs", json={"content": "x"}).status_code == 403
        assert anybody.get(f"/repos/{SHOP}").status_code == 200
        assert anybody.post(f"/repos/{SHOP}/issues", json={"title": "x"}).status_code == 401
