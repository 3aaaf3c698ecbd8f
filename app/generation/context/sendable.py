"""The one place that decides which files of a repository may be read for a model; all others here read through it."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from fnmatch import translate

from app.errors import RepoError
from app.generation.globs import matching
from app.governance.untrusted_text.findings import Quarantined
from app.governance.untrusted_text.sanitise import sanitised_line
from app.ports.checkouts import Checkout

NEVER_SENT = (
    *("**/.env", "**/.env.*", "**/*.env", "**/.envrc", "**/.netrc", "**/.npmrc", "**/.pypirc", "**/.git-credentials"),
    *("**/*.pem", "**/*.key", "**/*.p12", "**/*.pfx", "**/*.jks", "**/*.keystore", "**/*.kdbx", "**/*.ppk", "**/*.asc"),
    *("**/id_rsa*", "**/id_dsa*", "**/id_ecdsa*", "**/id_ed25519*", "**/.htpasswd", "**/*.tfstate", "**/*.tfstate.*"),
    *("**/*.tfvars", "**/service-account*.json", "**/*credentials*.json", "**/.dockercfg", "**/kubeconfig"),
    *("**/secrets/**", "**/.secrets/**", "**/.ssh/**", "**/.aws/**", "**/.gnupg/**", "**/.kube/**", "**/.docker/**"),
    *("**/secrets.*", "**/*.secret", "**/*.secrets"),
)
_MAX_PATH_CHARS = 250


class Sendable:
    """The files of a base commit that a model may be given: `Files` without those that `never` and `NEVER_SENT` mean.

    Globs are compared without regard to case. A path with characters that nobody sees is not sent either, and neither
    is one of great length: `unreadable` shows what is hidden in them.
    """

    def __init__(self, base: Checkout, never: Sequence[str] = ()) -> None:
        self._base = base
        self.unreadable: tuple[Quarantined, ...] = ()
        unseen: list[Quarantined] = []
        readable: list[str] = []
        for path in base.paths():
            hidden = _hidden_in(path)
            unseen += hidden
            if not hidden and len(path) <= _MAX_PATH_CHARS:
                readable.append(path)
        self.unreadable = tuple(unseen)
        self._paths = _without(readable, (*NEVER_SENT, *never))
        self._known = frozenset(self._paths)
        self._blobs = {path: blob for path, blob in base.blobs().items() if path in self._known}

    @property
    def sha(self) -> str:
        return self._base.sha

    def paths(self, under: str = "") -> Sequence[str]:
        folder = under.strip("/")
        return [path for path in self._paths if not folder or path.startswith(f"{folder}/")]

    def read(self, path: str) -> bytes | None:
        """The content of a file that may be sent; of all others, and of what is larger than ACS reads, nothing."""
        if path not in self._known:
            return None
        try:
            return self._base.read(path)
        except RepoError:
            return None

    def read_many(self, paths: Collection[str], *, largest_bytes: int) -> Iterator[tuple[str, bytes]]:
        return self._base.read_many([path for path in paths if path in self._known], largest_bytes=largest_bytes)

    def blobs(self) -> Mapping[str, str]:
        return self._blobs


def _hidden_in(path: str) -> tuple[Quarantined, ...]:
    return () if path.isascii() and path.isprintable() else sanitised_line(path).quarantined


def _without(paths: Sequence[str], globs: Sequence[str]) -> Sequence[str]:
    """The paths that none of the globs means. Those of the form `**/NAME` are asked together: they are most."""
    folded = [glob.casefold() for glob in globs]
    names = [glob.removeprefix("**/") for glob in folded if glob.count("/") == 1 and glob.startswith("**/")]
    others = [glob for glob in folded if glob not in {f"**/{name}" for name in names}]
    by_name = re.compile("|".join(translate(name) for name in names))
    left = [path for path in paths if not by_name.match(path.rpartition("/")[2].casefold())]
    by_fold: dict[str, list[str]] = {}
    for path in left:
        by_fold.setdefault(path.casefold(), []).append(path)
    folders = [glob for glob in others if _is_folder(glob)]
    segments = {glob.split("/")[1] for glob in folders}
    inside = {fold for fold in by_fold if segments & set(fold.split("/")[:-1])}
    inside |= set(matching(by_fold.keys() - inside, [glob for glob in others if glob not in folders]))
    return [path for path in left if path.casefold() not in inside]


def _is_folder(glob: str) -> bool:
    """Whether a glob is of the form `**/NAME/**`."""
    parts = glob.split("/")
    return len(parts) == 3 and parts[0] == parts[2] == "**" and not set("*?[") & set(parts[1])
