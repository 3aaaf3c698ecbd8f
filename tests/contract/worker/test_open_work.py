"""Work that was given up, or that nobody announced, is taken up by the clock and ends as it should."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from app.domain.repo import Actor, HeadSha, PullRef
from app.errors import RepoError, TransientError
from app.ports.installations import Installation, OpenIssue, OpenPull, Request
from app.ports.sandbox import Outcome, Step
from app.worker.clock import hands, look_through, resume_checks
from tests.contract.worker.world import MARIA, PULL, REPO, World
from tests.e2e.requests import module_request
from tests.fakes.code_host import LONG_AGO, RecordedCommit
from tests.fakes.installations import InMemoryInstallations
from tests.fakes.sandbox import FakeDependencies, FakeSandbox
from tests.unit.validation.world import FILES, PASSING

OUTAGE = TransientError("GitHub answered with status 502")
SUSPENDED = RepoError("Installation 1 of the App on octo is suspended")
OCTO = Installation(1, "octo", is_suspended=False)


class BeforeAnOutage(FakeSandbox):
    """The host is out of reach from when the tests have run until a job has been given up for it."""

    def __init__(self, world: World) -> None:
        super().__init__(PASSING)
        self._world = world

    def run(self, step: Step) -> Outcome:
        self._world.host.broken_by = [OUTAGE] * 7 if not self.steps else []
        return super().run(step)


@pytest.fixture
def checking(world: World) -> World:
    """A repository with tests that pass."""
    tree = {path: ("100644", content) for path, content in FILES.items()}
    world.host.branches["main"] = world.host.record(RecordedCommit((), tree, "Add tests"))
    vars(world.services).update(sandbox=FakeSandbox(PASSING), dependencies=FakeDependencies())
    return world


@pytest.fixture
def silent(world: World) -> World:
    """A host that shows what is open, and announces nothing."""
    world.host.label(world.issue, "acs")
    issue = OpenIssue(world.issue, "Add postage", module_request("postage"), LONG_AGO)
    github = InMemoryInstallations({OCTO: [REPO]}, issues={42: (issue,)})
    github.requests[world.issue] = Request(900, Actor("maria", MARIA, "User"))
    vars(world.services).update(installations=lambda: github)
    return world


def conclusions(world: World) -> Sequence[tuple[str, str | None]]:
    return [(check.run.status, check.run.conclusion) for check in world.host.checks.values()]


def wait_and_resume(world: World) -> int:
    world.clock.move(world.settings.check_stuck_after)
    lanes = resume_checks(world.services)
    world.drain_until_done()
    return lanes


def test_a_check_whose_conclusion_was_given_up_is_concluded_in_the_end(checking: World) -> None:
    vars(checking.services).update(sandbox=BeforeAnOutage(checking))
    checking.push()
    checking.drain_until_done()
    assert (checking.job("ConcludeTests").state, checking.job("ConcludeTests").attempt) == ("failed", 7)
    assert conclusions(checking) == [("in_progress", None)]

    assert wait_and_resume(checking) == 1

    assert conclusions(checking) == [("completed", "success")]
    assert wait_and_resume(checking) == 0


def test_a_check_whose_job_is_of_another_version_is_concluded_in_the_end(checking: World) -> None:
    checking.push()
    checking.drain_steps()
    checking.change_jobs(kind="RunTestsOfTomorrow")
    checking.drain_until_done()
    assert "not a job of this version of ACS" in [job.reason for job in checking.jobs()]
    assert conclusions(checking) == [("queued", None)]

    assert wait_and_resume(checking) == 1

    assert conclusions(checking) == [("completed", "success")]


def test_a_request_that_could_not_be_begun_says_so_in_the_end(world: World) -> None:
    world.label()
    world.host.broken_by = [OUTAGE] * 7

    world.drain_until_done()

    assert (world.job("LabelAdded").state, world.job("SayNotStarted").state) == ("failed", "done")
    assert "### ❌ This did not work\n\nGitHub answered with status 502" in world.comments[0]


def test_the_jobs_of_a_suspended_installation_are_given_up_with_the_reason_and_end(silent: World) -> None:
    silent.label()
    silent.host.broken_by = [SUSPENDED] * 2

    silent.drain_until_done()

    assert [(job.state, job.attempt, job.reason) for job in silent.jobs()] == [("failed", 1, str(SUSPENDED))] * 2
    assert silent.comments == []


def test_what_a_suspended_installation_gave_up_is_begun_when_it_is_resumed(silent: World) -> None:
    silent.label()
    silent.host.broken_by = [SUSPENDED] * 2
    silent.drain_until_done()

    look_through(silent.services)
    silent.drain_until_done()

    assert "Done: a draft pull request is open" in silent.comments[0]


def test_a_label_that_nobody_announced_leads_to_a_draft_pull_request(silent: World) -> None:
    look_through(silent.services)

    silent.drain_until_done()

    assert "Done: a draft pull request is open" in silent.comments[0]
    assert silent.audited[0] == ("task.start", "started")


def test_a_label_that_is_announced_after_it_was_found_starts_nothing_more(silent: World) -> None:
    look_through(silent.services)
    silent.label()

    silent.drain_until_done()

    assert len(silent.comments) == 1
    assert [pull.is_open for pull in silent.host.pulls.values()] == [True]


def test_a_label_of_somebody_who_may_not_is_refused_once_although_it_is_found(silent: World) -> None:
    silent.roles[MARIA] = "read"
    look_through(silent.services)
    silent.drain_until_done()
    refused = silent.comments

    silent.clock.move(silent.settings.resync_every)
    look_through(silent.services)
    silent.drain_until_done()

    assert silent.comments == refused
    assert silent.audited == [("task.start", "refused")]


def test_a_run_that_nobody_waits_for_any_more_is_cancelled_although_nobody_announced_it(world: World) -> None:
    world.label()
    vars(world.services).update(installations=lambda: InMemoryInstallations({OCTO: [REPO]}))
    world.checkouts.refusal = OUTAGE
    world.drain()
    world.change_jobs(state="failed", finished_at=1)
    world.host.label(world.issue)

    look_through(world.services)
    world.drain_until_done()

    assert "The label was removed, or the issue was closed." in world.comments[0]


def test_a_head_that_nobody_announced_is_checked(checking: World) -> None:
    head = checking.open_pull()
    pull = OpenPull(PullRef(REPO, PULL), HeadSha(head), "topic", is_fork=False, updated_at=LONG_AGO)
    github = InMemoryInstallations({OCTO: [REPO]}, pulls={42: (pull,)})
    vars(checking.services).update(installations=lambda: github)

    look_through(checking.services)
    checking.drain_until_done()

    assert conclusions(checking) == [("completed", "success")]
    checking.clock.move(checking.settings.resync_every)
    look_through(checking.services)
    checking.drain_until_done()
    assert len(checking.host.checks) == 1


def test_the_clock_comes_to_the_resync_although_it_is_often_started_anew(world: World) -> None:
    paces = {hand.name: hand.every for hand in hands(world.services)}

    assert paces["resync"] == timedelta(minutes=1)
    assert paces["resume checks"] == timedelta(minutes=5)


def test_an_app_that_github_does_not_know_is_said_to_be_so_and_the_clock_goes_on(world: World) -> None:
    github = InMemoryInstallations(broken={0: RepoError("GitHub does not know the App")})
    vars(world.services).update(installations=lambda: github)

    look_through(world.services)

    assert [(line["event"], line["reason"]) for line in world.logs] == [
        ("open work not looked for", "GitHub does not know the App")
    ]
