"""Pull requests over REST. https://docs.github.com/en/rest/pulls/pulls"""

from tests.contract.local_github.world import SHOP, World, at, items, number, text

PULLS = f"/repos/{SHOP}/pulls"


def test_a_draft_pull_request_is_opened_and_found_by_its_branch(world: World) -> None:
    issue = world.issue()
    pull = world.pull("acs/issue-1", draft=True, body=f"Closes #{issue}")
    with world.bot(permissions={"pull_requests": "write"}) as bot:
        found = bot.get(f"{PULLS}?head=acme:acs/issue-1&state=all").json()
        assert [(number(one, "number"), at(one, "draft")) for one in found] == [(pull, True)]
        whole = bot.get(f"{PULLS}/{pull}").json()
        assert (whole["mergeable"], whole["mergeable_state"]) == (True, "draft")
        assert (whole["commits"], whole["additions"], whole["deletions"], whole["changed_files"]) == (1, 1, 0, 1)
        assert text(whole, "user", "login") == "acs[bot]"
    opened = world.receiver.wait("pull_request.opened", where=lambda one: number(one, "number") == pull).payload
    assert text(opened, "pull_request", "head", "ref") == "acs/issue-1"
    assert text(opened, "pull_request", "base", "repo", "full_name") == SHOP


def test_a_pull_request_shows_its_files_and_commits(world: World) -> None:
    pull = world.pull("files", {"src/price.ts": "export const price = 3\n", "run.sh": None})
    with world.person("tom") as tom:
        files = tom.get(f"{PULLS}/{pull}/files").json()
        assert [(text(one, "filename"), text(one, "status")) for one in files] == [
            ("run.sh", "removed"),
            ("src/price.ts", "modified"),
        ]
        assert [text(one, "commit", "message") for one in tom.get(f"{PULLS}/{pull}/commits").json()] == ["Change it"]


def test_a_second_pull_request_from_a_branch_is_refused(world: World) -> None:
    world.pull("twice")
    with world.bot() as bot:
        again = bot.post(PULLS, json={"title": "Again", "head": "twice", "base": "main"})
        assert again.status_code == 422
        assert text(again.json(), "errors", 0, "message") == "A pull request already exists for acme:twice."
        nowhere = bot.post(PULLS, json={"title": "Again", "head": "nowhere", "base": "main"})
        assert text(nowhere.json(), "errors", 0, "field") == "head"
        nothing = bot.post(PULLS, json={"title": "Again", "head": "main", "base": "main"})
        assert text(nothing.json(), "errors", 0, "message") == "No commits between main and main"


def test_a_pull_request_is_edited_closed_and_reopened(world: World) -> None:
    pull = world.pull("edited")
    with world.person("tom") as tom:
        assert tom.patch(f"{PULLS}/{pull}", json={"body": "Why and how"}).json()["body"] == "Why and how"
        assert tom.patch(f"{PULLS}/{pull}", json={"state": "closed"}).json()["state"] == "closed"
        assert tom.patch(f"{PULLS}/{pull}", json={"state": "open"}).json()["state"] == "open"
    world.receiver.wait("pull_request.reopened", where=lambda one: number(one, "number") == pull)


def test_labels_and_comments_of_a_pull_request_are_told_in_its_shape(world: World) -> None:
    pull = world.pull("labelled")
    with world.bot(permissions={"pull_requests": "write"}) as bot:
        assert bot.post(f"/repos/{SHOP}/issues/{pull}/labels", json=["bug"]).status_code == 200
        assert bot.post(f"/repos/{SHOP}/issues/{pull}/comments", json={"body": "hi"}).status_code == 201
        assert bot.post(f"/repos/{SHOP}/issues/{world.issue()}/comments", json={"body": "hi"}).status_code == 403
    labeled = world.receiver.wait("pull_request.labeled", where=lambda one: number(one, "number") == pull).payload
    assert text(labeled, "label", "name") == "bug"
    created = world.receiver.wait(
        "issue_comment.created", where=lambda one: number(one, "issue", "number") == pull
    ).payload
    assert text(created, "issue", "pull_request", "html_url").endswith(f"/pull/{pull}")


def test_a_conflict_makes_a_pull_request_unmergeable(troubled: World) -> None:
    pull = troubled.pull("conflict", {"src/price.ts": "export const price = 4\n"})
    with troubled.person("maria") as maria:
        other = troubled.pull("other-too", {"src/price.ts": "export const price = 5\n"})
        assert maria.put(f"{PULLS}/{other}/merge", json={}).json()["merged"] is True
        whole = maria.get(f"{PULLS}/{pull}").json()
        assert (whole["mergeable"], whole["mergeable_state"]) == (False, "dirty")
        assert maria.put(f"{PULLS}/{pull}/merge", json={}).status_code == 405


def test_merging_closes_the_pull_request_and_the_issue_it_names(troubled: World) -> None:
    issue = troubled.issue()
    pull = troubled.pull("merged", body=f"Fixes #{issue}.")
    with troubled.person("maria") as maria:
        stale = maria.put(f"{PULLS}/{pull}/merge", json={"sha": "0" * 40})
        assert stale.status_code == 409
        merged = maria.put(f"{PULLS}/{pull}/merge", json={}).json()
        assert text(maria.get(f"/repos/{SHOP}/branches/main").json(), "commit", "sha") == merged["sha"]
        whole = maria.get(f"{PULLS}/{pull}").json()
        assert (whole["merged"], whole["state"], whole["merged_by"]["login"]) == (True, "closed", "maria")
        assert maria.get(f"/repos/{SHOP}/issues/{issue}").json()["state_reason"] == "completed"
    closed = troubled.receiver.wait("pull_request.closed").payload
    assert at(closed, "pull_request", "merged") is True
    troubled.receiver.wait("issues.closed")
    assert text(
        troubled.receiver.wait("push", where=lambda one: text(one, "ref") == "refs/heads/main").payload, "after"
    )


def test_a_pull_request_is_closed_when_its_branch_goes(world: World) -> None:
    pull = world.pull("short-lived")
    with world.bot() as bot:
        bot.delete(f"/repos/{SHOP}/git/refs/heads/short-lived")
        assert bot.get(f"{PULLS}/{pull}").json()["state"] == "closed"
        assert bot.patch(f"{PULLS}/{pull}", json={"state": "open"}).status_code == 422
        assert items(bot.get(f"{PULLS}?head=acme:short-lived").json()) == []
