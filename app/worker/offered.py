"""What a use case may ask for: every port by its name, made when it is asked for, for one job and its permissions."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from app.adapters.sql.budgets import SqlPermits
from app.adapters.sql.effect_log import SqlEffectLog
from app.adapters.sql.record import JobRecord
from app.generation.progress import Progress
from app.governance.sticky import Pace
from app.intake.commands.answering import Answering
from app.jobs import Job
from app.ports.checkouts import Checkouts
from app.ports.clock import Clock
from app.ports.code_host import Checks, CodeHost, Collaborators, Commits, Issues, Pulls
from app.ports.dependencies import Dependencies
from app.ports.effects import EffectLog
from app.ports.hook_deliveries import HookDeliveries
from app.ports.journal import Lease, Wakeups
from app.ports.neighbours import Neighbours
from app.ports.record import Audit, Heads, Jobs, Origin, OwnChecks, Switches, Tasks
from app.ports.redelivery import Redelivery
from app.ports.sandbox import Limits, Sandbox
from app.ports.sweep import SweepLedger
from app.wiring import Services


@dataclass(frozen=True)
class Offered:
    """The ports of one job. What it records is kept by `record`; what it writes elsewhere is permitted by its lease."""

    job: Job
    lease: Lease
    record: JobRecord
    services: Services

    @cached_property
    def _host(self) -> CodeHost:
        services = self.services
        limits, correlation_id = services.write_limits, self.record.correlation_id
        permit = SqlPermits(services.engine, services.clock, self.lease, limits, correlation_id=correlation_id)
        return services.code_host(self.job, permit=permit)

    @property
    def collaborators(self) -> Collaborators:
        return self._host.collaborators

    @property
    def issues(self) -> Issues:
        return self._host.issues

    @property
    def pulls(self) -> Pulls:
        return self._host.pulls

    @property
    def commits(self) -> Commits:
        return self._host.commits

    @property
    def checks(self) -> Checks:
        return self._host.checks

    @property
    def tasks(self) -> Tasks:
        return self.record

    @property
    def jobs(self) -> Jobs:
        return self.record

    @property
    def heads(self) -> Heads:
        return self.record

    @property
    def own_checks(self) -> OwnChecks:
        return self.record

    @property
    def answering(self) -> Answering:
        return Answering(self.issues, self.record, self.effects, self.jobs, self._pace)

    @property
    def switches(self) -> Switches:
        return self.record

    @property
    def audit(self) -> Audit:
        return self.record

    @property
    def origin(self) -> Origin:
        return self.record.origin

    @property
    def effects(self) -> EffectLog:
        return SqlEffectLog(self.services.engine, self.clock, self.lease)

    @property
    def clock(self) -> Clock:
        return self.services.clock

    @property
    def progress(self) -> Progress:
        return Progress(self.issues, self.tasks, self.effects, self.jobs, self._pace)

    @property
    def _pace(self) -> Pace:
        return Pace(self.clock, self.services.settings.progress_every)

    @property
    def checkouts(self) -> Checkouts:
        return self.services.checkouts

    @property
    def neighbours(self) -> Neighbours:
        return self.services.neighbours

    @property
    def sandbox(self) -> Sandbox:
        return self.services.sandbox

    @property
    def dependencies(self) -> Dependencies:
        return self.services.dependencies

    @property
    def limits(self) -> Limits:
        return self.services.limits

    @property
    def redelivery(self) -> Redelivery:
        return self.services.redelivery

    @property
    def ledger(self) -> SweepLedger:
        return self.services.sweep_ledger

    @property
    def hook_deliveries(self) -> HookDeliveries:
        return self.services.github.hook_deliveries()

    @property
    def wakeups(self) -> Wakeups:
        return self.services.wakeups

    @property
    def version(self) -> str:
        return self.services.version

    @property
    def allowed_bots(self) -> Collection[int]:
        return self.services.settings.allowed_bots

    @property
    def app_id(self) -> int:
        return self.services.settings.github_app_id

    @property
    def trigger_label(self) -> str:
        return self.services.settings.trigger_label
