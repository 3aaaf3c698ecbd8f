from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.local_github.world import World, running


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One local GitHub for all tests that leave it as it is: each works on issues and branches of its own."""
    with running(tmp_path_factory.mktemp("local_github")) as world:
        yield world


@pytest.fixture(scope="session")
def _second_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with running(tmp_path_factory.mktemp("troubled_github")) as world:
        yield world


@pytest.fixture
def troubled(_second_world: World) -> World:
    """A local GitHub for tests that give it or its receiver trouble; none is left of the test before."""
    _second_world.calm()
    return _second_world


@pytest.fixture
def own_world(tmp_path: Path) -> Iterator[World]:
    """A local GitHub of the test's own, to kill and to take apart."""
    with running(tmp_path) as world:
        yield world
