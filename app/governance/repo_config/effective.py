"""The configuration that holds for a repository at one commit: its own file over its organisation's."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.domain.repo import RepoRef
from app.domain.yaml_text import START
from app.errors import RepoError
from app.governance.repo_config.merging import Effective, Invalid, combine
from app.governance.repo_config.reading import Read, Source, read_config
from app.ports.checkouts import Checkout, Checkouts
from app.ports.neighbours import Neighbours

PATH = ".github/acs.yml"
ORGANISATION_REPOSITORY = ".github"
ORGANISATION_PATHS = (PATH, "acs.yml")
MISNAMED: Mapping[str, str] = {".github/acs.yaml": PATH, "acs.yaml": "acs.yml"}


@dataclass(frozen=True, slots=True)
class OrganisationDefaults:
    """What the organisation's file says, if there is one; `words` say which file that is, or why there is none."""

    file: Read | None
    words: str


def effective_config(repo: RepoRef, sha: str, *, checkouts: Checkouts, neighbours: Neighbours) -> Effective | Invalid:
    """The configuration at a commit: give it the base SHA to know what holds.

    Raises:
        RepoError: the commit cannot be read.
        TransientError: the code host did not answer; ask again.
    """
    defaults = organisation_defaults(repo, checkouts=checkouts, neighbours=neighbours)
    return config_at(checkouts.at(repo, sha), repo, defaults)


def organisation_defaults(repo: RepoRef, *, checkouts: Checkouts, neighbours: Neighbours) -> OrganisationDefaults:
    """The organisation's file, at the head of the default branch of its repository `.github`.

    Where that repository is missing, empty or closed to the App there are no defaults.
    """
    name = f"{repo.owner}/{ORGANISATION_REPOSITORY}"
    if repo.name == ORGANISATION_REPOSITORY:
        return OrganisationDefaults(None, f"{name} has the organisation's defaults itself")
    home = neighbours.beside(repo, ORGANISATION_REPOSITORY)
    if home is None:
        return OrganisationDefaults(None, f"there is no {name}, or the App is not installed on it")
    try:
        head = checkouts.default_branch(home).sha
    except RepoError as error:
        return OrganisationDefaults(None, f"{name} cannot be read ({error})")
    tree = checkouts.at(home, head)
    found = _read(tree, ORGANISATION_PATHS, repository=name, may_lock=True)
    words = f"{name} at {head[:12]}" if found is not None else f"{name} has no {' or '.join(ORGANISATION_PATHS)}"
    return OrganisationDefaults(found, words)


def config_at(tree: Checkout, repo: RepoRef, defaults: OrganisationDefaults) -> Effective | Invalid:
    """The configuration that a tree asks for, over the organisation's defaults."""
    own = _read(tree, _paths(repo), repository="", may_lock=repo.name == ORGANISATION_REPOSITORY)
    return combine(own, defaults.file, defaults=defaults.words)


def config_paths(repo: RepoRef) -> tuple[str, ...]:
    """The files of a repository that its configuration depends on, also by a name that ACS does not read."""
    paths = _paths(repo)
    return (*paths, *(wrong for wrong, right in MISNAMED.items() if right in paths))


def _paths(repo: RepoRef) -> tuple[str, ...]:
    return ORGANISATION_PATHS if repo.name == ORGANISATION_REPOSITORY else (PATH,)


def _read(tree: Checkout, paths: tuple[str, ...], *, repository: str, may_lock: bool) -> Read | None:
    """The first of these files that is there."""
    source = Source(paths[0], repository, may_lock)
    for path in paths:
        content = tree.read(path)
        if content is not None:
            return read_config(content, replace(source, path=path))
    for path, right in MISNAMED.items():
        if right in paths and tree.read(path) is not None:
            return (replace(source, path=path).problem(START, f"ACS reads {right} only: rename this file"),)
    return None
