"""Where things are on a code host, and who did them."""

from dataclasses import dataclass
from typing import Literal, NewType

HeadSha = NewType("HeadSha", str)
BaseSha = NewType("BaseSha", str)


@dataclass(frozen=True, slots=True)
class RepoRef:
    """A repository as one installation of the App sees it; `repo_id` survives renames, `owner/name` does not."""

    host: str
    installation_id: int
    repo_id: int
    owner: str
    name: str

    @property
    def full_name(self) -> str:
        return f"{self.owner}/{self.name}"


@dataclass(frozen=True, slots=True)
class IssueRef:
    repo: RepoRef
    number: int

    def __str__(self) -> str:
        return f"{self.repo.full_name}#{self.number}"


@dataclass(frozen=True, slots=True)
class PullRef:
    repo: RepoRef
    number: int

    def __str__(self) -> str:
        return f"{self.repo.full_name}#{self.number}"


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever did something on the code host; `user_id` survives renames, `login` does not."""

    login: str
    user_id: int
    kind: Literal["User", "Bot", "Organization", "Mannequin"]

    @property
    def noreply_email(self) -> str:
        """The address that links a commit to this account without revealing a private one.

        https://docs.github.com/en/account-and-profile/reference/email-addresses-reference#your-noreply-email-address
        """
        return f"{self.user_id}+{self.login}@users.noreply.github.com"
