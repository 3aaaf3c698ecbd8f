"""No secret is in a line of the log, wherever in it somebody put one."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from app.adapters.logs import configure_logs
from app.settings import Settings
from app.wiring import Services

SECRET = "hunter22-and-more"


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


class Holder:
    def __repr__(self) -> str:
        return f"Holder({SECRET})"


@pytest.mark.parametrize(
    "nested", [[SECRET], (SECRET,), {"in": {"a": [SECRET]}}, {SECRET: 1}, Holder(), [Holder()]], ids=repr
)
def test_a_secret_inside_a_value_is_redacted(nested: object, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(secrets=[SECRET])

    structlog.stdlib.get_logger().info("asked", facts=nested, attempts=3, last=None, quick=True)

    line = capsys.readouterr().out
    assert SECRET not in line
    assert "[redacted]" in line
    assert {key: json.loads(line)[key] for key in ("event", "attempts", "last", "quick")} == {
        "event": "asked",
        "attempts": 3,
        "last": None,
        "quick": True,
    }


def test_a_line_of_a_library_is_redacted_too(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(secrets=[SECRET])

    logging.getLogger("sqlalchemy").warning("connecting with %s", SECRET, extra={"options": [SECRET]})

    line = json.loads(capsys.readouterr().out)
    assert (line["event"], line["options"]) == ("connecting with [redacted]", ["[redacted]"])


def test_the_passwords_in_urls_are_known_secrets(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "webhook").write_text("webhook-secret")
    settings = {
        "github_app_id": 9,
        "github_private_key": "private-key",
        "github_webhook_secrets_file": tmp_path / "webhook",
        "redis_url": "redis://:redis-password@127.0.0.1:6379/0",
        "database_url": "postgresql+psycopg://acs:sql%2Fpassword@127.0.0.1/acs",
        "pip_index_url": "https://acs:pip-password@index.example/simple",
        "npm_registry": "https://acs:npm-password@registry.example/",
    }
    Services(Settings.model_validate(settings)).start_logs()
    secrets = ["webhook-secret", "private-key", "redis-password", "sql%2Fpassword", "sql/password"]
    secrets += ["pip-password", "npm-password"]

    structlog.stdlib.get_logger().info("asked", facts=secrets)

    assert json.loads(capsys.readouterr().out)["facts"] == ["[redacted]"] * len(secrets)
