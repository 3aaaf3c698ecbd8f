"""What holds in a repository: its own values, over its organisation's where these are not locked, over the defaults."""

import pytest

from app.domain.config_check import KeyChange
from app.domain.repo import RepoRef
from app.domain.repo_config import ChangeLimits, RepoConfig
from app.errors import RepoError
from app.governance.repo_config.changes import effective_changes
from app.governance.repo_config.effective import effective_config
from app.governance.repo_config.merging import Effective, Invalid
from tests.fakes.checkout import FakeCheckouts, FakeNeighbours
from tests.fakes.code_host import InMemoryCodeHost

SHOP = RepoRef("github.com", 1, 42, "octo", "shop")
HOME = RepoRef("github.com", 1, 43, "octo", ".github")
MAX_FILES = b"version: 1\ngeneration: {constraints: {maxFiles: 3}}\n"
LOCKED = b"version: 1\nlocked:\n  - generation.constraints\ngeneration: {constraints: {maxFiles: 5}}\n"


def config(
    own: bytes | None = None,
    organisation: bytes | None = None,
    *,
    path: str = ".github/acs.yml",
    organisation_path: str = ".github/acs.yml",
    refusal: Exception | None = None,
) -> Effective | Invalid:
    """The configuration of octo/shop, where octo/.github is there as soon as it has a file."""
    shop = InMemoryCodeHost(SHOP, {} if own is None else {path: own})
    neighbours = FakeNeighbours()
    if organisation is not None:
        neighbours.hosts.append(InMemoryCodeHost(HOME, {organisation_path: organisation}))
    checkouts = FakeCheckouts(shop, refusal, neighbours)
    return effective_config(SHOP, shop.branches["main"], checkouts=checkouts, neighbours=neighbours)


def valid(found: Effective | Invalid) -> Effective:
    assert isinstance(found, Effective), found.problems
    return found


def limits(found: Effective | Invalid) -> ChangeLimits:
    return valid(found).config.generation.constraints


def problems(found: Effective | Invalid) -> list[str]:
    assert isinstance(found, Invalid)
    return [str(problem) for problem in found.problems]


def test_without_any_file_the_defaults_hold() -> None:
    found = valid(config())

    assert found.config == RepoConfig()
    assert found.set_by == {}
    assert found.defaults == "there is no octo/.github, or the App is not installed on it"


def test_a_repositorys_own_value_stands_above_the_organisations() -> None:
    organisation = b"version: 1\ngeneration: {constraints: {maxFiles: 9, maxLinesPerFile: 400}}\n"
    found = valid(config(MAX_FILES, organisation))

    assert (limits(found).max_files, limits(found).max_lines_per_file) == (3, 400)
    assert found.set_by == {
        "generation.constraints.maxFiles": ".github/acs.yml",
        "generation.constraints.maxLinesPerFile": "octo/.github",
    }
    assert found.defaults.startswith("octo/.github at ")


def test_a_list_replaces_a_list() -> None:
    own = b"version: 1\ngeneration: {constraints: {forbiddenPaths: [infra]}}\n"
    organisation = b"version: 1\ngeneration: {constraints: {forbiddenPaths: [secrets]}}\n"

    assert limits(config(own, organisation)).forbidden_paths == ("infra",)


def test_a_repository_lifts_a_limit_that_is_not_locked() -> None:
    own = b"version: 1\ngeneration: {constraints: {maxFiles: null}}\n"

    assert limits(config(own, MAX_FILES)).max_files is None


def test_an_organisations_file_may_stand_at_the_root_of_its_repository() -> None:
    assert limits(config(None, MAX_FILES, organisation_path="acs.yml")).max_files == 3


def test_a_repository_of_the_organisation_without_a_file_gives_no_defaults() -> None:
    found = valid(config(None, MAX_FILES, organisation_path="profile/README.md"))

    assert found.config == RepoConfig()
    assert found.defaults == "octo/.github has no .github/acs.yml or acs.yml"


def test_what_the_organisation_locks_cannot_be_set_and_the_answer_says_who_locked_it() -> None:
    assert problems(config(MAX_FILES, LOCKED)) == [
        ".github/acs.yml:2:28: generation.constraints.maxFiles is locked by octo/.github: .github/acs.yml:3, where it "
        "is 5: leave it out here"
    ]


def test_what_is_locked_holds() -> None:
    assert limits(config(b"version: 1\n", LOCKED)).max_files == 5


def test_a_lock_on_a_section_locks_keys_that_the_organisation_left_at_their_default() -> None:
    own = b"version: 1\ngeneration: {constraints: {forbiddenPaths: []}}\n"

    (problem,) = problems(config(own, LOCKED))
    assert "is locked by octo/.github: .github/acs.yml:3, where it is []" in problem


def test_problems_of_the_organisations_file_are_told_from_the_repositorys_own() -> None:
    assert problems(config(b"version: 2\n", b"version: 3\n")) == [
        ".github/acs.yml:1:10: version: found 2, expected 1",
        "octo/.github: .github/acs.yml:1:10: version: found 3, expected 1",
    ]


@pytest.mark.parametrize(
    ("path", "message"),
    [pytest.param(".github/acs.yaml", "ACS reads .github/acs.yml only: rename this file", id="the other ending")],
)
def test_a_file_that_would_not_be_read_is_not_passed_over(path: str, message: str) -> None:
    assert problems(config(MAX_FILES, path=path)) == [f"{path}:1:1: {message}"]


def test_the_organisations_own_repository_may_lock_and_has_no_other_defaults() -> None:
    home = InMemoryCodeHost(HOME, {"acs.yml": LOCKED})
    neighbours = FakeNeighbours([home])
    checkouts = FakeCheckouts(home, neighbours=neighbours)

    found = effective_config(HOME, home.branches["main"], checkouts=checkouts, neighbours=neighbours)

    assert limits(found).max_files == 5
    assert valid(found).defaults == "octo/.github has the organisation's defaults itself"


def test_a_base_that_cannot_be_read_is_no_empty_configuration() -> None:
    with pytest.raises(RepoError, match="too large"):
        config(MAX_FILES, refusal=RepoError("octo/shop is too large"))


def test_a_change_is_shown_key_by_key_with_its_default() -> None:
    after = valid(config(b"version: 1\ngeneration: {constraints: {maxFiles: 40, forbiddenPaths: [infra]}}\n"))

    assert effective_changes(valid(config(MAX_FILES)), after) == (
        KeyChange("generation.constraints.maxFiles", "3", "40", "not set"),
        KeyChange("generation.constraints.forbiddenPaths", "[]", '["infra"]', "[]"),
    )


def test_a_change_that_mends_an_invalid_base_shows_all_that_is_set() -> None:
    assert effective_changes(config(b"version: 2"), valid(config(MAX_FILES))) == (
        KeyChange("generation.constraints.maxFiles", None, "3", "not set"),
    )


def test_a_change_without_effect_is_none() -> None:
    assert effective_changes(valid(config()), valid(config(b"version: 1 # nothing else\n"))) == ()
