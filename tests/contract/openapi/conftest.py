from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pytest

from tests.contract.local_github.world import Heard, running
from tests.contract.openapi.description import Description, described
from tests.contract.openapi.endpoints import Endpoint, endpoint_of
from tests.contract.openapi.exchange import Exchange
from tests.contract.openapi.recorder import RecordedGitHub, recording
from tests.contract.openapi.replay import Replays, replay
from tests.contract.openapi.tour import go_round


@dataclass(frozen=True)
class Round:
    """What was asked and answered when somebody tried everything once."""

    exchanges: Mapping[Endpoint | None, Sequence[Exchange]]
    replays: Replays
    heard: Sequence[Heard]


@pytest.fixture(scope="session")
def description() -> Description:
    return described()


@pytest.fixture(scope="session")
def everything(description: Description, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Round]:
    """One tour of a local GitHub, recorded. Without the description there is nothing to hold it against."""
    with running(tmp_path_factory.mktemp("toured"), kind=RecordedGitHub) as world:
        assert isinstance(world.github, RecordedGitHub)
        with recording(world.github) as recorder:
            go_round(world)
            replays = replay(world, recorder)
            world.wait_until_delivered()
        exchanges: dict[Endpoint | None, list[Exchange]] = {}
        for one in recorder.exchanges:
            exchanges.setdefault(endpoint_of(one), []).append(one)
        yield Round(exchanges, replays, world.receiver.heard)
