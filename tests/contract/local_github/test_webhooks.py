"""Deliveries: signed, in order, logged, sent again when asked. https://docs.github.com/en/webhooks"""

import time

from tests.contract.local_github.world import ATTIC, SHOP, World, at, items, number, text


def test_a_label_is_told_of_as_github_tells_it(world: World) -> None:
    issue = world.issue(title="Prices need cents")
    with world.person("rita") as rita:
        rita.post(f"/repos/{SHOP}/issues/{issue}/labels", json=["acs"])
    heard = world.receiver.wait("issues.labeled", where=lambda one: number(one, "issue", "number") == issue)
    assert heard.is_signed_with(world.github.keys.webhook_secret or "")
    assert heard.headers["user-agent"].startswith("GitHub-Hookshot/")
    assert heard.headers["x-github-hook-installation-target-id"] == "4242"
    assert heard.headers["x-github-hook-installation-target-type"] == "integration"
    assert text(heard.payload, "label", "name") == "acs"
    assert text(heard.payload, "issue", "title") == "Prices need cents"
    assert text(heard.payload, "sender", "login") == "rita"
    assert text(heard.payload, "repository", "full_name") == SHOP
    assert number(heard.payload, "installation", "id") == world.installation_id()


def test_what_happens_in_turn_is_told_in_turn(world: World) -> None:
    since = len(world.receiver.heard)
    issue = world.issue(labels=["bug"])
    with world.person("maria") as maria:
        url = f"/repos/{SHOP}/issues/{issue}"
        maria.patch(url, json={"title": "Another title"})
        comment = maria.post(f"{url}/comments", json={"body": "one"}).json()["id"]
        maria.patch(f"/repos/{SHOP}/issues/comments/{comment}", json={"body": "two"})
        maria.delete(f"{url}/labels/bug")
        maria.patch(url, json={"state": "closed"})
    world.wait_until_delivered()
    mine = [one for one in world.receiver.heard[since:] if one.event in {"issues", "issue_comment"}]
    assert [one.name for one in mine if number(one.payload, "issue", "number") == issue] == [
        "issues.opened",
        "issues.labeled",
        "issues.edited",
        "issue_comment.created",
        "issue_comment.edited",
        "issues.unlabeled",
        "issues.closed",
    ]
    edited = next(one for one in mine if one.name == "issues.edited")
    assert text(edited.payload, "changes", "title", "from") == "Prices need cents"


def test_the_app_hears_of_what_it_does_itself(world: World) -> None:
    issue = world.issue()
    with world.bot() as bot:
        bot.post(f"/repos/{SHOP}/issues/{issue}/comments", json={"body": "On it"})
    heard = world.receiver.wait("issue_comment.created", where=lambda one: number(one, "issue", "number") == issue)
    assert text(heard.payload, "sender", "login") == "acs[bot]"
    assert text(heard.payload, "sender", "type") == "Bot"


def test_a_repository_without_the_app_is_not_told_of(world: World) -> None:
    world.issue(by="tom", repo=ATTIC)
    world.issue()
    world.wait_until_delivered()
    told = {text(one.payload, "repository", "full_name") for one in world.receiver.heard}
    assert SHOP in told
    assert ATTIC not in told


def test_a_failed_delivery_is_logged_and_sent_again_only_when_asked(troubled: World) -> None:
    troubled.receiver.status = 500
    troubled.issue()
    troubled.wait_until_delivered()
    troubled.receiver.status = 202
    time.sleep(0.2)
    assert len(troubled.receiver.heard) == 1, "GitHub does not try again on its own"

    with troubled.app() as app:
        failed = at(app.get("/app/hook/deliveries").json(), 0)
        assert (at(failed, "status_code"), at(failed, "event"), at(failed, "action")) == (500, "issues", "opened")
        assert app.post(f"/app/hook/deliveries/{number(failed, 'id')}/attempts").status_code == 202
        troubled.wait_until_delivered()
        assert [one.guid for one in troubled.receiver.heard] == [text(failed, "guid")] * 2
        newest = at(app.get("/app/hook/deliveries").json(), 0)
        assert (at(newest, "redelivery"), at(newest, "status")) == (True, "OK")
        whole = app.get(f"/app/hook/deliveries/{number(newest, 'id')}").json()
        assert at(whole, "request", "payload") == troubled.receiver.heard[1].payload
        assert at(whole, "response", "payload") == "ok"


def test_a_receiver_that_is_not_there_is_logged_as_such(troubled: World) -> None:
    with troubled.app() as app:
        app.patch("/app/hook/config", json={"url": "http://127.0.0.1:9/nobody"})
        troubled.issue()
        troubled.wait_until_delivered()
        failed = at(app.get("/app/hook/deliveries").json(), 0)
    assert (at(failed, "status"), at(failed, "status_code")) == ("failed to connect to host", 502)


def test_the_log_is_read_page_by_page(troubled: World) -> None:
    for _ in range(5):
        troubled.issue()
    troubled.wait_until_delivered()
    seen: list[int] = []
    with troubled.app() as app:
        url: str | None = "/app/hook/deliveries?per_page=2"
        while url is not None:
            answer = app.get(url)
            seen += [number(one, "id") for one in items(answer.json())]
            url = answer.links.get("next", {}).get("url")
    assert len(seen) >= 5
    assert seen == sorted(set(seen), reverse=True)


def test_deliveries_can_be_doubled_held_back_and_shuffled(troubled: World) -> None:
    with troubled.github.as_anybody() as anybody:
        anybody.post("/_local/faults", json={"deliveries": {"copies": 2, "hold": True}})
        made = [troubled.issue() for _ in range(4)]
        time.sleep(0.1)
        assert troubled.receiver.heard == []
        assert anybody.post("/_local/deliveries/release", json={"seed": 3}).json() == {"released": 8}
        troubled.wait_until_delivered()
    order = [number(one.payload, "issue", "number") for one in troubled.receiver.heard]
    assert sorted(order) == sorted(2 * made)
    assert order != sorted(order)
    assert len({one.guid for one in troubled.receiver.heard}) == 4
