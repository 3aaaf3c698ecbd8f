from collections.abc import Iterator

import pytest

from tests.contract.local_github.world import Receiver, World, receiving, running
from tests.contract.openapi.description import Description, described
from tests.contract.openapi.recorder import RecordedGitHub, Recorder, recording
from tests.contract.openapi.tour import go_round


@pytest.fixture(scope="session")
def description() -> Description:
    return described()
