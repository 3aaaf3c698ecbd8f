"""A worker stands still for longer than its lease, another one takes over and finishes, the first goes on: what then?

Each issue has a worker of its own, which is stopped at another moment. The fence protects all that comes after it is
checked again. Between its check and the request there is a window that no fence can close, because GitHub knows none;
there, names protect: a branch, a pull request of a branch, and a reaction are there once or not at all.
"""

import sys
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from sqlalchemy import Row

from app.adapters.sql.tables import audit, changes, effects, heads, jobs, lanes, tasks
from tests.e2e.requests import module_request
from tests.e2e.standstill import FIRST_WRITE, Moment
from tests.e2e.world import SHOP, UNTESTED, Database, World, eventually

BEFORE: Moment = "before the fence is checked"
AFTER: Moment = "after the fence was checked"
INSIDE: Moment = "inside a transaction"
COMMENT, COMMIT, BRANCH, PULL = "progress:", ":commit", ":branch", ":pull"
Stop = tuple[Moment, str]
STOPS: list[Stop] = [
    *((BEFORE, effect) for effect in (FIRST_WRITE, COMMENT, COMMIT, BRANCH, PULL)),
    *((AFTER, effect) for effect in (FIRST_WRITE, BRANCH, PULL)),
    (INSIDE, COMMENT),
]


@dataclass(frozen=True)
class Seen:
    """What is to be seen of one issue at GitHub."""

    comments: list[str]
    reactions: list[str]
    branches: list[str]
    pulls: list[tuple[int, str, str, str]]
    check_runs: list[tuple[int, str, str]]


Written = Mapping[str, Sequence[Row[tuple[object, ...]]]]


@dataclass(frozen=True)
class Stories:
    """While the first workers stood still, when others had finished, and when the first had gone on and ended."""

    meanwhile: Mapping[Stop, Seen]
    finished: Mapping[Stop, Seen]
    at_last: Mapping[Stop, Seen]
    written_when_finished: Written
    written_at_last: Written
    said: Mapping[Stop, str]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    return request.param


@pytest.fixture(scope="module")
def world(state: Path, database: Database) -> Iterator[World]:
    with World(state / database, database=database, repositories={SHOP: UNTESTED}) as world:
        yield world


@pytest.fixture(scope="module")
def stories(world: World, database: Database) -> Stories:
    # SQLite has one writer: who stands still inside a transaction there stops everybody, until it goes on or dies
    stops = [stop for stop in STOPS if database == "postgresql" or stop[0] != INSIDE]
    issues = {stop: world.open_issue("Add zones", module_request(f"zones{n}")) for n, stop in enumerate(stops)}
    world.stack.kill("worker")
    world.stack.kill("clock")
    for issue in issues.values():
        world.label(issue)
    with standing_still(world, issues):
        meanwhile = {stop: seen(world, issue) for stop, issue in issues.items()}
        world.stack.run("worker")
        world.stack.run("clock")
        for stop, issue in issues.items():
            eventually(lambda n=issue: is_finished(world, n), within=60, what=f"the takeover {stop}")
        finished, written_when_finished = {stop: seen(world, issue) for stop, issue in issues.items()}, written(world)
    return Stories(
        meanwhile,
        finished,
        {stop: seen(world, issue) for stop, issue in issues.items()},
        written_when_finished,
        written(world),
        {stop: "\n".join(world.log_lines(f"standstill-{issue}")) for stop, issue in issues.items()},
    )


@contextmanager
def standing_still(world: World, issues: Mapping[Stop, int]) -> Generator[None]:
    """A worker for each issue stands still inside, and has gone on and ended afterwards."""
    lane = f"{world.github.url.removeprefix('http://')}/{world.get(f'/repos/{SHOP}')['id']}"
    workers: list[psutil.Process] = []
    for (moment, effect), issue in issues.items():
        program = [sys.executable, "-m", "tests.e2e.standstill", f"{lane}/{issue}", moment, effect]
        world.stack.run_beside(f"standstill-{issue}", program)
        workers.append(psutil.Process(world.stack.processes[f"standstill-{issue}"].pid))
    try:
        for stop, worker in zip(issues, workers, strict=True):
            eventually(lambda w=worker: w.status() == psutil.STATUS_STOPPED, within=60, what=f"standing still {stop}")
        yield
    finally:
        for worker in workers:
            worker.resume()
    assert psutil.wait_procs(workers, timeout=60)[1] == []


