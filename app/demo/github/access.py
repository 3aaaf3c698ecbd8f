"""Who is asking, and what they may: an App's permissions are enforced, and people's roles.

https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias, get_args

from app.demo.github.answers import Refusal
from app.demo.github.records import Account, App, Installation, InstallationToken, Level, Permissions, Repository, Role
from app.demo.github.site import Actor, Site

ROLES: tuple[Role, ...] = get_args(Role)
_RANK: Mapping[str, int] = {"read": 1, "write": 2}


@dataclass(frozen=True)
class Anonymous:
    pass


@dataclass(frozen=True)
class AsPerson:
    account: Account


@dataclass(frozen=True)
class AsApp:
    """The App itself, by a JSON web token."""

    app: App


@dataclass(frozen=True)
class AsInstallation:
    """The App in one installation, by an installation token."""

    app: App
    bot: Account
    installation: Installation
    token: InstallationToken

    @property
    def repository_ids(self) -> tuple[int, ...]:
        installed = self.installation.repository_ids
        chosen = self.token.repository_ids
        return installed if chosen is None else tuple(repo_id for repo_id in chosen if repo_id in installed)


Caller: TypeAlias = Anonymous | AsPerson | AsApp | AsInstallation


@dataclass(frozen=True)
class Need:
    """What a request asks for: one of the permissions at that level from an App, that role from a person."""

    permissions: tuple[str, ...]
    level: Level
    role: Role

    def met_by(self, granted: Permissions) -> bool:
        return any(_RANK[granted[one]] >= _RANK[self.level] for one in self.permissions if one in granted)

    def __str__(self) -> str:
        return "; ".join(f"{one}={self.level}" for one in self.permissions)


def to_read(*permissions: str) -> Need:
    return Need(permissions, "read", "read")


def to_write(*permissions: str, role: Role = "write") -> Need:
    return Need(permissions, "write", role)


def role_of(repo: Repository, account: Account) -> Role | None:
    """The role a person has, or `None` for a stranger to a private repository."""
    if account.id == repo.owner_id:
        return "admin"
    return repo.roles.get(account.id) or (None if repo.private else "read")


def has_role(repo: Repository, account: Account, needed: Role) -> bool:
    role = role_of(repo, account)
    return role is not None and ROLES.index(role) >= ROLES.index(needed)


def require(caller: Caller, repo: Repository | None, need: Need) -> Repository:
    """The repository, where the caller may do this in it.

    Raises:
        Refusal: 404 where the caller may not even know of it, else 401 or 403.
    """
    if repo is None or not _may_see(caller, repo):
        raise Refusal(404, "Not Found")
    match caller:
        case Anonymous():
            if need.level == "write" or repo.private:
                raise Refusal(401, "Requires authentication")
        case AsPerson(account):
            if not has_role(repo, account, need.role):
                raise Refusal(403, "Resource not accessible by personal access token")
        case AsApp():
            raise Refusal(401, "This endpoint takes an installation access token, not a JSON web token")
        case AsInstallation():
            if not need.met_by(caller.token.permissions):
                raise Refusal(
                    403,
                    "Resource not accessible by integration",
                    headers={"X-Accepted-GitHub-Permissions": str(need)},
                )
    return repo


def actor(site: Site, caller: Caller) -> Actor:
    """The account in whose name the caller acts."""
    match caller:
        case Anonymous():
            raise Refusal(401, "Requires authentication")
        case AsPerson(account):
            return Actor(account)
        case AsApp(app):
            return Actor(site.store.need(Account, app.bot_id), app)
        case AsInstallation():
            return Actor(caller.bot, caller.app)


def _may_see(caller: Caller, repo: Repository) -> bool:
    match caller:
        case Anonymous():
            return not repo.private
        case AsPerson(account):
            return role_of(repo, account) is not None
        case AsApp():
            return True
        case AsInstallation():
            return repo.id in caller.repository_ids
