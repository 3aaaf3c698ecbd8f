"""People, organisations and bots."""

from urllib.parse import quote

from app.demo.github.records import Account, Repository, Role
from app.demo.github.serialize import Fields, stamp
from app.demo.github.serialize.nodes import node_id
from app.demo.github.site import Site

_RESOURCES = {
    "followers_url": "/followers",
    "following_url": "/following{/other_user}",
    "gists_url": "/gists{/gist_id}",
    "starred_url": "/starred{/owner}{/repo}",
    "subscriptions_url": "/subscriptions",
    "organizations_url": "/orgs",
    "repos_url": "/repos",
    "events_url": "/events{/privacy}",
    "received_events_url": "/received_events",
}


def simple_user(site: Site, account: Account) -> Fields:
    url = f"{site.url}/users/{quote(account.login)}"
    return {
        "login": account.login,
        "id": account.id,
        "node_id": node_id("Account", account.id),
        "avatar_url": f"{site.url}/avatars/{account.id}.svg",
        "gravatar_id": "",
        "url": url,
        "html_url": _html_url(site, account),
        **{name: f"{url}{path}" for name, path in _RESOURCES.items()},
        "type": account.kind,
        "user_view_type": "public",
        "site_admin": False,
    }


def user_by_id(site: Site, account_id: int) -> Fields:
    return simple_user(site, site.store.need(Account, account_id))


def public_user(site: Site, account: Account) -> Fields:
    return {
        **simple_user(site, account),
        "name": account.name,
        "company": None,
        "blog": "",
        "location": None,
        "email": None,
        "hireable": None,
        "bio": None,
        "twitter_username": None,
        "public_repos": sum(not repo.private for repo in site.store.all(Repository, account.id)),
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "created_at": stamp(account.created_at),
        "updated_at": stamp(account.created_at),
    }


def private_user(site: Site, account: Account) -> Fields:
    private = sum(repo.private for repo in site.store.all(Repository, account.id))
    return {
        **public_user(site, account),
        "user_view_type": "private",
        "private_gists": 0,
        "total_private_repos": private,
        "owned_private_repos": private,
        "disk_usage": 0,
        "collaborators": 0,
        "two_factor_authentication": True,
    }


def organization(site: Site, account: Account) -> Fields:
    """As events name the organisation a repository belongs to."""
    url = f"{site.url}/orgs/{quote(account.login)}"
    return {
        "login": account.login,
        "id": account.id,
        "node_id": node_id("Account", account.id),
        "url": url,
        "repos_url": f"{url}/repos",
        "events_url": f"{url}/events",
        "hooks_url": f"{url}/hooks",
        "issues_url": f"{url}/issues",
        "members_url": f"{url}/members{{/member}}",
        "public_members_url": f"{url}/public_members{{/member}}",
        "avatar_url": f"{site.url}/avatars/{account.id}.svg",
        "description": None,
    }


def collaborator(site: Site, account: Account, role: Role | None) -> Fields:
    """https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user"""
    permission = {"triage": "read", "maintain": "write"}.get(role or "none", role or "none")
    return {
        "permission": permission,
        "role_name": role or "none",
        "user": {**simple_user(site, account), "permissions": permissions_of(role), "role_name": role or "none"},
    }


def permissions_of(role: Role | None) -> Fields:
    ladder: tuple[tuple[str, Role], ...] = (
        ("pull", "read"),
        ("triage", "triage"),
        ("push", "write"),
        ("maintain", "maintain"),
        ("admin", "admin"),
    )
    roles = [name for _, name in ladder]
    rank = roles.index(role) if role else -1
    return {word: roles.index(name) <= rank for word, name in ladder}


def _html_url(site: Site, account: Account) -> str:
    if account.kind == "Bot":
        return f"{site.url}/apps/{account.login.removesuffix('[bot]')}"
    return f"{site.url}/{account.login}"
