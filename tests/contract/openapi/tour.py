"""Asks every endpoint of the local GitHub for what it usually answers and what it usually refuses.

Each function is one resource. Nothing is asserted here: the exchanges are recorded, and held against the description.
"""

import re
from base64 import b64encode

import httpx

from tests.contract.local_github.browser import Browser, browsing
from tests.contract.local_github.world import ATTIC, SHOP, VAULT, World, number, text

REPO = f"/repos/{SHOP}"
NOBODY = 10**9  # no issue, comment, run … has this number
MISSING_SHA = "0123456789" * 4


def go_round(world: World) -> None:
    for part in (site, app, installations, hook, repositories, commits, contents, git_data, git_refs):
        part(world)
    for part in (issues, labels, comments, reactions, pulls, reviews, review_comments, reviewers, checks):
        part(world)


def site(world: World) -> None:
    with world.person("maria") as maria, world.github.as_anybody() as anybody:
        for path in ("/user", "/meta", "/rate_limit", "/users/maria", "/users/acme"):
            maria.get(path)
        maria.get(f"/user/{number(maria.get('/user').json(), 'id')}")
        maria.get("/meta", headers={"If-None-Match": maria.get("/meta").headers["ETag"]})
        anybody.get("/user")
        anybody.get("/users/nobody")
        anybody.get(f"/user/{NOBODY}")
        anybody.get("/rate_limit")
        maria.get("/user", headers={"Authorization": "Bearer ghp_wrong"})


def app(world: World) -> None:
    with world.app() as app, world.person("maria") as maria:
        app.get("/app")
        maria.get("/app")
        app.get("/app/installations", params={"per_page": 1})
        app.get(f"/app/installations/{world.installation_id()}")
        app.get(f"/app/installations/{NOBODY}")
        app.get(f"{REPO}/installation")
        app.get(f"/repos/{ATTIC}/installation")


def installations(world: World) -> None:
    tokens = f"/app/installations/{world.installation_id()}/access_tokens"
    with world.app() as app, world.bot() as bot, world.person("maria") as maria:
        app.post(tokens)
        app.post(tokens, json={"repositories": ["shop"], "permissions": {"issues": "write", "contents": "read"}})
        app.post(tokens, json={"repository_ids": [number(bot.get(REPO).json(), "id")]})
        app.post(tokens, json={"repositories": ["attic"]})
        app.post(tokens, json={"permissions": {"administration": "write"}})
        app.post(f"/app/installations/{NOBODY}/access_tokens")
        maria.post(tokens)
        bot.get("/installation/repositories", params={"per_page": 1, "page": 2})
        maria.get("/installation/repositories")


def hook(world: World) -> None:
    world.issue(labels=["acs"])
    world.wait_until_delivered()
    log = "/app/hook/deliveries"
    with world.app() as app, world.person("maria") as maria:
        app.get("/app/hook/config")
        app.patch("/app/hook/config", json={"content_type": "json", "insecure_ssl": "0"})
        newest = number(app.get(log, params={"per_page": 1}).json(), 0, "id")
        app.get(log, params={"cursor": app.get(log, params={"per_page": 1}).links["next"]["url"].rpartition("=")[2]})
        app.get(log, params={"status": "failure"})
        app.get(log, params={"cursor": "no cursor"})
        app.get(f"{log}/{newest}")
        app.get(f"{log}/{NOBODY}")
        app.post(f"{log}/{newest}/attempts")
        app.post(f"{log}/{NOBODY}/attempts")
        for path in ("/app/hook/config", log, f"{log}/{newest}"):
            maria.get(path)


def repositories(world: World) -> None:
    with world.bot() as bot, world.person("stranger") as stranger:
        whole = bot.get(REPO)
        bot.get(REPO, headers={"If-None-Match": whole.headers["ETag"]})
        bot.get(f"/repositories/{number(whole.json(), 'id')}")
        bot.get(f"{REPO}/collaborators/rita/permission")
        bot.get(f"{REPO}/collaborators/nobody/permission")
        stranger.get(f"/repos/{VAULT}")


