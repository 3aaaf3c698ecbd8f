"""What the operator decides, read from the environment once: the only module that does.

Secrets are best given as files of mode 0600 (`ACS_…_FILE`), because an environment is readable in more places.
"""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import unquote, urlsplit

from pydantic import Field, HttpUrl, RedisDsn, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

NOTHING = timedelta(0)


class SettingsError(Exception):
    """The environment does not say what ACS needs to know; the message lists everything that is wrong."""


class Settings(BaseSettings):
    """Every setting, with its default. Names in the environment carry the prefix `ACS_`."""

    model_config = SettingsConfigDict(env_prefix="ACS_", frozen=True, extra="ignore", env_ignore_empty=True)

    state_dir: Path = Field(default=Path("/var/lib/acs"), description="Where everything ACS keeps on disk lives")
    database_url: str = Field(default="", description="SQLite in the state folder when empty")
    redis_url: RedisDsn = Field(default=RedisDsn("redis://127.0.0.1:6379/0"))
    listen: str = Field(default="127.0.0.1:8080", description="host:port of the web process")

    github_api_url: HttpUrl = Field(default=HttpUrl("https://api.github.com"))
    github_git_url: HttpUrl | None = Field(default=None, description="Where git is served; derived from the API's URL")
    github_app_id: int
    github_private_key: SecretStr | None = None
    github_private_key_file: Path | None = None
    github_webhook_secrets_file: Path = Field(description="One secret a line; all are valid")

    trigger_label: str = "acs"
    allowed_bots: Annotated[frozenset[int], NoDecode] = Field(
        default=frozenset(), description="Ids of bot accounts that may ask for what people with write permission may"
    )

    model: str = Field(default="gpt-5.1", description="The model's name, as its server knows it")
    models_file: Path | None = Field(default=None, description="What ACS does not know of models, as TOML")
    openai_api_key: SecretStr | None = Field(default=None, validation_alias="OPENAI_API_KEY")
    openai_api_key_file: Path | None = Field(default=None, validation_alias="OPENAI_API_KEY_FILE")
    openai_base_url: HttpUrl | None = Field(
        default=None,
        validation_alias="OPENAI_BASE_URL",
        description="Azure's, or that of any server that speaks the same API",
    )
    budget_task_usd: Decimal = Field(default=Decimal(3), ge=0, le=1_000_000, description="On one issue, for ever")
    budget_repository_day_usd: Decimal = Field(default=Decimal(30), ge=0, le=1_000_000)
    budget_organisation_month_usd: Decimal = Field(default=Decimal(300), ge=0, le=1_000_000)

    lease: timedelta = Field(
        default=timedelta(seconds=30), gt=NOTHING, description="How long a lane is held without a sign of life"
    )
    clock_tick: timedelta = Field(default=timedelta(seconds=1), gt=NOTHING)
    look_over: timedelta = Field(
        default=timedelta(seconds=30), gt=NOTHING, description="How often work of another version is looked for"
    )
    retry_first: timedelta = Field(default=timedelta(seconds=1), gt=NOTHING)
    retry_longest: timedelta = Field(default=timedelta(minutes=10), gt=NOTHING)
    retry_within: timedelta = Field(
        default=timedelta(hours=24), gt=NOTHING, description="How long an outage is waited out"
    )
    resync_every: timedelta = Field(
        default=timedelta(hours=1), gt=NOTHING, description="How often open work is looked for without deliveries"
    )
    resume_checks_every: timedelta = Field(default=timedelta(minutes=5), gt=NOTHING)
    check_stuck_after: timedelta = Field(
        default=timedelta(minutes=30), gt=NOTHING, description="When an open check run without any work is taken up"
    )
    progress_every: timedelta = Field(
        default=timedelta(seconds=5), ge=NOTHING, description="How often a progress comment is edited at most"
    )
    comments_most: int = Field(default=10, ge=1, description="New comments on one issue before the next one waits")
    comments_within: timedelta = Field(default=timedelta(minutes=10), gt=NOTHING)
    content_per_minute: int = Field(default=72, ge=1, description="Of an installation; GitHub allows 80")
    content_per_hour: int = Field(default=450, ge=1, description="Of an installation; GitHub allows 500")
    points_per_minute: int = Field(default=810, ge=1, description="Of an installation; GitHub allows 900")
    workers: int = Field(default=2, ge=1, description="Worker processes for short steps; long work has one more")
    long_workers: int = Field(default=1, ge=1)

    sweep_every: timedelta = Field(
        default=timedelta(minutes=5), gt=NOTHING, description="How often GitHub's list of deliveries is read"
    )
    redeliver_patience: timedelta = Field(
        default=timedelta(seconds=2), gt=NOTHING, description="How long the next of a repository waits for the last"
    )
    redeliver_per_minute: int = Field(default=120, ge=1, description="GitHub allows 180 such requests a minute")
    bodies_kept: timedelta = Field(
        default=timedelta(days=30), ge=timedelta(days=4), description="How long the bodies of done deliveries are kept"
    )

    tests_deadline: timedelta = Field(default=timedelta(minutes=5), gt=NOTHING, le=timedelta(minutes=30))
    tests_memory_mb: int = Field(default=2048, ge=128)
    tests_disk_mb: int = Field(default=1024, ge=16)
    npm_registry: str | None = None
    pip_index_url: str | None = None
    ca_file: Path | None = None

    @classmethod
    def read(cls) -> Self:
        """The settings of this process.

        Raises:
            SettingsError: naming each variable that is missing or wrong.
        """
        try:
            return cls()  # pyright: ignore[reportCallIssue]  # the fields come from the environment
        except ValidationError as error:
            problems = [
                ": ".join([*map(_variable, problem["loc"]), problem["msg"]])
                for problem in error.errors(include_input=False)
            ]
            raise SettingsError("\n".join(problems)) from None

    @field_validator("allowed_bots", mode="before")
    @classmethod
    def _one_after_the_other(cls, ids: object) -> object:
        return [one.strip() for one in ids.split(",") if one.strip()] if isinstance(ids, str) else ids

    @field_validator("github_api_url", "github_git_url", "openai_base_url")
    @classmethod
    def _names_nobody(cls, url: HttpUrl | None) -> HttpUrl | None:
        if url is not None and (url.username or url.password):
            raise ValueError("a user or password in this URL would be shown and kept with it: leave them out")
        return url

    @model_validator(mode="after")
    def _has_a_key(self) -> Self:
        if not (self.github_private_key or self.github_private_key_file):
            raise ValueError("ACS_GITHUB_PRIVATE_KEY_FILE is required: the App's private key, as a PEM file")
        return self

    @property
    def private_key(self) -> str:
        """The App's private key, as PEM."""
        if self.github_private_key:
            return self.github_private_key.get_secret_value()
        return _read_secret(self.github_private_key_file)

    @property
    def model_key(self) -> str:
        """What the model's server knows ACS by; empty when none is needed, or no model is configured.

        Raises:
            SettingsError: the file cannot be read, or there is no key in it.
        """
        if self.openai_api_key:
            return self.openai_api_key.get_secret_value().strip()
        return _read_secret(self.openai_api_key_file).strip()

    @property
    def webhook_secrets(self) -> tuple[str, ...]:
        """Every secret that signs deliveries now: at least one, and more while they are being rotated.

        Raises:
            SettingsError: the file cannot be read, or there is none in it.
        """
        lines = _read_secret(self.github_webhook_secrets_file).splitlines()
        return tuple(line.strip() for line in lines if line.strip())

    @property
    def secrets(self) -> tuple[str, ...]:
        """Everything that must not be seen in a log, a recording or a prompt."""
        return (*self.webhook_secrets, self.private_key, self.model_key, *self.passwords)

    @property
    def passwords(self) -> tuple[str, ...]:
        """The passwords inside URLs, as they are written there and as they are meant."""
        urls = (str(self.redis_url), self.database_url, self.pip_index_url or "", self.npm_registry or "")
        written = [urlsplit(url).password or "" for url in urls]
        return tuple({one for password in written for one in (password, unquote(password)) if one})

    @property
    def sql_url(self) -> str:
        return self.database_url or f"sqlite:///{self.state_dir / 'acs.db'}"

    @property
    def host(self) -> str:
        """The name of the code host, as people know it: `github.com` for the public API."""
        netloc = urlsplit(str(self.github_api_url)).netloc  # hostname[:port]: the URL names nobody
        return netloc.removeprefix("api.")

    @property
    def git_url(self) -> str:
        if self.github_git_url:
            return str(self.github_git_url).rstrip("/")
        parts = urlsplit(str(self.github_api_url))
        return f"{parts.scheme}://{parts.netloc.removeprefix('api.')}"


def _variable(part: int | str) -> str:
    """The environment variable that a setting comes from."""
    name = str(part).upper()
    return name if name.startswith("OPENAI_") else f"ACS_{name}"


def _read_secret(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        text = path.read_text()
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror}); it holds a secret of ACS") from error
    if not text.strip():
        raise SettingsError(f"{path}: is empty; it holds a secret of ACS")
    return text
