"""A worker in front of the local GitHub: however much there is to say, people and GitHub get it at a pace."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.adapters.sql.pauses import SqlPauses
from app.adapters.sql.record import JobRecord
from app.adapters.sql.schema import migrate
from app.adapters.sql.tables import jobs
from app.demo.github.faults import SecondaryLimit
from app.domain.repo import Actor, HeadSha, IssueRef
from app.domain.task import Base, Proposal, Run, Task
from app.jobs import IssueClosed, Job, NoteTests
from app.ports.journal import Lane, Lease, NewDelivery, PendingDelivery, PendingJob, Subject, Work
from app.settings import Settings
from app.wiring import Services
from app.worker.drain import Drain
from tests.contract.github.worlds import LocalWorld, start_local_world
from tests.fakes.clock import SetClock

TTL = timedelta(hours=1)
EVERY = timedelta(seconds=5)
MARIA = Actor("maria", 7, "User")


class World:
    """Services of one worker process, on a journal of its own, in front of the local GitHub."""

    def __init__(self, folder: Path, github: LocalWorld) -> None:
        self.github, self.clock = github, SetClock()
        settings = Settings.model_validate(
            {
                "state_dir": folder,
                "github_app_id": 9,
                "github_private_key": "none is needed",
                "github_webhook_secrets_file": folder / "none-either",
                "progress_every": EVERY,
            }
        )
        self.services = Services(settings)
        migrate(settings.sql_url)
        adapter = github.process(SqlPauses(self.services.engine, self.clock), self.clock)
        vars(self.services).update(clock=self.clock, wakeups=self, github=adapter)

    def close(self) -> None:
        self.services.engine.dispose()

    def wake(self, lane: Lane) -> None:
        """Tests say when lanes are drained."""

    def propose(self, issue: IssueRef) -> None:
        """There is a proposal for the issue, of which nothing was shown yet."""
        run = Run(1, "Add a parser", "", "acs/issue-1", MARIA, self.clock.now(), 1)
        proposal = Proposal(8, "", run.branch, Base("main", self.github.main), _head(issue), is_verified=True)
        self._arrive(issue, IssueClosed(issue, MARIA))
        lease, job = self._take()
        assert isinstance(job, PendingJob)
        record = JobRecord(self.services.engine, self.clock, lease, job)
        record.save(Task(issue, run, "working").proposed(proposal, self.clock.now()))
        record.done()

    def note(self, issue: IssueRef, *titles: str) -> None:
        """The check of the proposal says one thing after the other."""
        self._arrive(issue, *(NoteTests(issue.repo, _head(issue), True, title) for title in titles))

    def drain(self) -> None:
        """Do what is due."""
        Drain(self.services)("steps")

    def waiting(self, issue: IssueRef) -> list[tuple[str, str]]:
        lane = f"{issue.repo.host}/{issue.repo.repo_id}/{issue.number}"
        with self.services.engine.begin() as connection:
            rows = connection.execute(select(jobs).where(jobs.c.lane == lane, jobs.c.finished_at.is_(None)))
            return [(row.kind, row.state) for row in rows]

    def _arrive(self, issue: IssueRef, *work: Job) -> None:
        subject = Subject(issue.repo.host, issue.repo.installation_id, issue.repo.repo_id, issue.number)
        journal = self.services.journal
        journal.accept(NewDelivery(9, uuid4().hex, "issues", "", b"{}", subject, False, self.clock.now()))
        lease, delivery = self._take()
        assert isinstance(delivery, PendingDelivery)
        journal.delivery_done(lease, delivery, work)

    def _take(self) -> tuple[Lease, Work]:
        taken = self.services.journal.take("steps", owner="the test", ttl=TTL)
        assert taken is not None
        return taken


def _head(issue: IssueRef) -> HeadSha:
    return HeadSha(f"{issue.number:040x}")


@pytest.fixture(scope="module")
def github(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalWorld]:
    github = start_local_world(tmp_path_factory.mktemp("github"), neighbours=["globex/store"])
    yield github
    github.close()


@pytest.fixture
def world(tmp_path: Path, github: LocalWorld) -> Iterator[World]:
    world = World(tmp_path, github)
    yield world
    github.recover()
    world.close()


def test_a_thousand_changes_in_a_second_are_two_edits_and_the_last_word_is_said(world: World) -> None:
    issue = world.github.open_issue()
    world.propose(issue)
    world.note(issue, "the first thing")
    world.drain()
    before = world.github.requests_used(issue.repo)

    for batch in range(10):
        world.note(issue, *(f"{batch * 100 + number} tests passed" for number in range(1, 101)))
        world.drain()
        world.clock.move(timedelta(milliseconds=100))
    assert "- Tests: 1 tests passed" in comment_on(world, issue)
    assert world.waiting(issue) == [("ShowProgress", "later")]
    world.clock.move(EVERY)
    world.drain()

    assert "- Tests: 1000 tests passed" in comment_on(world, issue)
    assert world.github.requests_used(issue.repo) - before == 2
    assert world.waiting(issue) == []


def test_a_secondary_limit_stops_an_installation_and_no_other_until_it_ends(world: World) -> None:
    shop, store = world.github.repo, world.github.repository("globex", "store")
    first, second, theirs = issues = [world.github.open_issue(repo) for repo in (shop, shop, store)]
    for issue in issues:
        world.propose(issue)
    limit = SecondaryLimit(kind="secondary_rate_limit", retry_after=60)
    world.github.suffer(limit, method="POST", path="/repos/acme/.*")
    world.note(first, "12 tests passed")
    world.drain()

    world.github.recover()
    used = world.github.requests_used(shop)
    for issue in (second, theirs):
        world.note(issue, "12 tests passed")
        world.drain()

    assert [len(world.github.comments(issue)) for issue in issues] == [0, 0, 1]
    assert world.github.requests_used(shop) == used
    assert world.waiting(second) == [("NoteTests", "retry")]
    world.clock.move(timedelta(seconds=60))
    world.drain()
    assert [len(world.github.comments(issue)) for issue in issues] == [1, 1, 1]


def test_an_edit_that_is_limited_waits_beside_the_lane_and_says_the_last_word(world: World) -> None:
    issue = world.github.open_issue()
    world.propose(issue)
    world.note(issue, "1 test passed")
    world.drain()
    world.github.suffer(SecondaryLimit(kind="secondary_rate_limit", retry_after=60), method="PATCH")

    world.note(issue, "2 tests passed", "3 tests passed")
    world.drain()
    world.github.recover()

    assert world.waiting(issue) == [("ShowProgress", "later")]
    world.clock.move(timedelta(seconds=60))
    world.drain()
    assert "- Tests: 3 tests passed" in comment_on(world, issue)


def comment_on(world: World, issue: IssueRef) -> str:
    (comment,) = world.github.comments(issue)
    return comment