def commits(world: World) -> None:
    head = world.commit({"src/price.ts": "export const price = 2\n", "run.sh": None}, branch="tour/commits")
    with world.bot() as bot:
        bot.get(f"{REPO}/branches", params={"per_page": 1, "page": 2})
        bot.get(f"{REPO}/branches/tour/commits")
        bot.get(f"{REPO}/branches/nothing")
        bot.get(f"{REPO}/commits", params={"sha": "tour/commits", "per_page": 1})
        bot.get(f"{REPO}/commits", params={"sha": "nothing"})
        bot.get(f"{REPO}/commits/{head}")
        bot.get(f"{REPO}/commits/tour/commits")
        bot.get(f"{REPO}/commits/{MISSING_SHA}")
        bot.get(f"{REPO}/compare/main...tour/commits")
        bot.get(f"{REPO}/compare/main...nothing")


def contents(world: World) -> None:
    readme = f"{REPO}/contents/README.md"
    new = {"message": "Write it", "content": b64encode(b"# Shop\n").decode(), "branch": "tour/contents"}
    world.commit({"started.txt": ""}, branch="tour/contents")
    with world.person("tom") as tom:
        tom.get(f"{REPO}/contents/")
        tom.get(f"{REPO}/contents/src")
        sha = text(tom.get(readme, params={"ref": "tour/contents"}).json(), "sha")
        tom.get(f"{REPO}/contents/nothing")
        tom.put(f"{REPO}/contents/new.md", json=new)
        tom.put(readme, json={**new, "sha": sha})
        tom.put(readme, json={**new, "sha": MISSING_SHA})
        tom.put(readme, json=new)
        tom.put(readme, json={**new, "branch": "nothing"})


def git_data(world: World) -> None:
    git = f"{REPO}/git"
    with world.bot() as bot:
        parent = text(bot.get(f"{git}/ref/heads/main").json(), "object", "sha")
        blob = text(bot.post(f"{git}/blobs", json={"content": "aGk=", "encoding": "base64"}).json(), "sha")
        bot.post(f"{git}/blobs", json={"content": "not base64", "encoding": "base64"})
        bot.post(f"{git}/blobs", json={})
        bot.get(f"{git}/blobs/{blob}")
        bot.get(f"{git}/blobs/{MISSING_SHA}")
        entries = [
            {"path": "by-sha.txt", "mode": "100644", "type": "blob", "sha": blob},
            {"path": "by-content.txt", "mode": "100755", "type": "blob", "content": "hi"},
            {"path": "run.sh", "mode": "100644", "type": "blob", "sha": None},
        ]
        tree = text(bot.post(f"{git}/trees", json={"base_tree": parent, "tree": entries}).json(), "sha")
        bot.post(f"{git}/trees", json={"tree": [{**entries[0], "path": "../out"}]})
        bot.post(f"{git}/trees", json={"base_tree": MISSING_SHA, "tree": entries[:1]})
        bot.get(f"{git}/trees/{tree}", params={"recursive": "1"})
        bot.get(f"{git}/trees/main")
        bot.get(f"{git}/trees/{MISSING_SHA}")
        commit = {"message": "Change it", "tree": tree, "parents": [parent]}
        author = {"name": "Tom", "email": "tom@example.com", "date": "2026-01-02T03:04:05Z"}
        signed = text(bot.post(f"{git}/commits", json=commit).json(), "sha")
        bot.post(f"{git}/commits", json={**commit, "author": author})
        bot.post(f"{git}/commits", json={**commit, "tree": MISSING_SHA})
        bot.get(f"{git}/commits/{signed}")
        bot.get(f"{git}/commits/{MISSING_SHA}")


def git_refs(world: World) -> None:
    git = f"{REPO}/git"
    sha = world.commit({"ref.txt": "1\n"})
    with world.bot() as bot:
        main = text(bot.get(f"{git}/ref/heads/main").json(), "object", "sha")
        bot.get(f"{git}/ref/heads/nothing")
        bot.get(f"{git}/matching-refs/heads/ma")
        bot.get(f"{git}/matching-refs/")
        bot.post(f"{git}/refs", json={"ref": "refs/heads/tour/ref", "sha": main})
        bot.post(f"{git}/refs", json={"ref": "refs/heads/tour/ref", "sha": main})
        bot.post(f"{git}/refs", json={"ref": "refs/heads/other", "sha": MISSING_SHA})
        bot.patch(f"{git}/refs/heads/tour/ref", json={"sha": sha})
        bot.patch(f"{git}/refs/heads/tour/ref", json={"sha": main, "force": False})
        bot.patch(f"{git}/refs/heads/tour/ref", json={"sha": main, "force": True})
        bot.delete(f"{git}/refs/heads/tour/ref")
        bot.delete(f"{git}/refs/heads/tour/ref")


