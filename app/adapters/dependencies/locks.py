"""What a lock file may ask an installer to fetch: named packages from a registry, and nothing else.

The install step has the open network. A lock that names other places would have ACS fetch from there, from inside the
operator's network.
"""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, ValidationError

from app.errors import RepoError

_NPM_REGISTRY = "registry.npmjs.org"
_MEND_NPM = "run `npm install` and commit package-lock.json"
_MEND_PIP = "run `uv pip compile --generate-hashes` (or `pip-compile --generate-hashes`) and commit requirements.txt"
_REQUIREMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:\[[A-Za-z0-9._,\s-]*\])?\s*==\s*[A-Za-z0-9._+!-]+\s*(?:;.*)?")
_HASH = re.compile(r"\s--hash[=\s]\S+")


class _Package(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    resolved: str | None = None
    link: bool = False


class _PackageLock(BaseModel):
    """https://docs.npmjs.com/cli/configuring-npm/package-lock-json"""

    model_config = ConfigDict(frozen=True, extra="ignore")

    lockfileVersion: int  # noqa: N815
    packages: dict[str, _Package]


def require_npm(manifests: Mapping[str, bytes], registry: str | None) -> None:
    """Refuse a `package-lock.json` that is missing, unreadable, or names anything but packages of the registry.

    Raises:
        RepoError: naming the entry and the command that mends it.
    """
    _require_present(manifests, "package.json", _MEND_NPM)
    _require_present(manifests, "package-lock.json", _MEND_NPM)
    try:
        lock = _PackageLock.model_validate_json(manifests["package-lock.json"])
    except ValidationError as error:
        raise RepoError(f"package-lock.json is not a lock file of npm 7 or later: {_MEND_NPM}") from error
    hosts = {_NPM_REGISTRY, urlsplit(registry or "").hostname}
    for path, package in lock.packages.items():
        if package.link:
            raise RepoError(f'package-lock.json: "{path}" is a link to a folder, which ACS does not install')
        if package.resolved is not None and not _is_from(package.resolved, hosts):
            raise RepoError(
                f'package-lock.json: "{path}" comes from {package.resolved}; ACS installs from the npm registry only: '
                f"depend on a published version, {_MEND_NPM}"
            )


def require_pip(manifests: Mapping[str, bytes]) -> None:
    """Refuse a `requirements.txt` that is missing, or holds anything but exact versions with hashes.

    https://pip.pypa.io/en/stable/topics/secure-installs/

    Raises:
        RepoError: naming the line and the command that mends it.
    """
    _require_present(manifests, "requirements.txt", _MEND_PIP)
    for number, line in _logical_lines(manifests["requirements.txt"].decode("utf-8", "replace")):
        requirement = _HASH.sub("", line).strip()
        if requirement == "--require-hashes":
            continue
        if not _REQUIREMENT.fullmatch(requirement):
            raise RepoError(f"requirements.txt:{number}: {requirement!r} is not `name==version`: {_MEND_PIP}")
        if not _HASH.search(line):
            raise RepoError(f"requirements.txt:{number}: {requirement!r} has no --hash: {_MEND_PIP}")


def _require_present(manifests: Mapping[str, bytes], name: str, mend: str) -> None:
    if name not in manifests:
        raise RepoError(f"{name} is missing, so ACS cannot know what to install: {mend}")


def _is_from(resolved: str, hosts: Iterable[str | None]) -> bool:
    try:
        url = urlsplit(resolved)
        return url.scheme == "https" and url.hostname in hosts and url.username is None
    except ValueError:
        return False


def _logical_lines(text: str) -> Iterable[tuple[int, str]]:
    """Lines without comments, continued ones joined, with the number of their first line."""
    start, joined = 1, ""
    for number, line in enumerate(text.splitlines(), 1):
        start = start if joined else number
        joined += " " + re.sub(r"(^|\s)#.*$", "", line).rstrip("\\")
        if not line.endswith("\\"):
            if joined.strip():
                yield start, joined
            joined = ""
    if joined.strip():
        yield start, joined
