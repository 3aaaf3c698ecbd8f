"""What an owner does to an installation of the App, and to a repository, in GitHub's settings."""

from dataclasses import replace

from app.demo.github.events import announce, announce_installation, announce_repositories
from app.demo.github.records import (
    Account,
    CheckRun,
    CheckSuite,
    Installation,
    Issue,
    Label,
    Pull,
    Repository,
    Review,
    ReviewComment,
    ReviewThread,
)
from app.demo.github.site import Actor, Site


def suspend(site: Site, found: Installation) -> None:
    with site.store.transaction():
        found = site.store.save(replace(found, suspended_at=site.now(), updated_at=site.now()))
        announce_installation(site, found, _owner(site, found), "suspend")


def unsuspend(site: Site, found: Installation) -> None:
    with site.store.transaction():
        found = site.store.save(replace(found, suspended_at=None, updated_at=site.now()))
        announce_installation(site, found, _owner(site, found), "unsuspend")


def uninstall(site: Site, found: Installation) -> None:
    with site.store.transaction():
        announce_installation(site, found, _owner(site, found), "deleted")
        site.store.delete(found)


def delete_repository(site: Site, repo: Repository) -> None:
    """Delete a repository with all that is in it, and take it out of every installation."""
    with site.moving_refs_of(repo), site.store.transaction():
        by = Actor(site.store.need(Account, repo.owner_id))
        announce(site, repo, by, "repository", {"action": "deleted"})
        for found in site.store.all(Installation):
            if repo.id in found.repository_ids:
                left = tuple(repo_id for repo_id in found.repository_ids if repo_id != repo.id)
                found = site.store.save(replace(found, repository_ids=left, updated_at=site.now()))
                announce_repositories(site, found, by, removed=repo)
        for pull in site.store.all(Pull, repo.id):
            for kind in (Review, ReviewThread, ReviewComment):
                for record in site.store.all(kind, pull.id):
                    site.store.delete(record)
        for kind in (Issue, Pull, Label, CheckSuite):
            for record in site.store.all(kind, repo.id):
                site.store.delete(record)
        for run in site.store.all(CheckRun):
            if run.repo_id == repo.id:
                site.store.delete(run)
        site.store.delete(repo)
        site.git(repo).delete()


def _owner(site: Site, found: Installation) -> Actor:
    return Actor(site.store.need(Account, found.account_id))
