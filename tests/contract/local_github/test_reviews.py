"""Reviews of pull requests, and comments on their lines. https://docs.github.com/en/rest/pulls/reviews"""

import re
from uuid import uuid4

import pytest

from tests.contract.local_github.browser import browsing
from tests.contract.local_github.reviewing import PRICE, PULLS, comment, line, priced, push, review
from tests.contract.local_github.world import SHOP, Document, Heard, World, at, items, number, text

LONG = "".join(f"export const p{one} = {one}\n" for one in range(1, 41))


def heard_of(world: World, name: str, pull: int) -> Heard:
    return world.receiver.wait(name, where=lambda one: number(one, "pull_request", "number") == pull)


def test_a_review_says_what_it_thinks_and_of_which_lines(world: World) -> None:
    pull = priced(world, "reviewed")
    lines = line(2, "These too", start_line=1, start_side="RIGHT")
    made = review(world, "tom", pull, body="Please", event="REQUEST_CHANGES", comments=[line(2), lines])

    assert (text(made, "state"), text(made, "user", "login")) == ("CHANGES_REQUESTED", "tom")
    with world.bot(permissions={"pull_requests": "read"}) as bot:
        assert [number(one, "id") for one in bot.get(f"{PULLS}/{pull}/reviews").json()] == [number(made, "id")]
        first, second = bot.get(f"{PULLS}/{pull}/reviews/{number(made, 'id')}/comments").json()
        assert (first["line"], first["position"], first["start_line"]) == (2, 3, None)
        assert first["diff_hunk"].splitlines()[-1] == "+export const tax = 1"
        assert (second["start_line"], second["line"]) == (1, 2)
        assert bot.get(f"{PULLS}/{pull}").json()["review_comments"] == 2
    submitted = heard_of(world, "pull_request_review.submitted", pull).payload
    assert (text(submitted, "review", "state"), text(submitted, "review", "body")) == ("changes_requested", "Please")
    created = heard_of(world, "pull_request_review_comment.created", pull).payload
    assert text(created, "comment", "body") == "Why?"


def test_nobody_sees_a_review_before_it_is_submitted(world: World) -> None:
    pull = priced(world, "pending")
    draft = review(world, "tom", pull, comments=[line(1)])
    of_pull, url = f"{PULLS}/{pull}", f"{PULLS}/{pull}/reviews/{number(draft, 'id')}"
    with world.person("tom") as tom, world.person("maria") as maria:
        assert text(draft, "state") == "PENDING"
        assert maria.get(url).status_code == 404
        assert maria.get(f"{of_pull}/reviews").json() == maria.get(f"{of_pull}/comments").json() == []
        (hidden,) = tom.get(f"{url}/comments").json()
        assert maria.get(f"{PULLS}/comments/{hidden['id']}").status_code == 404
        assert tom.post(f"{of_pull}/reviews", json={}).json()["errors"] == [
            "User can only have one pending review per pull request"
        ]
        world.wait_until_delivered()
        assert not any(number(one.payload, "pull_request", "number") == pull for one in reviews_heard(world))

        done = tom.post(f"{url}/events", json={"event": "COMMENT"}).json()
        assert (done["state"], maria.get(url).status_code) == ("COMMENTED", 200)
        assert [one["id"] for one in maria.get(f"{of_pull}/comments").json()] == [hidden["id"]]
        assert tom.post(f"{url}/events", json={"event": "APPROVE"}).status_code == 422
    heard_of(world, "pull_request_review_comment.created", pull)


def reviews_heard(world: World) -> list[Heard]:
    return [one for one in world.receiver.heard if one.event.startswith("pull_request_review")]


def test_a_pending_review_is_discarded_with_its_comments(world: World) -> None:
    pull = priced(world, "discarded")
    draft = f"{PULLS}/{pull}/reviews/{number(review(world, 'tom', pull, comments=[line(1)]), 'id')}"
    with world.person("tom") as tom:
        assert tom.delete(draft).status_code == 200
        assert tom.get(draft).status_code == 404
        assert tom.delete(f"{PULLS}/{pull}/reviews/{number(review(world, 'tom', pull, event='APPROVE'), 'id')}").json()[
            "errors"
        ] == ["Can not delete a non-pending pull request review"]


