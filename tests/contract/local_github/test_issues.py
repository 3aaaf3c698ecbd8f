"""Issues, labels, comments and reactions over REST. https://docs.github.com/en/rest/issues"""

import pytest

from tests.contract.local_github.world import SHOP, Document, World, at, items, number, text


def test_an_issue_is_opened_edited_closed_and_reopened(world: World) -> None:
    issue = world.issue(title="Prices need cents", body="1.5 is shown")
    with world.person("maria") as maria:
        url = f"/repos/{SHOP}/issues/{issue}"
        edited = maria.patch(url, json={"title": "Prices need two digits", "body": None}).json()
        assert (edited["title"], edited["body"]) == ("Prices need two digits", None)
        closed = maria.patch(url, json={"state": "closed", "state_reason": "not_planned"}).json()
        assert (closed["state"], closed["state_reason"], closed["closed_by"]["login"]) == (
            "closed",
            "not_planned",
            "maria",
        )
        assert maria.patch(url, json={"state": "open"}).json()["state_reason"] == "reopened"


def test_labels_come_and_go_and_are_made_when_new(world: World) -> None:
    issue = world.issue(labels=["bug"])
    with world.person("rita") as rita:
        url = f"/repos/{SHOP}/issues/{issue}/labels"
        assert names(rita.post(url, json={"labels": ["ACS-try", "Bug"]}).json()) == ["bug", "ACS-try"]
        assert names(rita.get(url).json()) == ["bug", "ACS-try"]
        assert names(rita.delete(f"{url}/bug").json()) == ["ACS-try"]
        missing = rita.delete(f"{url}/bug")
        assert (missing.status_code, missing.json()["message"]) == (404, "Label does not exist")
        assert names(rita.put(url, json=["question"]).json()) == ["question"]
        assert names(rita.get(f"/repos/{SHOP}/issues?labels=question&state=all").json(), "title") != []


def test_a_label_of_that_name_exists_only_once(world: World) -> None:
    with world.person("tom") as tom:
        made = tom.post(f"/repos/{SHOP}/labels", json={"name": "area: prices", "color": "FBCA04"})
        assert (made.status_code, made.json()["color"]) == (201, "fbca04")
        again = tom.post(f"/repos/{SHOP}/labels", json={"name": "Area: Prices"})
        assert (again.status_code, at(again.json(), "errors", 0, "code")) == (422, "already_exists")
        assert tom.delete(f"/repos/{SHOP}/labels/area: prices").status_code == 204
        assert tom.get(f"/repos/{SHOP}/labels/area: prices").status_code == 404


def test_a_comment_is_written_by_the_bot_and_edited_in_place(world: World) -> None:
    issue = world.issue()
    with world.bot(permissions={"issues": "write"}) as bot:
        made = bot.post(f"/repos/{SHOP}/issues/{issue}/comments", json={"body": "Working on it"}).json()
        assert (made["user"]["login"], made["user"]["type"]) == ("acs[bot]", "Bot")
        assert text(made, "performed_via_github_app", "slug") == "acs"
        bot.patch(f"/repos/{SHOP}/issues/comments/{made['id']}", json={"body": "Done"})
        listed = bot.get(f"/repos/{SHOP}/issues/{issue}/comments").json()
        assert [text(one, "body") for one in items(listed)] == ["Done"]
        assert bot.get(f"/repos/{SHOP}/issues/{issue}").json()["comments"] == 1
        assert bot.delete(f"/repos/{SHOP}/issues/comments/{made['id']}").status_code == 204
        assert bot.get(f"/repos/{SHOP}/issues/comments/{made['id']}").status_code == 404


def test_nobody_without_write_access_edits_the_comment_of_another(world: World) -> None:
    issue = world.issue()
    with world.person("maria") as maria, world.person("stranger") as stranger:
        made = maria.post(f"/repos/{SHOP}/issues/{issue}/comments", json={"body": "/acs deploy canary"}).json()
        url = f"/repos/{SHOP}/issues/comments/{made['id']}"
        assert stranger.patch(url, json={"body": "/acs deploy production"}).status_code == 403
        assert stranger.delete(url).status_code == 403
        assert stranger.get(url).json()["body"] == "/acs deploy canary"


def test_the_same_reaction_is_there_only_once(world: World) -> None:
    issue = world.issue()
    with world.bot() as bot, world.person("maria") as maria:
        url = f"/repos/{SHOP}/issues/{issue}/reactions"
        first, second = (bot.post(url, json={"content": "eyes"}) for _ in range(2))
        assert (first.status_code, second.status_code) == (201, 200)
        assert first.json()["id"] == second.json()["id"]
        assert maria.post(url, json={"content": "eyes"}).status_code == 201
        assert bot.get(f"/repos/{SHOP}/issues/{issue}").json()["reactions"]["eyes"] == 2
        assert maria.delete(f"{url}/{first.json()['id']}").status_code == 403
        assert bot.delete(f"{url}/{first.json()['id']}").status_code == 204
        assert len(bot.get(url).json()) == 1
        assert bot.post(url, json={"content": "shrug"}).status_code == 422


