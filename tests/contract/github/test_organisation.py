"""An organisation's configuration, found through the installation and read with real git."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.adapters.git.checkouts import GitCheckouts
from app.domain.change import GeneratedFile
from app.domain.repo import HeadSha
from app.errors import RepoError
from app.governance.repo_config.effective import effective_config
from app.governance.repo_config.merging import Effective, Invalid
from tests.contract.github.worlds import LocalWorld, start_local_world

LIMITS = "version: 1\nlocked: [pull_request]\ngeneration: {constraints: {maxFiles: 5}}\n"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalWorld]:
    world = start_local_world(tmp_path_factory.mktemp("github"), neighbours=["acme/.github"])
    yield world
    world.close()


@pytest.fixture
def checkouts(world: LocalWorld, tmp_path: Path) -> GitCheckouts:
    return GitCheckouts(tmp_path / "git", clone_url=world.clone_url, token=world.token_to_read, sleep=lambda _: None)


def commit(world: LocalWorld, branch: str, path: str, text: str) -> HeadSha:
    """A commit on the default branch of acme/shop, on a branch of its own."""
    commits, file = world.ports().commits, GeneratedFile(path, text, "create")
    head = commits.commit(world.repo, parent=world.main, files=[file], message="Add a file").sha
    commits.create_branch(world.repo, branch, head)
    return head


def effective(world: LocalWorld, checkouts: GitCheckouts, sha: str) -> Effective | Invalid:
    return effective_config(world.repo, sha, checkouts=checkouts, neighbours=world.adapter.neighbours())


def test_a_repository_of_the_same_account_is_found_by_name(world: LocalWorld) -> None:
    assert world.adapter.neighbours().beside(world.repo, ".github") == world.repository("acme", ".github")


def test_a_repository_that_the_installation_does_not_have_is_not_found(world: LocalWorld) -> None:
    assert world.adapter.neighbours().beside(world.repo, "absent") is None


def test_an_installation_that_is_gone_is_no_missing_repository(world: LocalWorld) -> None:
    gone = replace(world.repo, installation_id=999_999)

    with pytest.raises(RepoError, match="acme/shop has no installation"):
        world.adapter.neighbours().beside(gone, ".github")


def test_the_head_of_a_branch_is_known_by_its_whole_name(world: LocalWorld, checkouts: GitCheckouts) -> None:
    head = commit(world, "team/next", "a.md", "a\n")

    assert checkouts.branch_head(world.repo, "team/next") == head
    for absent in ("next", "team", "team/*", "--upload-pack=x"):
        with pytest.raises(RepoError, match="acme/shop has no branch"):
            checkouts.branch_head(world.repo, absent)


def test_a_repository_reads_its_organisations_defaults_and_locks(world: LocalWorld, checkouts: GitCheckouts) -> None:
    before = effective(world, checkouts, world.main)
    assert isinstance(before, Effective)
    assert before.defaults == "acme/.github has no .github/acs.yml or acs.yml"

    world.put("acme/.github", "acs.yml", LIMITS)
    overriding = commit(world, "overriding", ".github/acs.yml", "version: 1\npull_request: {base: next}\n")
    allowed, refused = effective(world, checkouts, world.main), effective(world, checkouts, overriding)

    assert isinstance(allowed, Effective)
    assert allowed.config.generation.constraints.max_files == 5
    assert isinstance(refused, Invalid)
    assert [str(problem) for problem in refused.problems] == [
        ".github/acs.yml:2:16: pull_request.base is locked by acme/.github: acs.yml:2, where it is not set: "
        "leave it out here"
    ]
