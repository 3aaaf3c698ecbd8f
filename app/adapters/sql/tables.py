"""The tables, as the last migration leaves them. Times are whole milliseconds since 1970, in UTC."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
    text,
)

metadata = MetaData()
_Sequence = BigInteger().with_variant(Integer, "sqlite")  # only INTEGER PRIMARY KEY counts up by itself there
_UNFINISHED = text("finished_at IS NULL")  # few rows beside all that are done
_DUE, _HELD = text("due_at IS NOT NULL"), text("leased_until > 0")
LATER = "later"  # the state of a job that was added for later and holds nothing up
_LATER = text(f"state = '{LATER}'")

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", _Sequence, primary_key=True),
    Column("host", String(255), nullable=False),
    Column("app_id", BigInteger, nullable=False),
    Column("guid", String(64), nullable=False),
    Column("event", String(64), nullable=False),
    Column("action", String(64), nullable=False),
    Column("installation_id", BigInteger),
    Column("lane", String(400), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("correlation_id", String(64), nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("finished_at", BigInteger),
    UniqueConstraint("host", "app_id", "guid", name="deliveries_once"),
    Index("deliveries_waiting", "lane", "id", sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED),
    Index("deliveries_by_time", "received_at"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", _Sequence, primary_key=True),
    Column("lane", String(400), nullable=False),
    Column("home", String(400), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("arguments", LargeBinary, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("not_before", BigInteger, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("delays", Integer, nullable=False, default=0),
    Column("bugs", Integer, nullable=False, default=0),
    Column("fence", BigInteger, nullable=False, default=0),
    Column("correlation_id", String(64), nullable=False),
    Column("delivery", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("finished_at", BigInteger),
    Index("jobs_waiting", "lane", "id", sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED),
    Index("jobs_of_delivery", "delivery"),
    Index("jobs_later", "lane", "not_before", sqlite_where=_LATER, postgresql_where=_LATER),
)
# as a literal, so that the databases see that the index serves
IS_LATER = jobs.c.state == literal_column(f"'{LATER}'")

# `due_at` is never later than the lane's next work is due, and null while it has none
lanes = Table(
    "lanes",
    metadata,
    Column("lane", String(400), primary_key=True),
    Column("queue", String(8), nullable=False, server_default="steps"),
    Column("tenant", String(300), nullable=False, server_default=text("''")),
    Column("due_at", BigInteger),
    Column("owner", String(64), nullable=False, default=""),
    Column("fence", BigInteger, nullable=False, default=0),
    Column("leased_until", BigInteger, nullable=False, default=0),
    Column("cancelled_by", BigInteger, nullable=False, default=0),
    Column("woken_at", BigInteger, nullable=False, default=0),  # the first release's, which may still be running
    Index("lanes_due", "queue", "tenant", "due_at", sqlite_where=_DUE, postgresql_where=_DUE),
    Index("lanes_held", "queue", "leased_until", sqlite_where=_HELD, postgresql_where=_HELD),
)

turns = Table(
    "turns",
    metadata,
    Column("queue", String(8), primary_key=True),
    Column("tenant", String(300), primary_key=True),
    Column("served_at", BigInteger, nullable=False),
)

tasks = Table(
    "tasks",
    metadata,
    Column("host", String(255), primary_key=True),
    Column("repo_id", BigInteger, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("lane", String(400), nullable=False),
    Column("state", String(16), nullable=False),
    Column("branch", String(255), nullable=False),
    Column("pull", BigInteger),
    Column("head_sha", String(64)),
    Column("document", LargeBinary, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Index("tasks_by_branch", "host", "repo_id", "branch"),
    Index("tasks_by_pull", "host", "repo_id", "pull"),
    Index("tasks_by_head", "host", "repo_id", "head_sha"),
    Index("tasks_by_state", "host", "repo_id", "state"),
)

changes = Table(
    "changes",
    metadata,
    Column("host", String(255), primary_key=True),
    Column("repo_id", BigInteger, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("run", Integer, primary_key=True),
    Column("document", LargeBinary, nullable=False),
)

heads = Table(
    "heads",
    metadata,
    Column("host", String(255), primary_key=True),
    Column("repo_id", BigInteger, primary_key=True),
    Column("head_sha", String(64), primary_key=True),
    Column("pull", BigInteger, primary_key=True),
    Column("is_fork", Boolean, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
)

effects = Table(
    "effects",
    metadata,
    Column("key", String(400), primary_key=True),
    Column("value", Text),
    Column("fence", BigInteger, nullable=False),
    Column("intended_at", BigInteger, nullable=False),
    Column("confirmed_at", BigInteger),
)

check_runs = Table(
    "check_runs",
    metadata,
    Column("host", String(255), primary_key=True),
    Column("repo_id", BigInteger, primary_key=True),
    Column("check_run", BigInteger, primary_key=True),
    Column("head_sha", String(64), nullable=False),
    Column("name", String(255), nullable=False, server_default="ACS / tests"),
    Column("lane", String(400), nullable=False),
    Column("repo", LargeBinary, nullable=False),
    Column("conclusion", String(32)),
    Column("opened_at", BigInteger, nullable=False),
    Column("looked_at", BigInteger, nullable=False),
    Column("resumed", Integer, nullable=False, default=0),
    Index("check_runs_by_head", "host", "repo_id", "head_sha"),
    Index("check_runs_open", "conclusion", "looked_at"),
)

answers = Table(
    "answers",
    metadata,
    Column("host", String(255), primary_key=True),
    Column("repo_id", BigInteger, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("document", LargeBinary, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)

paused = Table(
    "paused",
    metadata,
    Column("host", String(255), primary_key=True),
    Column("repo_id", BigInteger, primary_key=True),
    Column("document", LargeBinary, nullable=False),
)

lists = Table(
    "lists",
    metadata,
    Column("host", String(255), primary_key=True),
    Column("repo_id", BigInteger, primary_key=True),
    Column("list", String(16), primary_key=True),
    Column("etag", Text, nullable=False),
)

requests_found = Table(
    "requests_found",
    metadata,
    Column("host", String(255), primary_key=True),
    Column("repo_id", BigInteger, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("event", BigInteger, nullable=False),
)

rounds = Table(
    "rounds",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("began_at", BigInteger, nullable=False),
)

hook_deliveries = Table(
    "hook_deliveries",
    metadata,
    Column("host", String(255), primary_key=True),
    Column("app_id", BigInteger, primary_key=True),
    Column("guid", String(64), primary_key=True),
    Column("newest_id", BigInteger, nullable=False),
    Column("newest_at", BigInteger, nullable=False),
    Column("first_id", BigInteger, nullable=False),
    Column("delivered_at", BigInteger, nullable=False),
    Column("event", String(64), nullable=False),
    Column("action", String(64), nullable=False),
    Column("installation_id", BigInteger),
    Column("repository_id", BigInteger),
    Column("is_success", Boolean, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("asks", Integer, nullable=False),
    Column("unreached", Integer, nullable=False),
    Column("asked_at", BigInteger),
    Index("hook_deliveries_by_state", "state", "asked_at"),
    Index("hook_deliveries_by_time", "delivered_at"),
)

sweeps = Table(
    "sweeps",
    metadata,
    Column("host", String(255), primary_key=True),
    Column("app_id", BigInteger, primary_key=True),
    Column("watermark", BigInteger),
    Column("listed_at", BigInteger),
    Column("began_at", BigInteger),
    Column("newest", BigInteger),
    Column("cursor", Text),
    Column("paused_until", BigInteger),
    Column("owner", String(64), nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("leased_until", BigInteger, nullable=False),
)

accounts = Table(
    "accounts",
    metadata,
    Column("host", String(255), primary_key=True),
    Column("installation_id", BigInteger, primary_key=True),
    Column("paused_until", BigInteger, nullable=False, default=0),
    Column("paused_why", Text, nullable=False, default=""),
)

writes = Table(
    "writes",
    metadata,
    Column("id", _Sequence, primary_key=True),
    Column("host", String(255), nullable=False),
    Column("installation_id", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("content", Integer, nullable=False),
    Column("points", Integer, nullable=False),
    Column("repo_id", BigInteger),
    Column("comments_on", BigInteger),
    Column("next_was_held", Boolean, nullable=False, default=False),
    Index("writes_by_account", "host", "installation_id", "at"),
    Index("writes_by_conversation", "host", "repo_id", "comments_on", "at"),
)

# an `amount` with `expires_at` is reserved until then, one without was spent
model_calls = Table(
    "model_calls",
    metadata,
    Column("id", _Sequence, primary_key=True),
    Column("host", String(255), nullable=False),
    Column("installation_id", BigInteger, nullable=False),
    Column("repo_id", BigInteger, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Index("model_calls_by_task", "host", "repo_id", "number"),
    Index("model_calls_by_day", "host", "repo_id", "at"),
    Index("model_calls_by_month", "host", "installation_id", "at"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", _Sequence, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("correlation_id", String(64), nullable=False),
    Column("actor", String(255), nullable=False),
    Column("operation", String(64), nullable=False),
    Column("subject", String(400), nullable=False),
    Column("outcome", String(64), nullable=False),
    Column("facts", Text, nullable=False),
)


def millis(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def moment(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC)


def millis_of(span: timedelta) -> int:
    return round(span.total_seconds() * 1000)
