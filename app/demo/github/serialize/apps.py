"""The App, its installations and their tokens."""

from app.demo.github.records import Account, App, Installation, InstallationToken, Repository
from app.demo.github.serialize import Fields, maybe_stamp, stamp
from app.demo.github.serialize.accounts import user_by_id
from app.demo.github.serialize.nodes import node_id
from app.demo.github.serialize.repositories import repository
from app.demo.github.site import Site


def integration(site: Site, app: App) -> Fields:
    return {
        "id": app.id,
        "client_id": app.client_id,
        "slug": app.slug,
        "node_id": node_id("App", app.id),
        "owner": user_by_id(site, app.owner_id),
        "name": app.name,
        "description": app.description,
        "external_url": site.url,
        "html_url": f"{site.url}/apps/{app.slug}",
        "created_at": stamp(app.created_at),
        "updated_at": stamp(app.updated_at),
        "permissions": dict(app.permissions),
        "events": list(app.events),
    }


def integration_by_id(site: Site, app_id: int | None) -> Fields | None:
    return integration(site, site.store.need(App, app_id)) if app_id is not None else None


def installation(site: Site, found: Installation) -> Fields:
    app, account = site.store.need(App, found.app_id), site.store.need(Account, found.account_id)
    return {
        "id": found.id,
        "account": user_by_id(site, found.account_id),
        "repository_selection": "selected",
        "access_tokens_url": f"{site.url}/app/installations/{found.id}/access_tokens",
        "repositories_url": f"{site.url}/installation/repositories",
        "html_url": f"{site.url}/settings/installations/{found.id}",
        "app_id": app.id,
        "client_id": app.client_id,
        "app_slug": app.slug,
        "target_id": account.id,
        "target_type": account.kind,
        "permissions": dict(found.permissions),
        "events": list(found.events),
        "created_at": stamp(found.created_at),
        "updated_at": stamp(found.updated_at),
        "single_file_name": None,
        "has_multiple_single_files": False,
        "single_file_paths": [],
        "suspended_by": user_by_id(site, account.id) if found.suspended_at else None,
        "suspended_at": maybe_stamp(found.suspended_at),
    }


def installation_line(found: Installation) -> Fields:
    """The two fields with which every event names the installation it was sent to."""
    return {"id": found.id, "node_id": node_id("Installation", found.id)}


def installation_token(site: Site, token: InstallationToken, value: str) -> Fields:
    answer: Fields = {
        "token": value,
        "expires_at": stamp(token.expires_at),
        "permissions": dict(token.permissions),
        "repository_selection": "selected",
    }
    if token.repository_ids is not None:
        chosen = [site.store.need(Repository, repo_id) for repo_id in token.repository_ids]
        answer["repositories"] = [repository(site, repo) for repo in chosen]
    return answer
