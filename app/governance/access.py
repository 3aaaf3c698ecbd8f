"""Who may ask ACS for work."""

from dataclasses import dataclass

from app.domain.repo import Actor
from app.ports.code_host import Permission

MAY_WRITE: frozenset[Permission] = frozenset({"write", "maintain", "admin"})


@dataclass(frozen=True, slots=True)
class Allowed:
    pass


@dataclass(frozen=True, slots=True)
class Refused:
    """Not allowed. `silently` is true where an answer could start two bots talking to each other."""

    reason: str
    silently: bool = False


def may_start(person: Actor, permission: Permission) -> Allowed | Refused:
    """Whether the person may have ACS write code: people with write permission may, bots may not.

    The permission is the one the collaborators API reports; `author_association` proves nothing.
    https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user
    """
    if person.kind != "User":
        return Refused(f"{person.login} is not a person", silently=True)
    if permission not in MAY_WRITE:
        return Refused(f"{person.login} has {permission} permission, and starting work takes write permission")
    return Allowed()
