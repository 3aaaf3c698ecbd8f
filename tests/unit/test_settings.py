"""What an operator may say in the environment, and what is answered when it is wrong."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from app.settings import Settings, SettingsError

NEEDED = {
    "ACS_GITHUB_APP_ID": "7",
    "ACS_GITHUB_PRIVATE_KEY": "-----BEGIN RSA PRIVATE KEY-----",
    "ACS_GITHUB_WEBHOOK_SECRETS_FILE": "/run/secrets/webhook",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment that says no more than it must."""
    say(monkeypatch, NEEDED)
    return monkeypatch


def say(environment: pytest.MonkeyPatch, variables: Mapping[str, str]) -> None:
    for name, value in variables.items():
        environment.setenv(name, value)


def test_three_variables_are_enough(environment: pytest.MonkeyPatch) -> None:
    settings = Settings.read()

    assert (settings.github_app_id, settings.host, settings.git_url) == (7, "github.com", "https://github.com")
    assert settings.sql_url == "sqlite:////var/lib/acs/acs.db"


@pytest.mark.parametrize(
    ("missing", "answer"),
    [
        ("ACS_GITHUB_APP_ID", "ACS_GITHUB_APP_ID: Field required"),
        ("ACS_GITHUB_WEBHOOK_SECRETS_FILE", "ACS_GITHUB_WEBHOOK_SECRETS_FILE: Field required"),
        (
            "ACS_GITHUB_PRIVATE_KEY",
            "Value error, ACS_GITHUB_PRIVATE_KEY_FILE is required: the App's private key, as a PEM file",
        ),
    ],
)
def test_what_is_missing_is_named(environment: pytest.MonkeyPatch, missing: str, answer: str) -> None:
    environment.delenv(missing)

    with pytest.raises(SettingsError) as error:
        Settings.read()
    assert str(error.value) == answer


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ACS_LEASE", "PT0S"),
        ("ACS_CLOCK_TICK", "PT0S"),
        ("ACS_LOOK_OVER", "-PT1S"),
        ("ACS_RETRY_FIRST", "PT0S"),
        ("ACS_RETRY_LONGEST", "PT0S"),
        ("ACS_RETRY_WITHIN", "PT0S"),
        ("ACS_WORKERS", "0"),
        ("ACS_TESTS_DEADLINE", "PT0S"),
        ("ACS_TESTS_DEADLINE", "PT31M"),
        ("ACS_BUDGET_TASK_USD", "-1"),
        ("ACS_BUDGET_REPOSITORY_DAY_USD", "NaN"),
        ("OPENAI_BASE_URL", "localhost:8000"),
    ],
)
def test_a_number_that_cannot_be_meant_is_refused(environment: pytest.MonkeyPatch, name: str, value: str) -> None:
    say(environment, {name: value})

    with pytest.raises(SettingsError, match=f"^{name}: "):
        Settings.read()


@pytest.mark.parametrize("name", ["ACS_GITHUB_API_URL", "ACS_GITHUB_GIT_URL", "OPENAI_BASE_URL"])
@pytest.mark.parametrize("url", ["https://maria@ghe.example/api/v3", "https://maria:hunter22@ghe.example/api/v3"])
def test_a_url_that_names_somebody_is_refused_and_not_repeated(
    environment: pytest.MonkeyPatch, name: str, url: str
) -> None:
    say(environment, {name: url})

    with pytest.raises(SettingsError, match=f"^{name}: .*leave them out") as error:
        Settings.read()
    assert "maria" not in str(error.value)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://api.github.com", "github.com"),
        ("https://GHE.example/api/v3", "ghe.example"),
        ("http://127.0.0.1:8931", "127.0.0.1:8931"),
        ("http://[::1]:8931/", "[::1]:8931"),
    ],
)
def test_the_host_is_the_name_people_know(environment: pytest.MonkeyPatch, url: str, host: str) -> None:
    say(environment, {"ACS_GITHUB_API_URL": url})

    assert Settings.read().host == host


def test_tests_may_take_half_an_hour(environment: pytest.MonkeyPatch) -> None:
    say(environment, {"ACS_TESTS_DEADLINE": "PT30M"})

    assert Settings.read().tests_deadline == timedelta(minutes=30)


def test_every_line_of_the_secrets_file_is_a_secret(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "webhook").write_text("new-secret\n\n old-secret \n")
    say(environment, {"ACS_GITHUB_WEBHOOK_SECRETS_FILE": str(tmp_path / "webhook")})

    assert Settings.read().webhook_secrets == ("new-secret", "old-secret")


@pytest.mark.parametrize(("written", "answer"), [(" \n\n", "is empty"), (None, "cannot be read")])
def test_a_secrets_file_without_a_secret_is_refused(
    environment: pytest.MonkeyPatch, tmp_path: Path, written: str | None, answer: str
) -> None:
    path = tmp_path / "webhook"
    if written is not None:
        path.write_text(written)
    say(environment, {"ACS_GITHUB_WEBHOOK_SECRETS_FILE": str(path)})

    with pytest.raises(SettingsError, match=f"^{path}: {answer}"):
        _ = Settings.read().webhook_secrets


def test_the_key_of_the_model_is_a_secret(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "webhook").write_text("webhook-secret")
    (tmp_path / "key").write_text("sk-from-the-file\n")
    say(environment, {"ACS_GITHUB_WEBHOOK_SECRETS_FILE": str(tmp_path / "webhook")})

    assert Settings.read().model_key == ""
    say(environment, {"OPENAI_API_KEY_FILE": str(tmp_path / "key")})
    assert Settings.read().model_key == "sk-from-the-file"
    say(environment, {"OPENAI_API_KEY": "sk-proj-itself"})
    settings = Settings.read()
    assert "sk-proj-itself" in settings.secrets
    assert "sk-proj-itself" not in repr(settings)
