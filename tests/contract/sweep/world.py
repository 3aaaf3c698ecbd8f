"""A receiver with a real journal, a GitHub that keeps a list of what it delivered to it, and the clock that sweeps."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

from sqlalchemy import Engine, Row, Table, select
from structlog.typing import EventDict

from app.adapters.sql.journal import SqlJournal
from app.adapters.sql.sweep import SqlSweepLedger
from app.adapters.sql.tables import audit, deliveries, hook_deliveries
from app.errors import RepoError, TransientError
from app.intake.sweep import Pace, Sweep
from app.jobs import Job
from app.ports.hook_deliveries import AskedInVain, Attempt, Cursor, NoLongerKept, Page
from app.ports.journal import NewDelivery, PendingDelivery, Subject
from tests.fakes.clock import SetClock

HOST, APP = "github.com", 9
EVERY = timedelta(minutes=5)
PATIENCE = timedelta(seconds=2)
TTL = timedelta(seconds=30)
GITHUB_IS_AHEAD = timedelta(minutes=7)
SECOND = timedelta(seconds=1)


@dataclass
class ListedGitHub:
    """GitHub's side: it delivers once, keeps a list, and sends again what it is asked for."""

    clock: SetClock
    receive: Callable[[str, str, int | None], int]
    per_page: int = 3
    attempts: list[Attempt] = field(default_factory=list[Attempt])
    asked: list[str] = field(default_factory=list[str])
    pages: int = 0
    refuses: dict[str, RepoError] = field(default_factory=dict[str, RepoError])
    broken_by: list[BaseException | None] = field(default_factory=list[BaseException | None])
    forgotten: set[Cursor] = field(default_factory=set[Cursor])
    is_late: bool = False
    slowness: timedelta = timedelta()
    meanwhile: Callable[[], object] = lambda: None
    ids: "count[int]" = field(default_factory=lambda: count(1))

    def happen(self, guid: str, *, event: str = "issues", repository: int | None = 42, again: bool = False) -> None:
        """Deliver something."""
        self.clock.move(SECOND)
        code = self.receive(guid, event, repository)
        at = (self.clock.now() + GITHUB_IS_AHEAD).replace(second=0)  # a coarse clock: several in the same moment
        self.attempts.append(Attempt(next(self.ids), guid, at, again, code, event, "labeled", 1, repository))

    def page(self, cursor: Cursor | None) -> Page:
        self._suffer()
        if cursor in self.forgotten:
            raise RepoError("no such cursor")
        self.pages += 1
        older = [one for one in reversed(self.attempts) if cursor is None or one.id < int(cursor)]
        shown = older[: self.per_page]
        return Page(shown, Cursor(str(shown[-1].id)) if len(older) > self.per_page else None)

    def ask_again(self, attempt_id: int) -> None:
        self._suffer()
        (found,) = [one for one in self.attempts if one.id == attempt_id]
        if found.guid in self.refuses:
            raise self.refuses[found.guid]
        self.asked.append(found.guid)
        if self.is_late:
            return
        self.happen(found.guid, event=found.event, repository=found.repository_id, again=True)

    def _suffer(self) -> None:
        self.clock.move(self.slowness)
        self.meanwhile()
        error = self.broken_by.pop(0) if self.broken_by else None
        if error is not None:
            raise error


class World:
    def __init__(self, engine: Engine, clock: SetClock, logs: Sequence[EventDict]) -> None:
        self.engine, self.clock, self.logs = engine, clock, logs
        self.journal = SqlJournal(engine, clock)
        self.ledger = SqlSweepLedger(engine, clock, host=HOST, app_id=APP)
        self.github = ListedGitHub(clock, self._receive)
        self.answers: dict[str, int] = {}
        self.is_away = False

    def _receive(self, guid: str, event: str, repository: int | None) -> int:
        """What the receiver answers: 502 while it is away, or as `answers` says for a delivery."""
        if self.is_away or guid in self.answers:
            return 502 if self.is_away else self.answers[guid]
        subject = Subject(HOST, installation_id=1, repo_id=repository, number=7)
        self.journal.accept(NewDelivery(APP, guid, event, "labeled", b"{}", subject, False, self.clock.now()))
        return 202

    def missed(self, *guids: str, repository: int | None = 42) -> None:
        """These are delivered while nobody answers."""
        self.is_away = True
        for guid in guids:
            self.github.happen(guid, repository=repository)
        self.is_away = False

    def a_clock(self, *, most_per_minute: int = 1000, events: Sequence[str] = ("issues",), owner: str = "one") -> Sweep:
        return Sweep(
            owner=owner,
            ttl=TTL,
            events=events,
            pace=Pace(EVERY, PATIENCE, most_per_minute),
            github=self.github,
            ledger=self.ledger,
            clock=self.clock,
            sleep=lambda seconds: self.clock.move(timedelta(seconds=seconds)),
        )

    def sweep(self, times: int = 1, *, within: timedelta = EVERY) -> None:
        """A clock sweeps, and does so again as often after `EVERY`; after each reading it looks around for a while."""
        clock = self.a_clock()
        for _ in range(times):
            until = self.clock.now() + within
            for _ in range(min(10, within // SECOND)):
                clock()
                self.clock.move(SECOND)
            self.clock.move(max(until - self.clock.now(), timedelta()))

    def later(self, span: timedelta = EVERY) -> None:
        self.clock.move(span)

    @property
    def journalled(self) -> list[str]:
        return [row.guid for row in self.rows(deliveries)]

    def state(self, guid: str) -> str:
        (row,) = [row for row in self.rows(hook_deliveries) if row.guid == guid]
        return row.state

    @property
    def audited(self) -> list[tuple[str, str]]:
        return [(row.correlation_id, row.outcome) for row in self.rows(audit)]

    def said(self, event: str) -> list[str]:
        return [line["guid"] for line in self.logs if line["event"] == event]

    def work(self, *jobs: Job, fails: bool = False) -> None:
        """Decide the next delivery: it fails, or asks for these jobs."""
        taken = self.journal.take("steps", owner="worker", ttl=TTL)
        assert taken
        lease, work = taken
        assert isinstance(work, PendingDelivery)
        if fails:
            self.journal.delivery_failed(lease, work, "issues: missing or wrong: label")
        else:
            self.journal.delivery_done(lease, work, jobs)

    def rows(self, table: Table) -> list[Row[tuple[object, ...]]]:
        with self.engine.begin() as connection:
            return list(connection.execute(select(table).order_by(*table.primary_key)))


GONE = NoLongerKept("GitHub does not keep it any more")
REFUSED = AskedInVain("GitHub refuses")
AWAY = TransientError("GitHub answered with status 502")
