from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pytest

from app.demo.github.seed import ACS_EVENTS
from tests.contract.local_github.world import Heard, running
from tests.contract.openapi import tour
from tests.contract.openapi.description import Description, described
from tests.contract.openapi.endpoints import Endpoint, endpoint_of
from tests.contract.openapi.exchange import Exchange
from tests.contract.openapi.recorder import RecordedGitHub, recording
from tests.contract.openapi.replay import Replays, replay


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
    folder, events = tmp_path_factory.mktemp("toured"), (*ACS_EVENTS, "create", "delete", "repository")
    with running(folder, kind=RecordedGitHub, events=events) as world:
        assert isinstance(world.github, RecordedGitHub)
        with recording(world.github) as recorder:
            tour.go_round(world)
            replays = replay(world, recorder)
            tour.forms(world)
            tour.settings(world)
            world.wait_until_delivered()
        exchanges: dict[Endpoint | None, list[Exchange]] = {}
        for one in recorder.exchanges:
            exchanges.setdefault(endpoint_of(one), []).append(one)
        yield Round(exchanges, replays, world.receiver.heard)
