"""How everything ended, as data that two runs of the same scripts have in common: without times, ids and SHAs."""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from difflib import unified_diff

import handlers
from app.adapters.sql.tables import deliveries, jobs, tasks
from tests.e2e.world import Json, World
from tests.soak.scripts import Player

Outcome = Mapping[str, Json]

PARTICULAR = (
    (re.compile(r"\b[0-9a-f]{12}([0-9a-f]{28})?\b"), "SHA"),
    (re.compile(r"\b\d+([.,]\d+)? (ms|s|min)\b"), "TIME"),
    (re.compile(r"\bRun \d+\b"), "Run N"),
    (re.compile(r"(Pull request: |/pull/)#?\d+"), r"\1N"),
    (re.compile(r"(acs/issue-\d+-add-[a-z]+\d+)-\d+\b"), r"\1"),
    (re.compile(r"http://127\.0\.0\.1:\d+"), "http://HOST"),
    (re.compile(r"127\.0\.0\.1:\d+"), "HOST"),
)


def outcome(world: World, players: Sequence[Player]) -> Outcome:
    """What is to be seen of every issue at GitHub, and what ACS has written down in all."""
    states = {(task.repo_id, task.number): task.state for task in world.rows(tasks)}
    repos = {player.repo: world.get(f"/repos/{player.repo}")["id"] for player in players}
    return {
        "issues": {
            player.name: {**_seen(world, player), "task": states.get((repos[player.repo], player.number))}
            for player in players
        },
        "branches": {repo: len(world.branches(repo)) for repo in repos},
        "jobs": dict(Counter(f"{job.kind} {job.state}" for job in world.rows(jobs) if job.state != "done")),
        "deliveries": dict(Counter(one.state for one in world.rows(deliveries) if one.state != "done")),
        "never received": len(never_received(world)),
    }


def never_received(world: World) -> set[str]:
    """The deliveries that GitHub tried to make and ACS does not know of, as far as ACS reacts to their events.

    The sweep asks for no others: what nobody reacts to may stay lost.
    """
    tried = {one["guid"] for one in world.deliveries() if one["event"] in handlers.ROUTES}
    return tried - {one.guid for one in world.rows(deliveries)}


def _seen(world: World, player: Player) -> Json:
    """One issue and what it led to, as people see it."""
    issue = world.get(f"/repos/{player.repo}/issues/{player.number}")
    pulls = [pull for pull in world.pulls(player.repo) if is_for(pull["head"]["ref"], player)]
    return {
        "state": issue["state"],
        "labels": sorted(label["name"] for label in issue["labels"]),
        "reactions": world.reactions(player.number, player.repo),
        "comments": [general(body) for body in world.comments(player.number, player.repo)],
        "branches": [general(branch) for branch in world.branches(player.repo) if is_for(branch, player)],
        "pulls": [_pull(world, player, pull) for pull in pulls],
    }


def _pull(world: World, player: Player, pull: Json) -> Json:
    runs = world.check_runs(pull["head"]["sha"], player.repo)
    return {
        **{name: pull[name] for name in ("state", "draft", "title")},
        "body": general(pull["body"]),
        "comments": [general(body) for body in world.comments(pull["number"], player.repo)],
        "checks": [[run["name"], run["status"], run["conclusion"], general(run["output"]["title"])] for run in runs],
    }


def is_for(branch: str, player: Player) -> bool:
    return branch.startswith(f"acs/issue-{player.number}-")


def general(text: str) -> str:
    """The text without what is particular to one run."""
    for pattern, word in PARTICULAR:
        text = pattern.sub(word, text)
    return text


def difference(calm: Outcome, faulty: Outcome) -> str:
    """What differs, as people read it; empty when nothing does."""
    expected, found = (json.dumps(one, indent=1, sort_keys=True).splitlines() for one in (calm, faulty))
    return "\n".join(unified_diff(expected, found, "without faults", "with faults", lineterm="", n=12))
