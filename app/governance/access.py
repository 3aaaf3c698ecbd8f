"""Who may ask ACS for work."""

from collections.abc import Collection
from dataclasses import dataclass

from app.domain.repo import Actor, RepoRef
from app.ports.code_host import Collaborators, Permission

ROLES: tuple[Permission, ...] = ("none", "read", "triage", "write", "maintain", "admin")
NO_BOTS: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class Allowed:
    pass


@dataclass(frozen=True, slots=True)
class Refused:
    """Not allowed. `silently` is true where an answer could start two bots talking to each other."""

    reason: str
    silently: bool = False


def is_heard(who: Actor, allowed_bots: Collection[int] = NO_BOTS) -> bool:
    """Whether what they say counts at all: people, and the bots that the operator named by their ids."""
    return who.kind == "User" or (who.kind == "Bot" and who.user_id in allowed_bots)


def permission_of(repo: RepoRef, who: Actor, *, collaborators: Collaborators) -> Permission:
    """What they may do here: what the host says of a person; for a bot that is heard, what writers may.

    The permission is the one the collaborators API reports; `author_association` proves nothing.
    https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user
    """
    return "write" if who.kind == "Bot" else collaborators.permission(repo, who)


def is_enough(permission: Permission, needs: Permission) -> bool:
    """Whether a permission is the needed one, or more."""
    return ROLES.index(permission) >= ROLES.index(needs)


def may_start(who: Actor, permission: Permission, allowed_bots: Collection[int] = NO_BOTS) -> Allowed | Refused:
    """Whether they may have ACS write code: people with write permission may, bots may not unless they are named."""
    if not is_heard(who, allowed_bots):
        return Refused(f"{who.login} is not a person", silently=True)
    if not is_enough(permission, "write"):
        return Refused(f"{who.login} has {permission} permission, and starting work takes write permission")
    return Allowed()
