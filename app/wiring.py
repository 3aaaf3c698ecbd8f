"""Which adapter implements which port: the one place that knows them all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from importlib.metadata import version
from uuid import uuid4

from redis import Redis
from sqlalchemy import Engine

import handlers
from app.adapters.clock import SystemClock
from app.adapters.dependencies import NpmPipDependencies
from app.adapters.git.checkouts import GitCheckouts
from app.adapters.github.host import GitHub
from app.adapters.github.neighbours import GitHubNeighbours
from app.adapters.github.tokens import Permissions
from app.adapters.logs import Level, configure_logs
from app.adapters.model.absent import NoModel
from app.adapters.model.capabilities import WrongModelsFile, read_capabilities
from app.adapters.rq_wakeups import RqWakeups, open_redis
from app.adapters.sandbox.absent import NoSandbox
from app.adapters.sandbox.sandbox import BubblewrapSandbox
from app.adapters.sql.check_runs import SqlStuckChecks
from app.adapters.sql.delivery_figures import SqlDeliveryFigures
from app.adapters.sql.engine import open_engine
from app.adapters.sql.journal import SqlJournal
from app.adapters.sql.open_work import SqlOpenWork
from app.adapters.sql.pauses import SqlPauses
from app.adapters.sql.redelivery import SqlRedelivery
from app.adapters.sql.spend import SqlSpend
from app.adapters.sql.sweep import SqlSweepLedger
from app.adapters.toolchain import Toolchain, ToolchainMissing, prepare
from app.domain.repo import RepoRef
from app.domain.usage import Budgets, micro_usd
from app.governance.limits import HOUR, MINUTE, Limit, WriteLimits
from app.intake.receive import Sender
from app.intake.sweep import Pace, Sweep
from app.jobs import (
    AnswerCommand,
    AskRequester,
    CheckConfig,
    CommentPosted,
    ConcludeConfig,
    ConcludeTests,
    GenerateChange,
    HeadMoved,
    IssueClosed,
    IssueReopened,
    Job,
    LabelAdded,
    LabelRemoved,
    ListRecipes,
    NoteTests,
    OpenConfigCheck,
    ProposeChange,
    ReadSpecification,
    RedeliverAsked,
    RerunChecks,
    ResumeCheck,
    ResumeTask,
    RunTests,
    SayFailed,
    SayNotStarted,
    ShowAnswers,
    ShowProgress,
)
from app.ports.budgets import Permit
from app.ports.code_host import CodeHost
from app.ports.installations import Installations
from app.ports.model import Model
from app.ports.sandbox import Limits
from app.settings import Settings, SettingsError

INSTALL_WITHIN = timedelta(minutes=5)
STEP_WITHIN = timedelta(minutes=3)

_START: Permissions = {"issues": "write", "pull_requests": "read"}
_COMMENT: Permissions = {"issues": "write"}
_CHECK: Permissions = {"checks": "write"}
_CHECK_HEAD: Permissions = {"checks": "write", "pull_requests": "read"}

# What the resync reads of each repository; it is the clock's, and no job.
RESYNC: Permissions = {"issues": "read", "pull_requests": "read"}

# What a job's installation token may do, and nothing else; `metadata: read` always comes along.
# https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app
PERMISSIONS: Mapping[type[Job], Permissions] = {
    LabelAdded: _START,
    IssueReopened: _START,
    LabelRemoved: _COMMENT,
    IssueClosed: _COMMENT,
    ResumeTask: _COMMENT,
    GenerateChange: {"contents": "read"},
    ProposeChange: {"contents": "write", "pull_requests": "write", "issues": "write"},
    AskRequester: _COMMENT,
    SayFailed: _COMMENT,
    SayNotStarted: _COMMENT,
    NoteTests: _COMMENT,
    ShowProgress: _COMMENT,
    CommentPosted: _START,
    ListRecipes: {"contents": "read"},
    ReadSpecification: {"contents": "read", "issues": "write"},
    RedeliverAsked: {"metadata": "read"},
    AnswerCommand: _COMMENT,
    ShowAnswers: _COMMENT,
    HeadMoved: _CHECK_HEAD,
    RerunChecks: _CHECK,
    RunTests: _CHECK,
    ConcludeTests: _CHECK,
    CheckConfig: {"contents": "read", "pull_requests": "read"},
    OpenConfigCheck: _CHECK,
    ConcludeConfig: _CHECK,
    ResumeCheck: _CHECK_HEAD,
}


@dataclass(frozen=True)
class Services:
    """Everything one process shares between jobs; each part is made when it is first needed, after any fork."""

    settings: Settings

    @cached_property
    def version(self) -> str:
        """Of ACS, as it is installed."""
        return version("acs")

    @cached_property
    def clock(self) -> SystemClock:
        return SystemClock()

    @cached_property
    def engine(self) -> Engine:
        return open_engine(self.settings.sql_url)

    @cached_property
    def journal(self) -> SqlJournal:
        return SqlJournal(self.engine, self.clock)

    @cached_property
    def redis(self) -> Redis:
        """For a worker, which waits for wake-ups."""
        return open_redis(str(self.settings.redis_url), patience_seconds=60)

    @cached_property
    def wakeups(self) -> RqWakeups:
        redis = open_redis(str(self.settings.redis_url), patience_seconds=1)
        return RqWakeups(redis, steps_within=STEP_WITHIN, long_within=self._long_work_within)

    @property
    def _long_work_within(self) -> timedelta:
        """Two tools, each installed and run to its deadline, and some time to read the code and the reports."""
        return 2 * (INSTALL_WITHIN + self.settings.tests_deadline) + timedelta(minutes=5)

    @cached_property
    def github(self) -> GitHub:
        return GitHub(
            api_url=str(self.settings.github_api_url).rstrip("/"),
            app_id=self.settings.github_app_id,
            private_key=self.settings.private_key,
            pauses=SqlPauses(self.engine, self.clock),
            clock=self.clock,
        )

    def installations(self) -> Installations:
        """What is installed where and open there; made anew for each look, as the code host is for each job."""
        return self.github.installations(self.settings.host, RESYNC)

    @cached_property
    def open_work(self) -> SqlOpenWork:
        return SqlOpenWork(self.engine, self.clock)

    @cached_property
    def stuck_checks(self) -> SqlStuckChecks:
        return SqlStuckChecks(self.engine, self.clock)

    @cached_property
    def sweep_ledger(self) -> SqlSweepLedger:
        return SqlSweepLedger(self.engine, self.clock, host=self.settings.host, app_id=self.settings.github_app_id)

    @cached_property
    def redelivery(self) -> SqlRedelivery:
        return SqlRedelivery(self.engine, self.clock, host=self.settings.host, app_id=self.settings.github_app_id)

    @cached_property
    def delivery_figures(self) -> SqlDeliveryFigures:
        return SqlDeliveryFigures(self.engine, host=self.settings.host, app_id=self.settings.github_app_id)

    @cached_property
    def sweep(self) -> Sweep:
        """Asks GitHub again for what it could not deliver; one process at a time."""
        settings = self.settings
        return Sweep(
            owner=uuid4().hex,
            ttl=settings.lease,
            events=frozenset(handlers.ROUTES),
            pace=Pace(settings.sweep_every, settings.redeliver_patience, settings.redeliver_per_minute),
            github=self.github.hook_deliveries(),
            ledger=self.sweep_ledger,
            clock=self.clock,
        )

    @cached_property
    def checkouts(self) -> GitCheckouts:
        return GitCheckouts(
            self.settings.state_dir / "git",
            clone_url=lambda repo: f"{self.settings.git_url}/{repo.owner}/{repo.name}.git",
            token=self._reading_token,
        )

    @cached_property
    def neighbours(self) -> GitHubNeighbours:
        return self.github.neighbours()

    def _reading_token(self, repo: RepoRef) -> str:
        return self.github.token(repo, PERMISSIONS[GenerateChange])

    @cached_property
    def toolchain(self) -> Toolchain | ToolchainMissing:
        try:
            return prepare(self.settings.state_dir)
        except ToolchainMissing as missing:
            return missing

    @cached_property
    def sandbox(self) -> BubblewrapSandbox | NoSandbox:
        if isinstance(self.toolchain, ToolchainMissing):
            return NoSandbox(str(self.toolchain))
        return BubblewrapSandbox(self.settings.state_dir, self.toolchain)

    @cached_property
    def dependencies(self) -> NpmPipDependencies | NoSandbox:
        if isinstance(self.sandbox, NoSandbox):
            return self.sandbox
        return NpmPipDependencies(
            self.sandbox,
            self.settings.state_dir,
            npm_registry=self.settings.npm_registry,
            pip_index_url=self.settings.pip_index_url,
            ca_file=self.settings.ca_file,
        )

    @cached_property
    def model(self) -> Model:
        """The model that writes code; a server of one's own needs no key.

        Raises:
            SettingsError: the file of models is wrong.
        """
        settings = self.settings
        if not (settings.model_key or settings.openai_base_url):
            return NoModel()
        from app.adapters.model.openai_model import OPENAI, OpenAIModel  # takes a second, and only workers ask

        try:
            known = read_capabilities(settings.models_file).of(settings.model)
        except WrongModelsFile as error:
            raise SettingsError(str(error)) from error
        base_url = str(settings.openai_base_url or OPENAI)
        return OpenAIModel(settings.model, known, api_key=settings.model_key or "none", base_url=base_url)

    @cached_property
    def spend(self) -> SqlSpend:
        settings = self.settings
        budgets = Budgets(
            micro_usd(settings.budget_task_usd),
            micro_usd(settings.budget_repository_day_usd),
            micro_usd(settings.budget_organisation_month_usd),
        )
        return SqlSpend(self.engine, self.clock, budgets)

    @cached_property
    def sender(self) -> Sender:
        """Who may deliver webhooks."""
        return Sender(self.settings.host, self.settings.github_app_id, self.settings.webhook_secrets)

    @property
    def limits(self) -> Limits:
        """What running a repository's tests may use."""
        return Limits(
            deadline=self.settings.tests_deadline,
            memory_bytes=self.settings.tests_memory_mb * 1024**2,
            disk_bytes=self.settings.tests_disk_mb * 1024**2,
        )

    @property
    def write_limits(self) -> WriteLimits:
        """How much may be written to one installation, and to one conversation."""
        settings = self.settings
        return WriteLimits(
            content=(Limit(settings.content_per_minute, MINUTE), Limit(settings.content_per_hour, HOUR)),
            points=Limit(settings.points_per_minute, MINUTE),
            comments=Limit(settings.comments_most, settings.comments_within),
        )

    def code_host(self, job: Job, *, permit: Permit) -> CodeHost:
        """The code host, with the permissions of this kind of job."""
        return self.github.ports(PERMISSIONS[type(job)], permit=permit)

    def start_logs(self, *, level: Level = "INFO") -> None:
        settings = self.settings
        configure_logs(level=level, secrets=settings.secrets)
