"""`acs deliveries` and `acs redeliver` as an operator runs them."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from app.adapters.clock import SystemClock
from app.adapters.sql.engine import open_engine
from app.adapters.sql.schema import migrate
from app.adapters.sql.sweep import SqlSweepLedger
from app.ports.sweep import Expected

PROJECT = Path(__file__).resolve().parents[3]
Acs = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def acs(tmp_path: Path) -> Acs:
    """Runs an `acs` command; nobody answers for GitHub."""
    (tmp_path / "secrets").write_text("secret\n")
    environment = {
        "ACS_STATE_DIR": str(tmp_path),
        "ACS_GITHUB_APP_ID": "9",
        "ACS_GITHUB_PRIVATE_KEY": "none is needed",
        "ACS_GITHUB_WEBHOOK_SECRETS_FILE": str(tmp_path / "secrets"),
        "ACS_GITHUB_API_URL": "http://127.0.0.1:9",
        "LANG": "C.UTF-8",
    }

    def run(*command: str) -> "subprocess.CompletedProcess[str]":
        argv = [sys.executable, "-m", "app.cli", *command]
        return subprocess.run(argv, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)

    return run


def lose(database: Path, guid: str) -> None:
    """Let the sweep have given up a delivery."""
    url = f"sqlite:///{database}"
    migrate(url)
    engine, clock = open_engine(url), SystemClock()
    ledger = SqlSweepLedger(engine, clock, host="127.0.0.1:9", app_id=9)
    lease = ledger.lease(owner="clock", ttl=timedelta(minutes=1))
    assert lease
    now = clock.now()
    lost = Expected(guid, 1, now, 1, now, "issues", "labeled", 1, 42, False, "lost", "asked for 5 times", asks=5)
    ledger.save(lease, [lost])
    engine.dispose()


def test_what_is_lost_is_said_and_ends_with_status_1(acs: Acs, tmp_path: Path) -> None:
    lose(tmp_path / "acs.db", "a-1")

    table, document, failed = acs("deliveries"), acs("deliveries", "--json"), acs("deliveries", "--failed")

    assert (table.returncode, table.stderr) == (1, "")
    assert table.stdout.endswith("1 delivery is lost: `acs deliveries --failed` says which, and what to do.\n")
    assert (document.returncode, json.loads(document.stdout)["total"]["lost"]) == (1, 1)
    assert (failed.returncode, "a-1 issues 127.0.0.1:9/42\n  asked for 5 times\n" in failed.stdout) == (0, True)


def test_a_database_of_another_version_is_said_to_be_one(acs: Acs) -> None:
    done = acs("deliveries")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "the database is not at this version's schema: run `acs migrate`\n"


@pytest.mark.parametrize(
    ("guid", "status", "says"),
    [
        pytest.param("a 1", 2, "“a 1” is no GUID of a delivery", id="no GUID"),
        pytest.param("a-1", 1, "The App's private key cannot sign", id="GitHub cannot be asked"),
    ],
)
def test_what_cannot_be_done_again_is_said_in_a_sentence(
    acs: Acs, tmp_path: Path, guid: str, status: int, says: str
) -> None:
    migrate(f"sqlite:///{tmp_path / 'acs.db'}")

    done = acs("redeliver", guid)

    assert (done.returncode, done.stdout) == (status, "")
    assert done.stderr.startswith(says)
    assert done.stderr.count("\n") == 1
