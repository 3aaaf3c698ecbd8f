"""`acs check-config` says what is wrong with a file, or what holds by it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import cli
from app.governance.repo_config.page import reference_page
from app.governance.repo_config.schema import json_schema


def check(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["check-config", *map(str, arguments)])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "acs.yml"
    path.write_text("version: 1\ngeneration:\n  constraints: {maxFiles: 3}\n")
    return path


def test_every_problem_is_printed_with_its_place_and_the_exit_status_says_so(file: Path) -> None:
    file.write_text("version: 2\ngenration: {}\n")

    result = check(file)

    assert result.exit_code == 1
    assert result.output.splitlines() == [
        f"{file}:1:10: version: found 2, expected 1",
        f'{file}:2:1: unknown key "genration" (did you mean "generation"?)',
    ]


def test_a_valid_file_prints_what_holds_and_who_says_so(file: Path) -> None:
    result = check(file)

    assert result.exit_code == 0
    assert result.output.splitlines() == [
        f"generation.constraints.maxFiles: 3  # {file}",
        "generation.constraints.maxLinesPerFile: not set  # default",
        "generation.constraints.allowedDependencies: not set  # default",
        "generation.constraints.forbiddenPaths: []  # default",
        "pull_request.base: not set  # default",
    ]


def test_what_the_organisation_locks_is_a_problem(file: Path, tmp_path: Path) -> None:
    organisation = tmp_path / "organisation.yml"
    organisation.write_text("version: 1\nlocked: [generation]\n")

    result = check(file, "--organisation", organisation)

    assert result.exit_code == 1
    assert result.output.splitlines() == [
        f"{file}:3:17: generation.constraints.maxFiles is locked by {organisation}:2, where it is not set: "
        "leave it out here"
    ]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    result = check(tmp_path / "absent.yml")

    assert result.exit_code == 1
    assert (
        result.output
        == f"{tmp_path / 'absent.yml'}: cannot be read (No such file or directory); name the file to check\n"
    )


def test_the_schema_and_the_reference_are_printed() -> None:
    assert check("--schema").output == json_schema()
    assert check("--reference").output == reference_page()
