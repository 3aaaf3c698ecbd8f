"""What people and Apps sign in with: personal tokens, the App's JSON web tokens, installation tokens.

The store keeps digests only. https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app
"""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from secrets import token_bytes, token_hex

import jwt

from app.demo.github.access import AsApp, AsInstallation, AsPerson, Caller
from app.demo.github.answers import Refusal
from app.demo.github.records import (
    Account,
    App,
    Installation,
    InstallationToken,
    Level,
    Permissions,
    PersonalToken,
    Repository,
)
from app.demo.github.site import Site

LIFETIME = timedelta(hours=1)
MAX_JWT_LIFETIME = timedelta(minutes=10)
CLOCK_DRIFT = timedelta(seconds=60)
BAD_CREDENTIALS = "Bad credentials"
_RANK: Mapping[Level, int] = {"read": 1, "write": 2}


def digest(value: str) -> str:
    return sha256(value.encode()).hexdigest()


def new_personal_token(site: Site, account: Account) -> str:
    value = f"ghp_{token_hex(18)}"
    site.store.insert(PersonalToken(account_id=account.id, digest=digest(value)))
    return value


def identify(site: Site, value: str) -> Caller:
    """Whose token it is.

    Raises:
        Refusal: 401 for a token nobody has (any more), 403 where the installation is suspended.
    """
    if value.startswith("ghs_"):
        return _installation(site, value)
    if value.count(".") == 2:
        return AsApp(_app(site, value))
    found = site.store.find(PersonalToken, 0, digest(value))
    if found is None:
        raise Refusal(401, BAD_CREDENTIALS)
    return AsPerson(site.store.need(Account, found.account_id))


def new_installation_token(
    site: Site,
    found: Installation,
    *,
    repository_ids: tuple[int, ...] | None,
    repositories: tuple[str, ...] | None,
    permissions: Permissions | None,
) -> tuple[str, InstallationToken]:
    """A token for all the installation has, or for less; its value is known only here and now.

    https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app
    """
    if found.suspended_at is not None:
        raise Refusal(403, "This installation has been suspended")
    value = _token_value(found.app_id)
    token = site.store.insert(
        InstallationToken(
            installation_id=found.id,
            digest=digest(value),
            repository_ids=_chosen(site, found, repository_ids, repositories),
            permissions=_narrowed(found.permissions, permissions),
            expires_at=site.now() + LIFETIME,
        )
    )
    return value, token


def _installation(site: Site, value: str) -> AsInstallation:
    token = site.store.find(InstallationToken, 0, digest(value))
    if token is None or token.expires_at <= site.now():
        raise Refusal(401, BAD_CREDENTIALS)
    installation = site.store.get(Installation, token.installation_id)
    if installation is None:
        raise Refusal(401, BAD_CREDENTIALS)
    if installation.suspended_at is not None:
        raise Refusal(403, "This installation has been suspended")
    app = site.store.need(App, installation.app_id)
    return AsInstallation(app, site.store.need(Account, app.bot_id), installation, token)


def _app(site: Site, value: str) -> App:
    try:
        claimed = jwt.decode(value, options={"verify_signature": False}, algorithms=["RS256"]).get("iss")
        app = _app_named(site, str(claimed))
        claims = jwt.decode(
            value, app.public_key, algorithms=["RS256"], leeway=CLOCK_DRIFT, options={"require": ["exp", "iat", "iss"]}
        )
    except jwt.ExpiredSignatureError as error:
        raise Refusal(
            401,
            "'Expiration time' claim ('exp') must be a numeric value representing the future time at "
            "which the assertion expires",
        ) from error
    except jwt.PyJWTError as error:
        raise Refusal(401, "A JSON web token could not be decoded") from error
    if float(claims["exp"]) > (site.now() + MAX_JWT_LIFETIME).timestamp() + 1:
        raise Refusal(401, "'Expiration time' claim ('exp') is too far in the future")
    return app


def _app_named(site: Site, issuer: str) -> App:
    for app in site.store.all(App):
        if issuer in {str(app.id), app.client_id}:
            return app
    raise Refusal(404, "Integration not found")


def _chosen(
    site: Site, found: Installation, ids: tuple[int, ...] | None, names: tuple[str, ...] | None
) -> tuple[int, ...] | None:
    if ids is None and names is None:
        return None
    installed = [site.store.need(Repository, repo_id) for repo_id in found.repository_ids]
    wanted = {name.lower() for name in names or ()}
    chosen = tuple(repo.id for repo in installed if repo.id in (ids or ()) or repo.key in wanted)
    if not {*(ids or ())} <= set(found.repository_ids) or not wanted <= {repo.key for repo in installed}:
        raise Refusal(
            422,
            "There is at least one repository that does not exist or is not accessible to the parent installation.",
        )
    return chosen


def _narrowed(granted: Permissions, wanted: Permissions | None) -> Permissions:
    if wanted is None:
        return granted
    for name, level in wanted.items():
        if name not in granted or _RANK[granted[name]] < _RANK[level]:
            raise Refusal(422, "The permissions requested are not granted to this installation.")
    return {**wanted, "metadata": "read"}


def _token_value(app_id: int) -> str:
    """A token in the shape GitHub gives since 2026: long, with dots, dashes and underscores."""
    parts = (urlsafe_b64encode(token_bytes(size)).decode().rstrip("=") for size in (36, 156, 180))
    return f"ghs_{app_id}_{'.'.join(parts)}"
