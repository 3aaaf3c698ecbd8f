"""What is there before anybody comes: accounts, repositories, and the App with its installation.

Everything afterwards goes through REST or the pages.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from app.demo.github.git import NO_SHA
from app.demo.github.git_objects import Signature
from app.demo.github.records import Account, App, Installation, Label, Permissions, Repository, Role
from app.demo.github.site import Site
from app.demo.github.tokens import new_personal_token

DEFAULT_BRANCH = "main"
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
DEFAULT_LABELS = (
    ("bug", "d73a4a", "Something isn't working"),
    ("documentation", "0075ca", "Improvements or additions to documentation"),
    ("enhancement", "a2eeef", "New feature or request"),
    ("question", "d876e3", "Further information is requested"),
)
ACS_PERMISSIONS: Permissions = {
    "metadata": "read",
    "contents": "write",
    "issues": "write",
    "pull_requests": "write",
    "checks": "write",
    "deployments": "write",
    "actions": "read",
    "statuses": "read",
}
ACS_EVENTS = (
    "issues",
    "issue_comment",
    "pull_request",
    "pull_request_review",
    "pull_request_review_comment",
    "pull_request_review_thread",
    "check_run",
    "check_suite",
    "push",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedPerson:
    login: str
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedRepository:
    """A repository `owner/name` whose first commit holds the files of a folder, by the first person of the seed.

    An owner who is no person of the seed becomes an organisation.
    """

    full_name: str
    files: Path
    roles: Mapping[str, Role] = field(default_factory=dict[str, Role])
    labels: Sequence[str] = ()
    private: bool = False
    description: str | None = None
    message: str = "Start the project"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedApp:
    """The App, installed on the repositories named; without `on`, on all of the seed."""

    webhook_url: str
    slug: str = "acs"
    name: str = "ACS"
    description: str = "Turns a labelled issue into a proven change"
    id: int = 4242
    webhook_secret: str = field(default_factory=lambda: token_hex(20))
    permissions: Permissions = field(default_factory=lambda: ACS_PERMISSIONS)
    events: tuple[str, ...] = ACS_EVENTS
    on: Sequence[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    people: Sequence[SeedPerson]
    repositories: Sequence[SeedRepository] = ()
    app: SeedApp | None = None


def plant(state: Path, seed: Seed) -> None:
    """Write the seed into a new folder, and the keys people and the App sign in with into `keys.json` (mode 0600).

    Raises:
        FileExistsError: the folder holds a local GitHub already.
    """
    if (state / "github.sqlite3").exists():
        raise FileExistsError(f"{state} holds a local GitHub already: start it, or choose another folder")
    site = Site.open(state, "http://127.0.0.1")
    with site.store.transaction():
        people = [_account(site, one.login, name=one.name) for one in seed.people]
        tokens = {account.login: new_personal_token(site, account) for account in people}
        repos = [_repository(site, one, people[0]) for one in seed.repositories]
        private_key = _app(site, seed.app, people[0], repos) if seed.app else None
    keys = {
        "tokens": tokens,
        "app_id": seed.app.id if seed.app else None,
        "webhook_secret": seed.app.webhook_secret if seed.app else None,
        "private_key": private_key,
    }
    path = state / "keys.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(keys))
    site.store.close()


def _account(site: Site, login: str, *, name: str | None = None, kind: str = "User") -> Account:
    match kind:
        case "User" | "Bot" | "Organization":
            return site.store.insert(Account(login=login, kind=kind, name=name, created_at=BEGINNING))
        case _:
            raise ValueError(kind)


def _repository(site: Site, seed: SeedRepository, first: Account) -> Repository:
    login, _, name = seed.full_name.partition("/")
    owner = site.store.find(Account, 0, login.lower()) or _account(site, login, kind="Organization")
    now = site.now()
    repo = site.store.insert(
        Repository(
            owner_id=owner.id,
            owner=owner.login,
            name=name,
            description=seed.description,
            private=seed.private,
            default_branch=DEFAULT_BRANCH,
            roles=_roles(site, seed),
            created_at=now,
            updated_at=now,
            pushed_at=now,
        )
    )
    for label, color, description in DEFAULT_LABELS:
        site.store.insert(Label(repo_id=repo.id, name=label, color=color, description=description, default=True))
    for label in seed.labels:
        site.store.insert(Label(repo_id=repo.id, name=label, color="5319e7"))
    git = site.git(repo)
    git.create(DEFAULT_BRANCH)
    author = Signature(first.name or first.login, first.noreply_email, BEGINNING)
    sha = git.commit_folder(seed.files, author, f"{seed.message}\n")
    git.update_ref(f"refs/heads/{DEFAULT_BRANCH}", sha, old=NO_SHA)
    return repo


def _roles(site: Site, seed: SeedRepository) -> dict[int, Role]:
    roles: dict[int, Role] = {}
    for login, role in seed.roles.items():
        account = site.store.find(Account, 0, login.lower())
        if account is None:
            raise ValueError(f"{seed.full_name} gives {login} the role {role}, and the seed has no person of that name")
        roles[account.id] = role
    return roles


def _app(site: Site, seed: SeedApp, owner: Account, repos: Sequence[Repository]) -> str:
    """Register and install the App; returns its private key in PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    bot = _account(site, f"{seed.slug}[bot]", name=seed.name, kind="Bot")
    now = site.now()
    app = App(
        id=seed.id,
        slug=seed.slug,
        name=seed.name,
        description=seed.description,
        owner_id=owner.id,
        bot_id=bot.id,
        public_key=public.decode(),
        webhook_url=seed.webhook_url,
        webhook_secret=seed.webhook_secret,
        permissions=seed.permissions,
        events=seed.events,
        created_at=now,
        updated_at=now,
    )
    site.store.insert(app)
    by_owner: dict[int, list[int]] = {}
    for repo in repos:
        if seed.on is None or repo.full_name in seed.on:
            by_owner.setdefault(repo.owner_id, []).append(repo.id)
    for account_id, repo_ids in by_owner.items():
        site.store.insert(
            Installation(
                app_id=app.id,
                account_id=account_id,
                repository_ids=tuple(repo_ids),
                permissions=seed.permissions,
                events=seed.events,
                created_at=now,
                updated_at=now,
            )
        )
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
