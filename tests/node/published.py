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
MISSING = "{} is not installed: run `make packages`, or `make test`, which does"


@lru_cache
def published(file: str) -> Document:
    """The JSON document in a file of a package, read once; without it the test is skipped, or fails under CI."""
    path = PACKAGES / file
    if not path.exists():
        leave = pytest.fail if os.environ.get("CI") == "true" else pytest.skip  # noqa: TID251  # no setting of ACS's
        leave(MISSING.format(file))
    document: Document = json.loads(path.read_bytes())
    return document
