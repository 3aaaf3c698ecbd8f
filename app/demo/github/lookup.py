"""Finding records by what they say of each other."""

from app.demo.github.records import Issue, Pull, Repository
from app.demo.github.site import Site


def conversation(site: Site, repo: Repository, pull: Pull) -> Issue:
    """The issue that holds a pull request's title, body, state, labels and comments."""
    found = site.store.find(Issue, repo.id, str(pull.number))
    if found is None:
        raise LookupError(f"{repo.full_name}#{pull.number} has no conversation")
    return found


def pull_of(site: Site, repo: Repository, issue: Issue) -> Pull:
    """The pull request whose conversation this is."""
    found = site.store.find(Pull, repo.id, str(issue.number))
    if found is None:
        raise LookupError(f"{repo.full_name}#{issue.number} has a conversation and no pull request")
    return found


def open_pulls_from(site: Site, repo: Repository, branch: str) -> list[Pull]:
    return [pull for pull in open_pulls(site, repo) if pull.head_branch == branch]


def open_pulls_at(site: Site, repo: Repository, head_sha: str) -> list[Pull]:
    return [pull for pull in open_pulls(site, repo) if pull.head_sha == head_sha]


def open_pulls(site: Site, repo: Repository) -> list[Pull]:
    pulls = site.store.all(Pull, repo.id)
    return [pull for pull in pulls if conversation(site, repo, pull).state == "open"]