@pytest.mark.parametrize(
    ("event", "refusal"),
    [
        pytest.param("APPROVE", "Can not approve on your own pull request", id="approving"),
        pytest.param("REQUEST_CHANGES", "Can not request changes on your own pull request", id="requesting changes"),
    ],
)
def test_nobody_judges_their_own_pull_request(world: World, event: str, refusal: str) -> None:
    pull = world.pull(f"own-{event.lower()}")
    with world.bot() as bot:
        refused = bot.post(f"{PULLS}/{pull}/reviews", json={"event": event, "body": "Mine"})
        assert (refused.status_code, refused.json()["errors"]) == (422, [refusal])
        assert bot.get(f"{PULLS}/{pull}/reviews").json() == []
        assert bot.post(f"{PULLS}/{pull}/reviews", json={"event": "COMMENT", "body": "Mine"}).status_code == 200


@pytest.mark.parametrize(
    ("remark", "refusal"),
    [
        pytest.param(line(3), "Line could not be resolved", id="a line below the file"),
        pytest.param({**line(1), "path": "README.md"}, "Path could not be resolved", id="a file that is unchanged"),
        pytest.param(
            line(1, start_line=2), "Start line could not be resolved", id="a range that ends before it begins"
        ),
        pytest.param({"path": PRICE, "body": "?"}, "Line could not be resolved", id="no line"),
        pytest.param({"path": PRICE, "body": "?", "position": 9}, "Position could not be resolved", id="a position"),
    ],
)
def test_a_line_outside_the_diff_is_refused_and_nothing_is_kept(world: World, remark: Document, refusal: str) -> None:
    pull = priced(world, f"outside-{uuid4().hex[:8]}")
    with world.person("tom") as tom:
        refused = tom.post(f"{PULLS}/{pull}/reviews", json={"event": "COMMENT", "comments": [line(1), remark]})
        assert (refused.status_code, refused.json()["errors"]) == (422, [refusal])
        assert tom.get(f"{PULLS}/{pull}/reviews").json() == tom.get(f"{PULLS}/{pull}/comments").json() == []


def test_a_line_that_is_unchanged_and_far_from_any_change_is_no_part_of_the_diff(world: World) -> None:
    priced(world, "long-base", LONG)
    with world.person("maria") as maria, world.person("tom") as tom:
        world.commit({PRICE: LONG.replace("= 20\n", "= 21\n")}, on="long-base", branch="long")
        wanted = {"title": "One line", "head": "long", "base": "long-base"}
        pull = maria.post(PULLS, json=wanted).json()
        head = text(pull, "head", "sha")
        url = f"{PULLS}/{number(pull, 'number')}/comments"
        near = tom.post(url, json={"commit_id": head, **line(17)})
        far = tom.post(url, json={"commit_id": head, **line(16)})
    assert near.status_code == 201
    assert (far.status_code, text(far.json(), "errors", 0, "message")) == (
        422,
        "pull_request_review_thread.line must be part of the diff",
    )


def test_comments_follow_their_lines_until_those_change(world: World) -> None:
    pull = priced(world, "moving", "export const price = 2\nexport const tax = 1\nexport const fee = 3\n")
    first = number(comment(world, "tom", pull, line(1)), "id")
    last = number(comment(world, "tom", pull, line(3)), "id")

    push(world, "moving", "// prices\nexport const price = 4\nexport const tax = 1\nexport const fee = 3\n")

    with world.person("tom") as tom:
        changed, kept = (tom.get(f"{PULLS}/comments/{one}").json() for one in (first, last))
        head = text(tom.get(f"{PULLS}/{pull}").json(), "head", "sha")
    assert (changed["line"], changed["position"], changed["original_line"]) == (None, None, 1)
    assert changed["commit_id"] == changed["original_commit_id"] != head
    assert (kept["line"], kept["original_line"], kept["commit_id"]) == (4, 3, head)
    assert "export const fee = 3" in kept["diff_hunk"]


@pytest.mark.parametrize(
    ("said_of", "now"),
    [
        pytest.param({"line": 2}, 2, id="above the change"),
        pytest.param({"line": 30}, 32, id="far below the change"),
        pytest.param({"line": 12, "start_line": 11, "start_side": "RIGHT"}, 14, id="several lines right below it"),
        pytest.param({"line": 12, "start_line": 9, "start_side": "RIGHT"}, 14, id="lines around it"),
        pytest.param({"line": 1, "side": "LEFT"}, 1, id="a line that was removed"),
    ],
)
def test_lines_are_counted_anew_when_others_come_before_them(
    world: World, said_of: dict[str, Document], now: int
) -> None:
    branch = f"counted-{uuid4().hex[:8]}"
    pull = priced(world, branch, LONG)
    made = comment(world, "tom", pull, {**line(1), **said_of})
    push(world, branch, LONG.replace("export const p11 =", "// new\n// new\nexport const p11 ="))
    with world.person("tom") as tom:
        assert tom.get(f"{PULLS}/comments/{number(made, 'id')}").json()["line"] == now