def seen(world: World, issue: int) -> Seen:
    pulls = [pull for pull in world.pulls() if pull["head"]["ref"].startswith(f"acs/issue-{issue}-")]
    return Seen(
        comments=world.comments(issue),
        reactions=world.reactions(issue),
        branches=[branch for branch in world.branches() if branch.startswith(f"acs/issue-{issue}-")],
        pulls=[(pull["number"], pull["state"], pull["head"]["sha"], pull["body"]) for pull in pulls],
        check_runs=[
            (run["id"], run["conclusion"], run["output"]["summary"])
            for pull in pulls
            for run in world.check_runs(pull["head"]["sha"])
        ],
    )


def written(world: World) -> Written:
    return {table.name: world.rows(table) for table in (audit, changes, effects, heads, jobs, lanes, tasks)}


def is_finished(world: World, issue: int) -> bool:
    is_idle = not any(job.state in ("ready", "retry") for job in world.rows(jobs) if job.home.endswith(f"/{issue}"))
    is_checked = any("Tests: " in body and "waiting for" not in body for body in world.comments(issue))
    return is_idle and is_checked


def there(seen: Seen) -> tuple[int, int, int, int]:
    """How many there are of what an issue leads to."""
    return len(seen.reactions), len(seen.comments), len(seen.branches), len(seen.pulls)


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("effect", "made"),
    [
        pytest.param(FIRST_WRITE, (0, 0, 0, 0), id="the reaction"),
        pytest.param(COMMENT, (1, 0, 0, 0), id="the comment"),
        pytest.param(COMMIT, (1, 1, 0, 0), id="the commit"),
        pytest.param(BRANCH, (1, 1, 0, 0), id="the branch"),
        pytest.param(PULL, (1, 1, 1, 0), id="the pull request"),
    ],
)
def test_a_worker_that_stood_still_before_the_fence_was_checked_changes_nothing_at_github(
    effect: str, made: tuple[int, int, int, int], stories: Stories
) -> None:
    stop = (BEFORE, effect)

    assert there(stories.meanwhile[stop]) == made
    assert there(stories.finished[stop]) == (1, 1, 1, 1)
    assert stories.at_last[stop] == stories.finished[stop]
    assert '"lane lost"' in stories.said[stop]


@pytest.mark.parametrize(
    ("effect", "made"),
    [
        pytest.param(FIRST_WRITE, (0, 0, 0, 0), id="the reaction"),
        pytest.param(BRANCH, (1, 1, 0, 0), id="the branch"),
        pytest.param(PULL, (1, 1, 1, 0), id="the pull request"),
    ],
)
def test_after_the_fence_was_checked_github_itself_refuses_what_is_there(
    effect: str, made: tuple[int, int, int, int], stories: Stories
) -> None:
    stop = (AFTER, effect)

    assert there(stories.meanwhile[stop]) == made
    assert there(stories.finished[stop]) == (1, 1, 1, 1)
    assert stories.at_last[stop] == stories.finished[stop]
    assert '"lane lost"' in stories.said[stop]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_transaction_in_which_a_worker_stood_still_is_ended_by_postgresql(stories: Stories) -> None:
    stop = (INSIDE, COMMENT)

    assert there(stories.meanwhile[stop]) == (1, 1, 0, 0)
    assert stories.at_last[stop] == stories.finished[stop]
    assert there(stories.at_last[stop]) == (1, 1, 1, 1)


def test_none_of_them_writes_anything_down(stories: Stories) -> None:
    for table, rows in stories.written_when_finished.items():
        assert stories.written_at_last[table] == rows, table
