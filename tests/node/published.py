"""What GitHub publishes about itself on npm, as `make` installs it beside this file."""

import json
import os
from functools import lru_cache
from pathlib import Path

import pytest

from tests.contract.local_github.world import Document

PACKAGES = Path(__file__).parent / "node_modules"
DESCRIPTION = "@octokit/openapi/generated/api.github.com.json"
EXAMPLES = "@octokit/webhooks-examples/api.github.com/index.json"
SCHEMA = "@octokit/graphql-schema/schema.graphql"
MISSING = "{} is not installed: run `make packages`, or `make test`, which does"


@lru_cache
def published(file: str) -> Document:
    """The JSON document in a file of a package, read once."""
    document: Document = json.loads(published_text(file))
    return document


def published_text(file: str) -> str:
    """What a file of a package says; without it the test is skipped, or fails under CI."""
    path = PACKAGES / file
    if not path.exists():
        leave = pytest.fail if os.environ.get("CI") == "true" else pytest.skip  # noqa: TID251  # no setting of ACS's
        leave(MISSING.format(file))
    return path.read_text(encoding="utf-8")
