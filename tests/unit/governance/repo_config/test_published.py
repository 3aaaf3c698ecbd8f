"""What is published about the configuration is what ACS reads."""

import json
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from pydantic import JsonValue

import app
from app.governance.repo_config.keys import working_keys
from app.governance.repo_config.page import reference_page
from app.governance.repo_config.reading import Given, Source, read_config
from app.governance.repo_config.schema import json_schema

DOCS = Path(str(files(app))).parent / "docs"
MAKE = "run `acs check-config {}` and keep what it prints"


def test_the_schema_in_the_repository_is_that_of_the_models() -> None:
    assert (DOCS / "schema" / "acs.v1.json").read_text() == json_schema(), MAKE.format("--schema")


def test_the_reference_page_is_that_of_the_models() -> None:
    assert (DOCS / "configuration.md").read_text() == reference_page(), MAKE.format("--reference")


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(json.loads(json_schema()))


@pytest.mark.parametrize(
    "config",
    [
        pytest.param({"version": 1}, id="the least"),
        pytest.param({"version": 1, "generation": {"constraints": {"maxFiles": 3}}}, id="a limit"),
        pytest.param({"version": 1, "generation": {"constraints": {"maxFiles": 0}}}, id="a limit too small"),
        pytest.param({"version": 1, "generation": {"constraints": {"maxFiles": None}}}, id="a limit lifted"),
        pytest.param({"version": 1, "generation": {"constraint": {}}}, id="a typo"),
        pytest.param({"version": 1, "generation": {"deep": True}}, id="a key without effect"),
        pytest.param({"version": 1, "pull_request": {"base": "main"}}, id="a branch"),
        pytest.param({"version": 1, "pull_request": {"base": "-x"}}, id="no branch"),
        pytest.param({"version": 2}, id="another version"),
        pytest.param({}, id="no version"),
    ],
)
def test_the_schema_and_the_reader_agree(config: JsonValue) -> None:
    validator = Draft202012Validator(json.loads(json_schema()))
    is_read = isinstance(read_config(json.dumps(config).encode(), Source("acs.yml")), Given)

    assert (next(validator.iter_errors(config), None) is None) == is_read  # pyright: ignore[reportUnknownMemberType]


def test_every_key_is_described() -> None:
    assert [key.name for key in working_keys().values() if len(key.description) < 40] == []