def test_a_comment_takes_reactions_too(world: World) -> None:
    issue = world.issue()
    with world.person("maria") as maria:
        comment = maria.post(f"/repos/{SHOP}/issues/{issue}/comments", json={"body": "/acs status"}).json()["id"]
        url = f"/repos/{SHOP}/issues/comments/{comment}/reactions"
        assert maria.post(url, json={"content": "rocket"}).status_code == 201
        assert [text(one, "content") for one in items(maria.get(url).json())] == ["rocket"]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        pytest.param({}, 422, id="no title"),
        pytest.param({"title": "  "}, 422, id="an empty title"),
        pytest.param({"title": "x" * 257}, 422, id="a title too long"),
        pytest.param({"title": "x", "body": "x" * 65_537}, 422, id="a body too long"),
        pytest.param({"title": ["x"]}, 422, id="a title of another type"),
    ],
)
def test_an_issue_that_cannot_be_is_refused(world: World, sent: Document, status: int) -> None:
    with world.person("maria") as maria:
        assert maria.post(f"/repos/{SHOP}/issues", json=sent).status_code == status


def test_a_body_that_is_no_json_is_refused(world: World) -> None:
    with world.person("maria") as maria:
        answer = maria.post(f"/repos/{SHOP}/issues", content=b"{")
    assert (answer.status_code, answer.json()["message"]) == (400, "Problems parsing JSON")


def test_assignees_are_set_and_taken_away(world: World) -> None:
    issue = world.issue()
    with world.person("maria") as maria:
        url = f"/repos/{SHOP}/issues/{issue}/assignees"
        assert names(maria.post(url, json={"assignees": ["tom", "rita"]}).json()["assignees"], "login") == [
            "tom",
            "rita",
        ]
        left = maria.request("DELETE", url, json={"assignees": ["Tom"]}).json()
        assert names(left["assignees"], "login") == ["rita"]


def test_issues_and_pull_requests_share_numbers(world: World) -> None:
    first = world.issue()
    pull = world.pull("shared-numbers")
    second = world.issue()
    assert first < pull < second
    with world.person("maria") as maria:
        shape = maria.get(f"/repos/{SHOP}/issues/{pull}").json()
        assert text(shape, "pull_request", "url").endswith(f"/pulls/{pull}")
        assert number(shape, "number") == pull
        assert maria.get(f"/repos/{SHOP}/pulls/{first}").status_code == 404


def names(documents: Document, field: str = "name") -> list[str]:
    return [text(one, field) for one in items(documents)]


def test_what_happened_to_an_issue_is_kept_in_its_order(world: World) -> None:
    issue = world.issue(title="Before", labels=["bug"])
    url = f"/repos/{SHOP}/issues/{issue}"
    with world.person("rita") as rita, world.bot() as bot:
        bot.post(f"{url}/labels", json={"labels": ["acs"]})
        rita.patch(url, json={"title": "After", "state": "closed", "assignees": ["tom"]})
        rita.patch(url, json={"state": "open", "assignees": []})
        rita.delete(f"{url}/labels/acs")
        happened = bot.get(f"{url}/events").json()
    assert [text(one, "event") for one in happened] == [
        "labeled",
        "labeled",
        "renamed",
        "assigned",
        "closed",
        "unassigned",
        "reopened",
        "unlabeled",
    ]
    assert [text(happened, index, "label", "name") for index in (0, 1, 7)] == ["bug", "acs", "acs"]
    assert (text(happened, 1, "actor", "login"), text(happened, 7, "actor", "login")) == ("acs[bot]", "rita")
    assert text(happened, 1, "performed_via_github_app", "slug") == "acs"
    assert at(happened, 2, "rename") == {"from": "Before", "to": "After"}
    assert text(happened, 3, "assignee", "login") == "tom"


def test_a_merged_pull_request_says_by_which_commit(world: World) -> None:
    pull = world.pull("remembered")
    with world.person("tom") as tom:
        sha = text(tom.put(f"/repos/{SHOP}/pulls/{pull}/merge").json(), "sha")
        happened = tom.get(f"/repos/{SHOP}/issues/{pull}/events").json()
    assert [text(one, "event") for one in happened] == ["merged", "closed"]
    assert text(happened, 0, "commit_id") == sha


def test_only_what_changed_since_is_listed(world: World) -> None:
    issue = world.issue(title="Old", labels=["sweep"])
    with world.person("maria") as maria:
        now = text(maria.get(f"/repos/{SHOP}/issues/{issue}").json(), "updated_at")
        listed = {"labels": "sweep", "state": "open"}
        assert maria.get(f"/repos/{SHOP}/issues", params={**listed, "since": now}).json()
        assert not maria.get(f"/repos/{SHOP}/issues", params={**listed, "since": "2999-01-01T00:00:00Z"}).json()
        maria.post(f"/repos/{SHOP}/issues/{issue}/comments", json={"body": "Hello"})
        comments = f"/repos/{SHOP}/issues/{issue}/comments"
        assert maria.get(comments, params={"since": now}).json()
        assert not maria.get(comments, params={"since": "2999-01-01T00:00:00Z"}).json()
    with world.app() as app:
        assert app.get("/app/installations", params={"since": "2026-01-01T00:00:00Z"}).json()
        assert not app.get("/app/installations", params={"since": "2999-01-01T00:00:00Z"}).json()
