"""From a head that is pushed to its check run on the local GitHub."""

import base64
import time
from collections.abc import Iterator, Sequence
from itertools import count

from tests.bench.figures import Figure, percentile
from tests.bench.past import IN_WORDS, leave_a_past
from tests.bench.report import machine
from tests.bench.shop import open_shop
from tests.e2e.world import SHOP, World, concluded, eventually

SAMPLES = 30
EVERY_SECONDS = 4  # GitHub takes 80 writes of content a minute of one installation; each head costs three
BRANCH = "notes"


def measure() -> Sequence[Figure]:
    with open_shop() as world:
        leave_a_past(world)
        pushes = count()
        _open_pull_request(world, next(pushes))
        seconds = [_seconds_to_check(world, next(pushes)) for _ in _at_a_pace(SAMPLES)]
    conditions = (
        f"{SAMPLES} heads pushed to one pull request of the TypeScript sample on the local GitHub, one every "
        f"{EVERY_SECONDS} s, each after the check of the one before had concluded; from before the request that pushes "
        f"(so before the delivery is received) until GitHub lists a check run, asked for every 50 ms; nearest rank, "
        f"which of {SAMPLES} is the slowest; {IN_WORDS}; median {percentile(seconds, 50):.2f} s; {machine()}"
    )
    return [Figure("intake.event_to_check_p99_s", percentile(seconds, 99), conditions)]


def _open_pull_request(world: World, number: int) -> None:
    """A person's pull request whose first check has concluded, so that the next ones are not the first."""
    main = world.get(f"/repos/{SHOP}/git/ref/heads/main")["object"]["sha"]
    world.act("maria", "POST", f"/repos/{SHOP}/git/refs", {"ref": f"refs/heads/{BRANCH}", "sha": main})
    head = _push(world, number)
    world.act("maria", "POST", f"/repos/{SHOP}/pulls", {"title": "Take notes", "head": BRANCH, "base": "main"})
    concluded(world, head)


def _at_a_pace(samples: int) -> Iterator[int]:
    for sample in range(samples):
        due = time.monotonic() + EVERY_SECONDS
        yield sample
        time.sleep(max(0.0, due - time.monotonic()))


def _push(world: World, number: int) -> str:
    """Push a commit with one more note; return the new head's SHA."""
    content = base64.b64encode(f"Note {number}\n".encode()).decode()
    pushed = {"message": f"Take note {number}", "content": content, "branch": BRANCH}
    return world.act("maria", "PUT", f"/repos/{SHOP}/contents/notes/{number}.md", pushed)["commit"]["sha"]


def _seconds_to_check(world: World, number: int) -> float:
    began = time.monotonic()
    head = _push(world, number)
    eventually(lambda: world.check_runs(head), what=f"a check run on {head}")
    took = time.monotonic() - began
    concluded(world, head)
    return took
