"""One worker process: the real journal, real settings and services, and a code host in memory."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Literal
from uuid import uuid4

from sqlalchemy import Row, Table, select, update
from structlog.typing import EventDict

from app.adapters.sql.schema import migrate
from app.adapters.sql.tables import audit, deliveries, jobs, lanes, millis, tasks
from app.domain.repo import HeadSha, RepoRef
from app.intake.subject import subject_of, takes_back
from app.ports.code_host import Permission
from app.ports.journal import Lane, NewDelivery
from app.settings import Settings
from app.wiring import Services
from app.worker.drain import Drain
from tests.e2e.requests import module_request
from tests.fakes.checkout import FakeCheckouts
from tests.fakes.clock import SetClock
from tests.fakes.code_host import InMemoryCodeHost, ProposedPull

REPO = RepoRef("github.com", 1, 42, "octo", "shop")
PACKAGE = b'{"devDependencies": {"jest": "30"}}'
FILES = {"package.json": PACKAGE, "tsconfig.json": b"{}", "src/index.ts": b"export {};\n"}
MARIA, PULL = 7, 88


class World:
    def __init__(self, folder: Path, logs: Sequence[EventDict], *, database_url: str = "") -> None:
        self.logs = logs
        self.settings = Settings.model_validate(
            {
                "state_dir": folder,
                "database_url": database_url,
                "github_app_id": 9,
                "github_private_key": "none is needed",
                "github_webhook_secrets_file": folder / "none-either",
                "retry_first": timedelta(seconds=1),
                "retry_longest": timedelta(seconds=5),
                "retry_within": timedelta(seconds=20),
            }
        )
        self.clock = SetClock()
        self.roles: dict[int, Permission] = {MARIA: "write"}
        self.host = InMemoryCodeHost(REPO, FILES, self.roles)
        self.checkouts = FakeCheckouts(self.host)
        self.woken: list[Lane] = []
        self.services = Services(self.settings)
        # parts that are made when they are first needed are there already
        vars(self.services).update(
            clock=self.clock,
            wakeups=self,
            github=self.host,
            checkouts=self.checkouts,
            neighbours=self.checkouts.neighbours,
        )
        migrate(self.settings.sql_url)
        self.issue = self.host.open_issue()
        self.lane = Lane(f"github.com/42/{self.issue.number}")

    def close(self) -> None:
        self.services.engine.dispose()

    def has_patience(self, *, longest: timedelta, within: timedelta) -> None:
        """Pauses grow up to `longest`, and an outage is waited out `within` that time."""
        patient = self.settings.model_copy(update={"retry_longest": longest, "retry_within": within})
        vars(self.services).update(settings=patient)

    def label(self) -> str:
        """Somebody labels the issue; return the correlation id of what follows."""
        self.host.label(self.issue, "acs")
        return self.deliver("issues", self.payload("labeled"))

    def unlabel(self) -> str:
        self.host.label(self.issue)
        return self.deliver("issues", self.payload("unlabeled"))

    def open_pull(self) -> HeadSha:
        """Somebody opens a pull request from a branch of the repository."""
        head = self.host.branches["topic"] = HeadSha(self.host.branches["main"])
        self.host.pulls[PULL] = ProposedPull("", "", "topic", "main", head)
        return head

    def push(self) -> None:
        """The same, and GitHub announces it."""
        fields = {name: value for name, value in self.payload("opened").items() if name not in ("issue", "label")}
        head = {"ref": "topic", "sha": self.open_pull(), "repo": {"id": 42}}
        self.deliver("pull_request", {**fields, "pull_request": {"number": PULL, "head": head}})

    def payload(
        self, action: str, *, title: str = "Add postage", issue: int | None = None, installation: int = 1
    ) -> dict[str, object]:
        return {
            "action": action,
            "installation": {"id": installation},
            "repository": {"id": 42, "name": "shop", "owner": {"login": "octo"}},
            "sender": {"id": MARIA, "login": "maria", "type": "User"},
            "issue": {"number": issue or self.issue.number, "title": title, "body": module_request("postage")},
            "label": {"name": "acs"},
        }

    def deliver(self, event: str, payload: Mapping[str, object], *, body: bytes | None = None) -> str:
        fields = dict(payload)
        delivery = NewDelivery(
            app_id=9,
            guid=str(uuid4()),
            event=event,
            action=str(fields["action"]),
            body=json.dumps(fields).encode() if body is None else body,
            subject=subject_of(fields, host="github.com"),
            cancels=takes_back(event, fields, trigger_label="acs"),
            received_at=self.clock.now(),
        )
        return self.services.journal.accept(delivery).correlation_id

    def wake(self, lane: Lane) -> None:
        self.woken.append(lane)

    def drain(self) -> None:
        """Do everything that is due."""
        drain = Drain(self.services)
        while self.services.journal.due_lanes():
            drain("steps")
            drain("long")

    def drain_steps(self) -> None:
        """Do everything that is due and does not take minutes."""
        Drain(self.services)("steps")

    def drain_until_done(self) -> None:
        """Let time pass until nothing waits any more."""
        self.drain()
        while any(job.finished_at is None for job in self.rows(jobs)):
            self.clock.move(timedelta(seconds=1))
            self.drain()

    def lose(self, lane: Lane) -> None:
        """Somebody else gets the lane, because its lease ran out."""
        until = millis(self.clock.now() + timedelta(hours=1))
        with self.services.engine.begin() as connection:
            values = {"owner": "somebody else", "fence": lanes.c.fence + 1, "leased_until": until}
            connection.execute(update(lanes).where(lanes.c.lane == lane).values(values))

    def jobs(self) -> list[Row[tuple[object, ...]]]:
        return self.rows(jobs)

    def job(self, kind: str) -> Row[tuple[object, ...]]:
        (job,) = [job for job in self.rows(jobs) if job.kind == kind]
        return job

    def wait_of(self, kind: str) -> timedelta:
        """How long from now the job waits for its next attempt."""
        return timedelta(milliseconds=self.job(kind).not_before - self.clock.now().timestamp() * 1000)

    def change_jobs(self, **values: object) -> None:
        """Let the jobs that are to be done be of another version."""
        with self.services.engine.begin() as connection:
            connection.execute(update(jobs).where(jobs.c.finished_at.is_(None)).values(**values))

    def states(self, of: Literal["deliveries", "jobs"]) -> list[str]:
        return [row.state for row in self.rows({"deliveries": deliveries, "jobs": jobs}[of])]

    def holder(self, lane: Lane) -> str:
        (row,) = [row for row in self.rows(lanes) if row.lane == lane]
        return row.owner

    @property
    def audited(self) -> list[tuple[str, str]]:
        return [(line.operation, line.outcome) for line in self.rows(audit)]

    @property
    def has_task(self) -> bool:
        return bool(self.rows(tasks))

    @property
    def comments(self) -> list[str]:
        return [comment.body for comment in self.host.comments.values()]

    def rows(self, table: Table) -> list[Row[tuple[object, ...]]]:
        with self.services.engine.begin() as connection:
            return list(connection.execute(select(table)))