def test_a_comment_on_a_file_stays_while_the_file_is_in_the_diff(world: World) -> None:
    pull = priced(world, "whole")
    made = comment(world, "tom", pull, {"path": PRICE, "body": "All of it", "subject_type": "file"})
    push(world, "whole", "export const price = 9\n")
    with world.person("tom") as tom:
        url = f"{PULLS}/comments/{number(made, 'id')}"
        assert (tom.get(url).json()["subject_type"], tom.get(url).json()["position"]) == ("file", 1)
        push_back(world)
        assert tom.get(url).json()["position"] is None


def push_back(world: World) -> None:
    push(world, "whole-next", "export const price = 1\n")
    with world.bot() as bot:
        git = f"/repos/{SHOP}/git"
        sha = text(bot.get(f"{git}/ref/heads/whole-next").json(), "object", "sha")
        assert bot.patch(f"{git}/refs/heads/whole", json={"sha": sha}).status_code == 200


def test_an_answer_stands_in_the_thread_and_belongs_to_a_review_of_its_own(world: World) -> None:
    pull = priced(world, "answered")
    first = comment(world, "tom", pull, line(1))
    with world.bot(permissions={"pull_requests": "write"}) as bot:
        replies = f"{PULLS}/{pull}/comments/{number(first, 'id')}/replies"
        answer = bot.post(replies, json={"body": "Because"}).json()
        assert answer["in_reply_to_id"] == number(first, "id")
        assert answer["diff_hunk"] == text(first, "diff_hunk")
        assert answer["pull_request_review_id"] != number(first, "pull_request_review_id")
        again = bot.post(f"{PULLS}/{pull}/comments/{answer['id']}/replies", json={"body": "And"})
        assert again.status_code == 404
        elsewhere = bot.post(
            f"{PULLS}/{priced(world, 'elsewhere')}/comments/{number(first, 'id')}/replies", json={"body": "?"}
        )
        assert elsewhere.status_code == 404
    told = world.receiver.wait(
        "pull_request_review.submitted",
        where=lambda one: number(one, "review", "id") == answer["pull_request_review_id"],
    ).payload
    assert (at(told, "review", "body"), text(told, "sender", "type")) == (None, "Bot")


def test_who_is_in_the_middle_of_a_review_comments_in_no_other_way(world: World) -> None:
    pull = priced(world, "busy")
    first = comment(world, "maria", pull, line(1))
    review(world, "tom", pull, comments=[line(1)])
    with world.person("tom") as tom:
        refused = tom.post(f"{PULLS}/{pull}/comments/{number(first, 'id')}/replies", json={"body": "Too"})
        assert refused.status_code == 422
    assert [text(one, "body") for one in seen(world, pull)] == ["Why?"]


def seen(world: World, pull: int) -> list[Document]:
    with world.person("rita") as rita:
        return items(rita.get(f"{PULLS}/{pull}/comments").json())


def test_a_verdict_is_dismissed_by_who_may_write(world: World) -> None:
    pull = world.pull("dismissed")
    made = review(world, "rita", pull, event="APPROVE")
    url = f"{PULLS}/{pull}/reviews/{number(made, 'id')}/dismissals"
    with world.person("rita") as rita, world.person("tom") as tom:
        assert rita.put(url, json={"message": "Oh"}).status_code == 403
        assert tom.put(url, json={"message": "Not yet"}).json()["state"] == "DISMISSED"
        assert tom.put(url, json={"message": "Not yet"}).status_code == 422
    heard_of(world, "pull_request_review.dismissed", pull)


def test_comments_are_changed_by_their_authors_and_by_who_may_write(world: World) -> None:
    pull = priced(world, "changed")
    url = f"{PULLS}/comments/{number(comment(world, 'rita', pull, line(1)), 'id')}"
    with world.person("rita") as rita, world.person("tom") as tom, world.person("stranger") as stranger:
        assert rita.patch(url, json={"body": "How?"}).json()["body"] == "How?"
        assert stranger.delete(url).status_code == 403
        assert tom.delete(url).status_code == 204
        assert rita.get(url).status_code == 404
    edited = heard_of(world, "pull_request_review_comment.edited", pull).payload
    assert text(edited, "changes", "body", "from") == "Why?"
    heard_of(world, "pull_request_review_comment.deleted", pull)


