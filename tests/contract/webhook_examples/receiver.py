"""ACS's receiver as it stands in production: the Flask application, the journal on SQLite, the handlers behind it."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from sqlalchemy import select

import handlers
from app.adapters.sql.schema import migrate
from app.adapters.sql.tables import deliveries, jobs
from app.events import UnreadableEvent, parse
from app.intake.signature import sign
from app.ports.journal import Lane, Lease, PendingDelivery
from app.settings import Settings
from app.web.application import create_application
from app.wiring import Services
from tests.contract.webhook_examples.examples import Payload

SECRET = "a secret of the examples"
LEASE = timedelta(hours=1)


@dataclass(frozen=True)
class Kept:
    """A delivery in the journal: how it was answered, and its state, with the reason where it failed."""

    status: int
    state: str


class NoWakeups:
    """The lanes are looked through when all is delivered."""

    def wake(self, lane: Lane) -> None:
        pass


class Receiver:
    """`bodies` are those that came out of the journal, by GUID."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._client = create_application(services).test_client()
        self._statuses: dict[str, int] = {}
        self.bodies: dict[str, bytes] = {}

    def deliver(self, event: str, guid: str, payload: Payload) -> None:
        """Send the payload, signed, as GitHub sends it."""
        body = json.dumps(payload).encode()
        headers = {"X-GitHub-Event": event, "X-GitHub-Delivery": guid, "X-Hub-Signature-256": sign(body, SECRET)}
        answer = self._client.post("/webhooks/github", data=body, headers=headers, content_type="application/json")
        self._statuses[guid] = answer.status_code

    def drain(self) -> None:
        """Turn every delivery into its jobs, as `app/worker/drain.py` does; the jobs themselves are left undone.

        A lane in which only jobs are left stays leased, so that it is not taken again.
        """
        while taken := self._services.journal.take("steps", owner=uuid4().hex, ttl=LEASE):
            lease, work = taken
            if isinstance(work, PendingDelivery):
                self._decide(lease, work)

    def kept(self, guid: str) -> Kept:
        columns = select(deliveries.c.state, deliveries.c.reason).where(deliveries.c.guid == guid)
        with self._services.engine.begin() as connection:
            found = connection.execute(columns).one_or_none()
        if found is None:
            return Kept(self._statuses[guid], "not kept")
        return Kept(self._statuses[guid], f"{found.state}: {found.reason}" if found.reason else found.state)

    def jobs(self, guid: str) -> list[str]:
        """The kinds of the jobs that a delivery led to, in order."""
        mine = select(deliveries.c.id).where(deliveries.c.guid == guid).scalar_subquery()
        with self._services.engine.begin() as connection:
            found = connection.execute(select(jobs.c.kind).where(jobs.c.delivery == mine).order_by(jobs.c.id))
            return [str(kind) for kind in found.scalars()]

    def _decide(self, lease: Lease, delivery: PendingDelivery) -> None:
        journal, self.bodies[delivery.guid] = self._services.journal, delivery.body
        try:
            event = parse(delivery.event, json.loads(delivery.body), host=delivery.host)
        except UnreadableEvent as unreadable:
            journal.delivery_failed(lease, delivery, str(unreadable))
            return
        journal.delivery_done(lease, delivery, handlers.decide(delivery.event, event) if event else ())


@contextmanager
def receiver(folder: Path) -> Generator[Receiver]:
    secrets = folder / "secrets"
    secrets.write_text(f"{SECRET}\n")
    secrets.chmod(0o600)
    settings = Settings.model_validate(
        {
            "state_dir": folder,
            "github_app_id": 9,
            "github_private_key": "none is needed",
            "github_webhook_secrets_file": secrets,
        }
    )
    services = Services(settings)
    vars(services).update(wakeups=NoWakeups())  # a part that is made when it is first needed is there already
    migrate(settings.sql_url)
    yield Receiver(services)
    services.engine.dispose()
