"""What people may do in a repository.

https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user
"""

from typing import Literal

from app.adapters.github.answers import GitHubModel
from app.adapters.github.client import Call, Client
from app.domain.repo import Actor, RepoRef
from app.ports.code_host import Permission

_STANDARD_ROLES: dict[str, Permission] = {
    "read": "read",
    "triage": "triage",
    "write": "write",
    "maintain": "maintain",
    "admin": "admin",
}


class _User(GitHubModel):
    id: int


class _Collaborator(GitHubModel):
    permission: Literal["none", "read", "write", "admin"]
    role_name: str = ""
    user: _User | None = None

    def granted_to(self, person: Actor) -> Permission:
        if self.permission == "none" or self.user is None or self.user.id != person.user_id:
            return "none"
        # a custom role has a name of its own; `permission` is then the standard role it is built on
        return _STANDARD_ROLES.get(self.role_name, self.permission)


class GitHubCollaborators:
    """Takes `metadata: read`, which every token has."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def permission(self, repo: RepoRef, person: Actor) -> Permission:
        """What the person may do; `none` also when the login belongs to somebody else by now."""
        path = ("collaborators", person.login, "permission")
        call = Call("GET", repo, path, thing=f"collaborator {person.login}", permission="metadata: read")
        collaborator = self._client.find(call, _Collaborator)
        return collaborator.granted_to(person) if collaborator else "none"