def test_reviewers_are_collaborators_and_are_awaited_until_they_answer(world: World) -> None:
    pull = world.pull("awaited")
    url = f"{PULLS}/{pull}/requested_reviewers"
    with world.bot() as bot:
        assert bot.post(url, json={"reviewers": ["tom", "stranger"]}).status_code == 422
        assert bot.post(url, json={"reviewers": ["acs[bot]"]}).status_code == 422
        assert bot.get(url).json() == {"users": [], "teams": []}
        asked = bot.post(url, json={"reviewers": ["tom", "maria"]}).json()
        assert [text(one, "login") for one in items(asked, "requested_reviewers")] == ["tom", "maria"]
        assert bot.request("DELETE", url, json={"reviewers": ["maria"]}).status_code == 200
        review(world, "tom", pull, event="APPROVE")
        assert bot.get(url).json()["users"] == []
    requested = heard_of(world, "pull_request.review_requested", pull).payload
    assert text(requested, "requested_reviewer", "login") == "tom"
    removed = heard_of(world, "pull_request.review_request_removed", pull).payload
    assert text(removed, "requested_reviewer", "login") == "maria"


def test_reviews_are_there_again_after_a_kill(own_world: World) -> None:
    pull = priced(own_world, "survived")
    made = review(own_world, "tom", pull, event="REQUEST_CHANGES", comments=[line(1)])
    draft = review(own_world, "maria", pull, comments=[line(2, "And?")])
    with own_world.bot() as bot:
        bot.post(f"{PULLS}/{pull}/requested_reviewers", json={"reviewers": ["rita"]})
    own_world.github.kill()
    own_world.github.restart()

    with own_world.person("maria") as maria:
        listed = maria.get(f"{PULLS}/{pull}/reviews").json()
        assert [(one["id"], one["state"]) for one in listed] == [
            (number(made, "id"), "CHANGES_REQUESTED"),
            (number(draft, "id"), "PENDING"),
        ]
        assert [text(one, "body") for one in maria.get(f"{PULLS}/{pull}/comments").json()] == ["Why?"]
        assert text(maria.get(f"{PULLS}/{pull}").json(), "requested_reviewers", 0, "login") == "rita"


def test_a_person_reviews_on_the_pages(world: World) -> None:
    pull = priced(world, "on-pages")
    page = f"/{SHOP}/pull/{pull}"
    with browsing(world, "tom") as tom, browsing(world, "rita") as rita, browsing(world) as anybody:
        files, lines = f"{page}/files", f"{page}/line-comments"
        tom.submit(files, lines, path=PRICE, side="RIGHT", line="2", start_line="1", body="Why **both**?", act="review")
        assert "Finish your review, with 1 comment" in tom.see(files)
        assert "Why <strong>both</strong>?" not in anybody.see(page)
        shown = tom.submit(files, f"{page}/reviews", verdict="REQUEST_CHANGES", body="Please explain").text
        for words in ("tom requested changes", "Please explain", "lines 1–2", "Why <strong>both</strong>?"):
            assert words in shown
        assert "does not count" not in shown
        rita.submit(files, f"{page}/reviews", verdict="APPROVE", body="")
        assert "does not count" in anybody.see(page)
        assert tom.submit(files, lines, path=PRICE, side="RIGHT", line="77", body="?", act="single").status_code == 422


def test_a_person_answers_and_resolves_a_thread_on_the_pages(world: World) -> None:
    pull = priced(world, "threads")
    comment(world, "tom", pull, line(1))
    page = f"/{SHOP}/pull/{pull}"
    with browsing(world, "tom") as tom, browsing(world, "stranger") as stranger:
        found = re.search(r'id="thread-(\d+)"', tom.see(page))
        assert found
        thread = f"{page}/threads/{found[1]}"
        assert "I see" in stranger.submit(page, f"{thread}/reply", body="I see").text
        assert stranger.submit(page, f"{thread}/resolve", resolved="1").status_code == 403
        assert "Resolved by tom" in tom.submit(page, f"{thread}/resolve", resolved="1").text
        resolved = heard_of(world, "pull_request_review_thread.resolved", pull).payload
        assert [text(one, "body") for one in items(resolved, "thread", "comments")] == ["Why?", "I see"]
        assert "Resolved by" not in tom.submit(page, f"{thread}/resolve", resolved="").text
        heard_of(world, "pull_request_review_thread.unresolved", pull)
