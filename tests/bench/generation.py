"""From a label to a draft pull request on the local GitHub, in the recipe lane: how long, and how many requests."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import httpx

from tests.bench import context, fast_lane
from tests.bench.figures import Figure, percentile
from tests.bench.report import machine
from tests.bench.shop import open_shop
from tests.e2e.requests import module_request
from tests.e2e.world import SHOP, Json, World, concluded, eventually

ISSUES = 20


@dataclass(frozen=True, slots=True)
class Run:
    """What one label cost."""

    seconds: float
    requests: int


def measure() -> Sequence[Figure]:
    with open_shop() as world:
        meter = Meter(world)
        _run(world, meter, 0)
        runs = [_run(world, meter, number) for number in range(1, ISSUES + 1)]
    seconds = [run.seconds for run in runs]
    conditions = (
        f"{ISSUES} issues one after another, after one that warmed up; recipe lane, TypeScript sample, local GitHub; "
        "the checks of each pull request concluded before the next label; "
    )
    timed = (
        "median, from before the request that labels until GitHub lists the draft pull request, asked for every 50 ms; "
        f"slowest {max(seconds):.2f} s; {machine()}"
    )
    counted = (
        "the most of any run, from the label until the progress comment says that the pull request is open, as GitHub "
        "counts them for the installation (X-RateLimit-Used): no token requests and no git; the pull request's "
        "own deliveries are held back until then"
    )
    return [
        *fast_lane.measure(),
        context.speedup(),
        Figure("generation.issue_to_draft_pr_s", percentile(seconds, 50), conditions + timed),
        Figure("generation.issue_to_draft_pr_requests", max(run.requests for run in runs), conditions + counted),
    ]


class Meter:
    """How many requests the installation has made, in GitHub's own count; looking costs none."""

    def __init__(self, world: World) -> None:
        (installation,) = world.as_app("GET", "/app/installations")
        token = world.as_app("POST", f"/app/installations/{installation['id']}/access_tokens")["token"]
        self._url = f"{world.github.url}/rate_limit"
        self._headers = {"Authorization": f"Bearer {token}"}

    def used(self) -> int:
        answer = httpx.get(self._url, headers=self._headers, trust_env=False, timeout=30)
        return answer.raise_for_status().json()["rate"]["used"]


def _run(world: World, meter: Meter, number: int) -> Run:
    issue = world.open_issue(f"Add zones {number}", module_request(f"zones{number}"))
    before = meter.used()
    began = time.monotonic()
    world.label(issue)
    world.faults(deliveries={"hold": True})
    pull = eventually(lambda: _draft(world, issue), what=f"the draft pull request for #{issue}")
    took = time.monotonic() - began
    eventually(lambda: _says_done(world, issue), what=f"the last word on #{issue}")
    requests = meter.used() - before
    world.faults(deliveries={"hold": False})
    httpx.post(f"{world.github.url}/_local/deliveries/release", json={}, trust_env=False).raise_for_status()
    concluded(world, pull["head"]["sha"])
    eventually(lambda: any("passed in" in body for body in world.comments(issue)), what=f"the checks of #{issue}")
    return Run(took, requests)


def _draft(world: World, issue: int) -> Json | None:
    """The pull request that answers the issue, when it is the newest."""
    newest = world.get(f"/repos/{SHOP}/pulls?state=all&per_page=1")
    return next((pull for pull in newest if pull["head"]["ref"].startswith(f"acs/issue-{issue}-")), None)


def _says_done(world: World, issue: int) -> bool:
    return any("Done: a draft pull request is open" in body for body in world.comments(issue))
