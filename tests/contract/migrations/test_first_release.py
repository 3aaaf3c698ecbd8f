"""What the first release left behind is read and finished by this version."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from app.adapters.sql.record import JobRecord
from app.adapters.sql.tables import jobs, tasks
from app.domain.repo import HeadSha, IssueRef
from app.ports.code_host import CheckOutput, CheckRun, CheckRunId, CommentId, IssueNow
from app.ports.journal import Lane, Lease, PendingJob
from tests.contract.worker.world import FILES, REPO, World
from tests.fakes.code_host import LONG_AGO, THE_APP, Comment, ProposedPull, RecordedCheck, RecordedCommit
from tests.fakes.sandbox import FakeDependencies, FakeSandbox

PROPOSED, ASKED, BRANCHED, DELAYED, FAILED, CANCELLED, LABELLED = 1, 5, 7, 9, 11, 13, 15
PULL, CHECK = 3, CheckRunId(4)
BASE = "3381ca1e3698d947f77b92ae06ff9895e2bc46b8"
HEADS = {PROPOSED: "59194be2802a72903432cb2a41f8a036018d84aa", BRANCHED: "b038802a0b14c1839ca5944c8a52cf4d67f13871"}
LATER = timedelta(days=1)


@pytest.fixture
def world(first_release: str, tmp_path: Path) -> Iterator[World]:
    """A worker of this version, after `acs migrate`."""
    with capture_logs() as logs:
        world = World(tmp_path, logs, database_url=first_release)
        vars(world.services).update(sandbox=FakeSandbox(), dependencies=FakeDependencies())
        remember(world)
        world.clock.move(LATER)
        yield world
        world.close()


def remember(world: World) -> None:
    """Let the code host be as the first release left it."""
    host = world.host
    while host.next_number() < LABELLED:
        pass
    for issue in (PROPOSED, ASKED, BRANCHED, DELAYED, FAILED, CANCELLED, LABELLED):
        labels = frozenset[str]() if issue == CANCELLED else frozenset({"acs"})
        host.issues[issue] = IssueNow(is_open=True, labels=labels, updated_at=LONG_AGO)
    for issue in (PROPOSED, ASKED, BRANCHED, DELAYED, FAILED, CANCELLED):
        marker = f"<!-- acs:task=github.com/42/{issue} -->"
        host.comments[CommentId(issue + 1)] = Comment(issue, THE_APP, marker)
    tree = {path: ("100644", content) for path, content in FILES.items()}
    for sha in (BASE, *HEADS.values()):
        host.commits[sha] = RecordedCommit((), tree, "")
    for issue, sha in HEADS.items():
        host.branches[f"acs/issue-{issue}-add-postage"] = sha
    title, branch = "Add postage", f"acs/issue-{PROPOSED}-add-postage"
    head = HeadSha(HEADS[PROPOSED])
    host.pulls[PULL] = ProposedPull(title, "", branch, "main", head)
    run = CheckRun(CHECK, "ACS / tests", head, f"acs:tests:{CHECK}", status="queued", conclusion=None, url="")
    host.checks[CHECK] = RecordedCheck(run, CheckOutput("Waiting", ""))


def states(world: World) -> dict[int, str]:
    """The state of every task, as a use case reads it."""
    record = JobRecord(world.services.engine, world.clock, Lease(world.lane, "", "", 0), a_job(world))
    found = {row.number: record.get(IssueRef(REPO, row.number)) for row in world.rows(tasks)}
    return {number: task.state for number, task in found.items() if task}


def a_job(world: World) -> PendingJob:
    with world.services.engine.begin() as connection:
        row = connection.execute(select(jobs).limit(1)).one()
    return PendingJob(row.id, row.kind, row.arguments, 1, 0, 0, row.correlation_id, row.delivery, world.clock.now())


def test_every_task_is_read_as_it_was(world: World) -> None:
    assert states(world) == {
        PROPOSED: "proposed",
        ASKED: "needs_input",
        BRANCHED: "working",
        DELAYED: "working",
        FAILED: "failed",
        CANCELLED: "cancelled",
    }


def test_open_jobs_are_done_and_kept_deliveries_are_drained(world: World) -> None:
    world.drain_until_done()

    assert sorted(set(world.states("deliveries"))) == ["done", "failed"]
    assert world.states("deliveries").count("failed") == 1
    assert [(job.kind, job.state) for job in world.rows(jobs) if job.state != "done"] == [("GenerateChange", "failed")]
    assert states(world) == {
        PROPOSED: "proposed",
        ASKED: "needs_input",
        BRANCHED: "proposed",
        DELAYED: "proposed",
        FAILED: "failed",
        CANCELLED: "cancelled",
        LABELLED: "proposed",
    }


def test_what_was_made_already_is_not_made_again(world: World) -> None:
    world.drain_until_done()

    pulls = sorted(pull.head_branch for pull in world.host.pulls.values())
    assert pulls == sorted(f"acs/issue-{n}-add-postage" for n in (PROPOSED, BRANCHED, DELAYED, LABELLED))
    assert sorted(world.host.branches) == sorted(["main", *pulls])
    assert world.host.branches[f"acs/issue-{BRANCHED}-add-postage"] == HEADS[BRANCHED]
    commented = sorted(comment.issue for comment in world.host.comments.values())
    assert commented == sorted([PROPOSED, ASKED, BRANCHED, DELAYED, FAILED, CANCELLED, LABELLED])


def test_a_check_that_was_queued_is_concluded_and_can_be_asked_for_again(world: World) -> None:
    world.drain_until_done()
    assert [check.run.status for check in world.host.checks.values()] == ["completed"]

    ours = {"id": CHECK, "name": "ACS / tests", "head_sha": HEADS[PROPOSED], "app": {"id": 9}}
    asked = {**world.payload("rerequested"), "check_run": ours}
    world.deliver("check_run", {name: value for name, value in asked.items() if name not in ("issue", "label")})
    world.drain_until_done()

    assert [check.run.status for check in world.host.checks.values()] == ["completed"] * 2


def test_a_task_that_was_taken_back_can_be_asked_for_again(world: World) -> None:
    world.drain_until_done()
    world.issue, world.lane = IssueRef(REPO, CANCELLED), Lane(f"github.com/42/{CANCELLED}")

    world.label()
    world.drain_until_done()

    assert states(world)[CANCELLED] == "proposed"
    assert f"acs/issue-{CANCELLED}-add-postage-2" in world.host.branches