def issues(world: World) -> None:
    with world.person("maria") as maria, world.bot() as bot:
        wanted = {"title": "Tour", "body": "Look", "labels": ["bug", {"name": "acs"}], "assignees": ["tom"]}
        answer = maria.post(f"{REPO}/issues", json=wanted)
        issue = f"{REPO}/issues/{number(answer.json(), 'number')}"
        maria.post(f"{REPO}/issues", json={"body": "No title"})
        maria.post(f"{REPO}/issues", json={"title": "x" * 300})
        bot.post(f"{REPO}/issues", json={"title": "By the App"})
        query = {"state": "open", "labels": "acs", "since": "2026-01-01T00:00:00Z", "per_page": 1, "page": 1}
        bot.get(f"{REPO}/issues", params={**query, "sort": "updated", "direction": "asc"})
        bot.get(f"{REPO}/issues", params={"since": "yesterday"})
        whole = bot.get(issue)
        bot.get(issue, headers={"If-None-Match": whole.headers["ETag"]})
        bot.get(f"{REPO}/issues/{NOBODY}")
        maria.patch(issue, json={"title": "Tour, again", "state": "closed", "state_reason": "not_planned"})
        maria.patch(issue, json={"state": "open", "labels": ["bug"], "assignees": ["rita"]})
        maria.patch(issue, json={"state": "ajar"})
        maria.post(f"{issue}/assignees", json={"assignees": ["tom"]})
        maria.request("DELETE", f"{issue}/assignees", json={"assignees": ["tom"]})
        bot.get(f"{issue}/events", params={"per_page": 100})
        bot.get(f"{REPO}/issues/{NOBODY}/events")


def labels(world: World) -> None:
    with world.person("maria") as maria:
        of_issue = f"{REPO}/issues/{world.issue()}/labels"
        maria.get(f"{REPO}/labels", params={"per_page": 2})
        maria.post(f"{REPO}/labels", json={"name": "tour", "color": "5319e7", "description": "Seen"})
        maria.post(f"{REPO}/labels", json={"name": "tour"})
        maria.post(f"{REPO}/labels", json={"name": "other", "color": "violet"})
        maria.get(f"{REPO}/labels/tour")
        maria.get(f"{REPO}/labels/nothing")
        maria.patch(f"{REPO}/labels/tour", json={"new_name": "tour-2", "color": "000000"})
        maria.post(of_issue, json={"labels": ["tour-2", "bug"]})
        maria.get(of_issue)
        maria.delete(f"{of_issue}/tour-2")
        maria.delete(f"{of_issue}/nothing")
        maria.put(of_issue, json={"labels": ["question"]})
        maria.delete(of_issue)
        maria.delete(f"{REPO}/labels/tour-2")


def comments(world: World) -> None:
    of_issue = f"{REPO}/issues/{world.issue()}/comments"
    with world.bot() as bot:
        comment = f"{REPO}/issues/comments/{number(bot.post(of_issue, json={'body': 'On it'}).json(), 'id')}"
        bot.post(of_issue, json={"body": " "})
        bot.post(f"{REPO}/issues/{NOBODY}/comments", json={"body": "Anybody?"})
        bot.get(of_issue, params={"per_page": 1, "page": 1, "since": "2026-01-01T00:00:00Z"})
        bot.get(comment)
        bot.get(f"{REPO}/issues/comments/{NOBODY}")
        bot.patch(comment, json={"body": "Done"})
        bot.patch(comment, json={"body": "x" * 70_000})
        gone = bot.post(of_issue, json={"body": "Never mind"}).json()
        bot.delete(f"{REPO}/issues/comments/{number(gone, 'id')}")


