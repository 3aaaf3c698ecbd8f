"""What a change stands on: its base, and the configuration that holds there."""

from app.domain.change import Constraints
from app.domain.repo import RepoRef
from app.domain.repo_config import RepoConfig
from app.domain.task import Base
from app.governance.repo_config.effective import config_at, organisation_defaults
from app.governance.repo_config.merging import Effective, Invalid
from app.ports.checkouts import Checkouts
from app.ports.neighbours import Neighbours


def foundation(repo: RepoRef, *, checkouts: Checkouts, neighbours: Neighbours) -> tuple[Base, Effective | Invalid]:
    """The base of a new change, and the configuration there; one that is invalid allows no change.

    The base is the default branch, or the one that the configuration on the default branch names.

    Raises:
        RepoError: the repository is empty, gone, too large, or closed to the App, or has no branch of that name.
        TransientError: the code host did not answer.
    """
    default = checkouts.default_branch(repo)
    base = Base(default.name, default.sha)
    organisation = organisation_defaults(repo, checkouts=checkouts, neighbours=neighbours)
    config = config_at(checkouts.at(repo, base.sha), repo, organisation)
    wanted = config.config.pull_request.base if isinstance(config, Effective) else None
    if wanted in (None, base.branch):
        return base, config
    base = Base(wanted, checkouts.branch_head(repo, wanted))
    return base, config_at(checkouts.at(repo, base.sha), repo, organisation)


def limits_of(config: RepoConfig) -> Constraints:
    """The limits on every change."""
    limits = config.generation.constraints
    return Constraints(limits.max_files, limits.max_lines_per_file, limits.allowed_dependencies, limits.forbidden_paths)
