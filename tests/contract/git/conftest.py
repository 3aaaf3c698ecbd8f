from collections.abc import Iterator
from pathlib import Path

import pytest

from app.adapters.git.checkouts import GitCheckouts, GitLimits
from app.domain.repo import RepoRef
from tests.contract.git.git_server import TOKEN, GitServer, served

SHOP = RepoRef(host="git.local", installation_id=7, repo_id=42, owner="acme", name="shop")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitServer]:
    with served(tmp_path / "served") as server:
        server.repository("acme/shop")
        yield server


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def checkouts(server: GitServer, cache: Path) -> GitCheckouts:
    return checkouts_of(server, cache)


def checkouts_of(
    server: GitServer, cache: Path, *, token: str = TOKEN, limits: GitLimits | None = None
) -> GitCheckouts:
    return GitCheckouts(
        cache,
        clone_url=lambda repo: f"{server.url}/{repo.full_name}.git",
        token=lambda _: token,
        limits=limits,
        sleep=lambda _: None,
    )