def reactions(world: World) -> None:
    issue = f"{REPO}/issues/{world.issue()}"
    with world.bot() as bot, world.person("rita") as rita:
        comment = bot.post(f"{issue}/comments", json={"body": "On it"}).json()
        for subject in (issue, f"{REPO}/issues/comments/{number(comment, 'id')}"):
            made = bot.post(f"{subject}/reactions", json={"content": "eyes"}).json()
            bot.post(f"{subject}/reactions", json={"content": "eyes"})
            bot.post(f"{subject}/reactions", json={"content": "yawn"})
            bot.get(f"{subject}/reactions", params={"content": "eyes", "per_page": 1})
            rita.delete(f"{subject}/reactions/{number(made, 'id')}")
            bot.delete(f"{subject}/reactions/{number(made, 'id')}")
            bot.delete(f"{subject}/reactions/{NOBODY}")


def pulls(world: World) -> None:
    sha = world.commit({"src/tour.ts": "export {}\n"}, branch="tour-pull")
    wanted = {"title": "Tour", "head": "tour-pull", "base": "main", "body": "Closes #1", "draft": True}
    with world.bot() as bot, world.person("tom") as tom:
        draft = number(bot.post(f"{REPO}/pulls", json=wanted).json(), "number")
        bot.post(f"{REPO}/pulls", json=wanted)
        bot.post(f"{REPO}/pulls", json={**wanted, "head": "nothing"})
        bot.get(f"{REPO}/pulls", params={"state": "open", "head": "acme:tour-pull", "per_page": 30})
        bot.get(f"{REPO}/pulls", params={"state": "all", "sort": "created", "direction": "desc", "base": "main"})
        bot.get(f"{REPO}/commits/{sha}/pulls")
        pull = f"{REPO}/pulls/{draft}"
        bot.get(f"{REPO}/pulls/{NOBODY}")
        bot.patch(pull, json={"title": "Tour, again", "state": "closed"})
        bot.patch(pull, json={"state": "open"})
        bot.patch(pull, json={"base": "nothing"})
        whole = bot.get(pull)
        bot.get(pull, headers={"If-None-Match": whole.headers["ETag"]})
        bot.get(f"{pull}/files", params={"per_page": 1})
        bot.get(f"{pull}/commits")
        bot.get(f"{pull}/merge")
        tom.put(f"{pull}/merge")
        _merge(tom, f"{REPO}/pulls/{world.pull('tour-merged')}")


def reviews(world: World) -> None:
    number_ = world.pull("tour-reviews", {"src/price.ts": "export const price = 2\nexport const tax = 1\n"})
    of_pull = f"{REPO}/pulls/{number_}/reviews"
    line = {"path": "src/price.ts", "line": 2, "side": "RIGHT", "body": "Why?"}
    lines = {**line, "start_line": 1, "start_side": "LEFT"}
    with world.person("tom") as tom, world.person("maria") as maria, world.bot() as bot:
        wanted = {"body": "See below", "event": "REQUEST_CHANGES", "comments": [line, lines]}
        asked = f"{of_pull}/{number(tom.post(of_pull, json=wanted).json(), 'id')}"
        bot.post(of_pull, json={"event": "APPROVE"})
        tom.post(of_pull, json={"event": "COMMENT"})
        tom.post(of_pull, json={"body": "Look", "event": "COMMENT", "comments": [{**line, "line": 99}]})
        tom.get(of_pull, params={"per_page": 1, "page": 1})
        tom.get(f"{REPO}/pulls/{NOBODY}/reviews")
        bot.get(asked)
        bot.get(f"{of_pull}/{NOBODY}")
        bot.get(f"{asked}/comments", params={"per_page": 1})
        tom.put(asked, json={"body": "See above"})
        pending = {"comments": [{"path": "src/price.ts", "position": 1, "body": "And this?"}]}
        draft = f"{of_pull}/{number(maria.post(of_pull, json=pending).json(), 'id')}"
        maria.post(of_pull, json=pending)
        maria.get(draft)
        tom.get(draft)
        maria.post(f"{draft}/events", json={"event": "APPROVE", "body": "Good"})
        maria.post(f"{draft}/events", json={"event": "APPROVE"})
        maria.delete(f"{of_pull}/{number(maria.post(of_pull).json(), 'id')}")
        maria.delete(asked)
        maria.put(f"{asked}/dismissals", json={"message": "It is settled", "event": "DISMISS"})
        maria.put(f"{asked}/dismissals", json={"message": "Again"})


