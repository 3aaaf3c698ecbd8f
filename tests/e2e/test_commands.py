"""J7: people speak to ACS in comments, on the local GitHub, and see what came of it."""

from collections.abc import Sequence

import pytest

from tests.e2e.requests import module_request
from tests.e2e.world import SHOP, World, eventually

ISSUES = f"/repos/{SHOP}/issues"


def say(world: World, number: int, text: str, *, by: str = "maria") -> int:
    """Comment, and return the comment's id."""
    return world.act(by, "POST", f"{ISSUES}/{number}/comments", {"body": text})["id"]


def reactions_to(world: World, comment: int) -> Sequence[str]:
    return [one["content"] for one in world.get(f"{ISSUES}/comments/{comment}/reactions")]


def reacted(world: World, comment: int, last: str) -> Sequence[str]:
    """The reactions to a comment, once the last of them is there."""

    def look() -> Sequence[str] | None:
        found = reactions_to(world, comment)
        return found if last in found else None

    return eventually(look, what=f"the reaction {last}")


def said(world: World, number: int, words: str) -> str:
    """The comment of ACS's that says the words, once it does."""

    def look() -> str | None:
        ours = (body for body in world.comments(number) if body.startswith("<!-- acs:"))
        return next((body for body in ours if words in body), None)

    return eventually(look, what=f"a comment on #{number} that says “{words}”")


def answers(world: World, number: int) -> Sequence[str]:
    return [body for body in world.comments(number) if body.startswith("<!-- acs:answers=")]


def labels(world: World, number: int) -> Sequence[str]:
    return [label["name"] for label in world.get(f"{ISSUES}/{number}")["labels"]]


def test_questions_are_answered_in_one_comment(world: World) -> None:
    number = world.open_issue("Add postage", module_request("asked"))

    for line, words in (
        ("/acs help", "`/acs run [--spec PATH]`"),
        ("/acs help templates", "`typescript-module`"),
        ("/acs status", "Nothing was asked for here."),
        ("/acs why", "In the way: it has the trigger label"),
        ("/acs ping", "ACS listens."),
        ("/acs version", "ACS `"),
    ):
        comment = say(world, number, line, by="eve")
        assert reacted(world, comment, "rocket") == ["rocket"]
        said(world, number, words)

    assert len(answers(world, number)) == 1


def test_a_typo_is_answered_with_what_was_meant(world: World) -> None:
    number = world.open_issue("Add postage", "")

    comment = say(world, number, "/acs statsu")

    assert reacted(world, comment, "confused") == ["confused"]
    said(world, number, "Did you mean `status`? Nothing was done. (`unknown_verb`)")


def test_who_may_only_read_starts_nothing(world: World) -> None:
    number = world.open_issue("Add postage", module_request("refused"))

    comment = say(world, number, "/acs run", by="eve")

    assert reacted(world, comment, "-1") == ["-1"]
    said(world, number, "eve has read permission")
    assert labels(world, number) == []


def test_run_on_an_issue_without_the_label_leads_to_a_pull_request(world: World) -> None:
    number = world.open_issue("Add postage", module_request("byCommand"))

    comment = say(world, number, "/acs run", by="omar")

    reacted(world, comment, "rocket")
    said(world, number, "Done: a draft pull request is open")
    said(world, number, "asked for by omar")
    assert labels(world, number) == ["acs"]
    assert len([pull for pull in world.pulls() if f"Closes #{number}\n" in pull["body"]]) == 1


def test_retry_begins_another_run_from_the_issue_as_it_stands_now(world: World) -> None:
    number = world.open_issue("Add postage", "Just do it")
    say(world, number, "/acs run")
    said(world, number, "ACS needs something from you")
    world.act("maria", "PATCH", f"{ISSUES}/{number}", {"body": module_request("onceMore")})

    comment = say(world, number, "/acs retry")

    reacted(world, comment, "rocket")
    assert "Run 2," in said(world, number, "Done: a draft pull request is open")


def test_cancel_takes_a_request_back(world: World) -> None:
    number = world.open_issue("Add postage", "Just do it")
    world.label(number)
    said(world, number, "ACS needs something from you")

    comment = say(world, number, "/acs cancel", by="tina")

    assert reacted(world, comment, "rocket") == ["rocket"]
    said(world, number, "tina cancelled it. Nothing was changed.")
    assert labels(world, number) == []


def test_an_edited_comment_and_a_quoted_command_ask_for_nothing(world: World) -> None:
    number = world.open_issue("Add postage", module_request("edited"))
    edited = say(world, number, "Looks good to me")
    world.act("maria", "PATCH", f"{ISSUES}/comments/{edited}", {"body": "/acs run"})
    quoted = say(world, number, "> /acs run\n\nI would not.")

    after = say(world, number, "/acs ping")

    reacted(world, after, "rocket")
    assert [reactions_to(world, one) for one in (edited, quoted)] == [[], []]
    assert labels(world, number) == []


def test_a_bot_is_not_heard(world: World) -> None:
    number = world.open_issue("Add postage", module_request("bot"))
    (installation,) = world.as_app("GET", "/app/installations")
    token = world.as_app("POST", f"/app/installations/{installation['id']}/access_tokens")["token"]
    with world.github.as_anybody() as bot:
        headers = {"Authorization": f"Bearer {token}"}
        answer = bot.post(f"{ISSUES}/{number}/comments", json={"body": "/acs run"}, headers=headers)
    comment = answer.raise_for_status().json()["id"]

    after = say(world, number, "/acs ping")

    reacted(world, after, "rocket")
    assert reactions_to(world, comment) == []
    assert labels(world, number) == []


@pytest.mark.parametrize("command", ["/acs run", "/acs pause"])
def test_while_paused_nothing_begins(world: World, command: str) -> None:
    number = world.open_issue("Add postage", module_request("paused"))
    say(world, number, '/acs pause --reason "a release"')
    said(world, number, "ACS is paused in this repository by maria")

    comment = say(world, number, command)

    reacted(world, comment, "-1")
    assert labels(world, number) == []
    reacted(world, say(world, number, "/acs resume"), "rocket")


def test_on_a_pull_request_its_checks_run_again(world: World) -> None:
    number = world.open_issue("Add postage", module_request("checkedAgain"))
    say(world, number, "/acs run")
    said(world, number, "Done: a draft pull request is open")
    (pull,) = [one for one in world.pulls() if f"Closes #{number}\n" in one["body"]]
    eventually(lambda: world.check_runs(pull["head"]["sha"]), what="the check run")

    comment = say(world, pull["number"], "/acs retry")

    reacted(world, comment, "rocket")
    eventually(lambda: len(world.check_runs(pull["head"]["sha"])) == 2, what="the second check run")