def review_comments(world: World) -> None:
    number_ = world.pull("tour-comments", {"src/price.ts": "export const price = 3\n"})
    pull, comments = f"{REPO}/pulls/{number_}", f"{REPO}/pulls/comments"
    with world.bot() as bot, world.person("tom") as tom:
        head = text(bot.get(pull).json(), "head", "sha")
        wanted = {"body": "Cheap", "commit_id": head, "path": "src/price.ts"}
        line = {**wanted, "line": 1, "side": "RIGHT"}
        first = number(tom.post(f"{pull}/comments", json=line).json(), "id")
        tom.post(f"{pull}/comments", json={**wanted, "position": 2})
        tom.post(f"{pull}/comments", json={**wanted, "subject_type": "file"})
        tom.post(f"{pull}/comments", json={**line, "line": 2, "start_line": 1})
        tom.post(f"{pull}/comments", json={**line, "path": "nothing"})
        tom.post(f"{pull}/comments", json={**line, "commit_id": MISSING_SHA})
        tom.post(f"{pull}/comments", json={**line, "body": "Yes", "in_reply_to": first})
        answer = number(bot.post(f"{pull}/comments/{first}/replies", json={"body": "It is"}).json(), "id")
        bot.post(f"{pull}/comments/{answer}/replies", json={"body": "Is it?"})
        bot.post(f"{pull}/comments/{NOBODY}/replies", json={"body": "Anybody?"})
        query = {"sort": "updated", "direction": "desc", "since": "2026-01-01T00:00:00Z", "per_page": 2, "page": 1}
        bot.get(f"{pull}/comments", params=query)
        bot.get(comments, params=query)
        bot.get(f"{comments}/{first}")
        bot.get(f"{comments}/{NOBODY}")
        tom.patch(f"{comments}/{first}", json={"body": "Very cheap"})
        made = bot.post(f"{comments}/{first}/reactions", json={"content": "eyes"}).json()
        bot.post(f"{comments}/{first}/reactions", json={"content": "eyes"})
        bot.post(f"{comments}/{first}/reactions", json={"content": "yawn"})
        bot.get(f"{comments}/{first}/reactions", params={"content": "eyes", "per_page": 1})
        bot.delete(f"{comments}/{first}/reactions/{number(made, 'id')}")
        bot.delete(f"{comments}/{answer}")


def reviewers(world: World) -> None:
    pull = f"{REPO}/pulls/{world.pull('tour-reviewers')}"
    with world.bot() as bot:
        bot.post(f"{pull}/requested_reviewers", json={"reviewers": ["tom", "maria"]})
        bot.post(f"{pull}/requested_reviewers", json={"reviewers": ["acs[bot]"]})
        bot.post(f"{pull}/requested_reviewers", json={"team_reviewers": ["everybody"]})
        bot.get(f"{pull}/requested_reviewers")
        bot.request("DELETE", f"{pull}/requested_reviewers", json={"reviewers": ["tom"]})


def forms(world: World) -> None:
    """What people do only on the pages, and what an App is told of it."""
    pull, head_sha = world.pull("formed", draft=True), world.commit({"buttons.txt": "1\n"})
    action = {"label": "Fix it", "description": "Let ACS fix it", "identifier": "fix"}
    with world.bot() as bot, browsing(world, "tom") as tom:
        wanted = {"name": "tests", "head_sha": head_sha, "conclusion": "failure", "actions": [action]}
        run = number(bot.post(f"{REPO}/check-runs", json=wanted).json(), "id")
        tom.submit(f"/{SHOP}/runs/{run}", f"/{SHOP}/runs/{run}/action", identifier="fix")
        for _ in range(2):
            tom.submit(f"/{SHOP}/pull/{pull}", f"/{SHOP}/pull/{pull}/ready")
        _talk_of_a_line(tom, f"/{SHOP}/pull/{pull}")
        on_pull = f"{REPO}/issues/{pull}"
        bot.post(f"{on_pull}/labels", json={"labels": ["bug"]})
        bot.delete(f"{on_pull}/labels")
        tom.submit(f"/{SHOP}/pull/{pull}", f"/{SHOP}/pull/{pull}/comment", body="Thanks")
        bot.post(f"{on_pull}/assignees", json={"assignees": ["tom"]})
        bot.request("DELETE", f"{on_pull}/assignees", json={"assignees": ["tom"]})
        main = text(bot.get(f"{REPO}/git/ref/heads/main").json(), "object", "sha")
        commit = {"message": "More", "tree": main, "parents": [main]}
        commit["tree"] = text(bot.get(f"{REPO}/git/commits/{head_sha}").json(), "tree", "sha")
        more = text(bot.post(f"{REPO}/git/commits", json=commit).json(), "sha")
        bot.patch(f"{REPO}/git/refs/heads/formed", json={"sha": more, "force": True})
        bot.post(f"{REPO}/git/refs", json={"ref": "refs/tags/v1", "sha": main})
        bot.delete(f"{REPO}/git/refs/heads/formed")


def _talk_of_a_line(person: Browser, pull: str) -> None:
    lines = {"path": "formed.txt", "side": "RIGHT", "line": "1", "body": "Old?", "act": "single"}
    thread = re.search(r'id="thread-(\d+)"', person.submit(f"{pull}/files", f"{pull}/line-comments", **lines).text)
    assert thread
    for resolved in ("1", ""):
        person.submit(pull, f"{pull}/threads/{thread[1]}/resolve", resolved=resolved)


def settings(world: World) -> None:
    """What an owner does in the settings; the last of it leaves nothing."""
    installation = world.installation_id()
    with world.github.as_anybody() as owner:
        owner.post(f"/_local/installations/{installation}/suspend")
        owner.post(f"/_local/installations/{installation}/unsuspend")
        owner.delete(f"/_local/repos/{VAULT}")
        owner.delete(f"/_local/installations/{installation}")


def _merge(by: httpx.Client, pull: str) -> None:
    by.put(f"{pull}/merge", json={"sha": MISSING_SHA})
    by.put(f"{pull}/merge", json={"commit_title": "Merge it", "merge_method": "merge"})
    by.get(f"{pull}/merge")
    by.get(pull)


def checks(world: World) -> None:
    sha = world.commit({"checked.txt": "1\n"}, branch="tour-checks")
    note = {"path": "checked.txt", "start_line": 1, "end_line": 1, "annotation_level": "failure", "message": "No"}
    output = {"title": "Red", "summary": "One failed", "text": "At length", "annotations": [note]}
    actions = [{"label": "Fix it", "description": "Let ACS fix it", "identifier": "fix"}]
    with world.bot() as bot, world.person("maria") as maria:
        wanted = {"name": "tests", "head_sha": sha, "external_id": "7", "status": "queued"}
        made = bot.post(f"{REPO}/check-runs", json={**wanted, "actions": actions}).json()
        run, suite = number(made, "id"), number(made, "check_suite", "id")
        bot.post(f"{REPO}/check-runs", json={**wanted, "head_sha": MISSING_SHA})
        maria.post(f"{REPO}/check-runs", json=wanted)
        bot.get(f"{REPO}/check-runs/{run}")
        bot.get(f"{REPO}/check-runs/{NOBODY}")
        bot.patch(f"{REPO}/check-runs/{run}", json={"status": "in_progress", "started_at": "2026-01-02T03:04:05Z"})
        bot.patch(f"{REPO}/check-runs/{run}", json={"status": "completed"})
        bot.patch(f"{REPO}/check-runs/{run}", json={"conclusion": "failure", "output": output})
        bot.get(f"{REPO}/check-runs/{run}/annotations", params={"per_page": 1})
        mine = {"app_id": 4242, "status": "completed", "check_name": "tests", "filter": "all", "per_page": 100}
        bot.get(f"{REPO}/commits/{sha}/check-runs", params=mine)
        bot.get(f"{REPO}/commits/tour-checks/check-runs")
        bot.get(f"{REPO}/commits/{sha}/check-suites", params={"app_id": 4242})
        bot.get(f"{REPO}/commits/nothing/check-suites")
        bot.post(f"{REPO}/check-suites", json={"head_sha": sha})
        bot.post(f"{REPO}/check-suites", json={"head_sha": world.commit({"more.txt": ""})})
        bot.get(f"{REPO}/check-suites/{suite}")
        bot.get(f"{REPO}/check-suites/{NOBODY}")
        bot.get(f"{REPO}/check-suites/{suite}/check-runs", params={"status": "completed"})
        maria.post(f"{REPO}/check-runs/{run}/rerequest")
        maria.post(f"{REPO}/check-suites/{suite}/rerequest")
