"""`npm ci` and `pip install --require-hashes`, in the sandbox, kept by the hash of their lock file."""

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from app.adapters.dependencies import locks
from app.adapters.dependencies.failures import failure
from app.adapters.dependencies.store import Store, unpack
from app.adapters.sandbox.inside import WORKSPACE
from app.adapters.sandbox.sandbox import BubblewrapSandbox
from app.errors import TransientError
from app.ports.dependencies import Ecosystem, Installed
from app.ports.sandbox import Limits, Step

_LIMITS = Limits(
    deadline=timedelta(minutes=5), memory_bytes=6 * 1024**3, disk_bytes=3 * 1024**3, output_bytes=1024 * 1024
)
_FOLDERS: Mapping[Ecosystem, str] = {"npm": "node_modules", "pip": "site-packages"}
_CA_FILE = ".acs-authorities.pem"
_CA_PATH = f"{WORKSPACE}/{_CA_FILE}"
_AUTHORITIES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Arch, Alpine
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",  # SUSE
    "/etc/ssl/cert.pem",
)
# A registry that does not answer is tried again by the job: the installers themselves give up soon.
_NPM = (
    *("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--git=/bin/false"),
    *("--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-timeout=60000"),
)
_PIP = (
    *("python", "-m", "pip", "install", "--require-hashes", "--only-binary", ":all:", "--no-deps", "--no-cache-dir"),
    *("--retries", "1", "--progress-bar", "off", "--target", _FOLDERS["pip"], "-r", "requirements.txt"),
)


class NpmPipDependencies:
    """Installs into `state_dir/dependencies`; safe to use from any number of processes at once.

    The packages' own code does not run here: no scripts, no builds, no git. The installer itself has the open network
    and no secret; what it fetches is held to the registry by `locks` and to the lock file's hashes by the installer.
    """

    def __init__(
        self,
        sandbox: BubblewrapSandbox,
        state_dir: Path,
        *,
        npm_registry: str | None = None,
        pip_index_url: str | None = None,
        ca_file: Path | None = None,
        limits: Limits = _LIMITS,
    ) -> None:
        """`npm_registry` and `pip_index_url` stand in for the public ones; `ca_file` for the machine's authorities."""
        self._sandbox = sandbox
        self._folder = state_dir.resolve() / "dependencies"
        self._toolchain = sandbox.toolchain
        self._npm_registry = npm_registry
        self._pip_index_url = pip_index_url
        self._ca_file = ca_file
        self._limits = limits

    def install(self, ecosystem: Ecosystem, manifests: Mapping[str, bytes]) -> Installed:
        step = self._npm(manifests) if ecosystem == "npm" else self._pip(manifests)
        name = _FOLDERS[ecosystem]
        store = Store(self._folder / ecosystem)
        folder, was_cached = store.get_or_make(self._key(step), lambda new: self._make(ecosystem, step, new / name))
        return Installed(folder / name, was_cached)

    def _make(self, ecosystem: Ecosystem, step: Step, folder: Path) -> None:
        outcome = self._sandbox.run(step)
        try:
            if outcome.ended != "exited" or outcome.exit_code != 0 or outcome.tree is None:
                raise failure(ecosystem, outcome)
            unpack(outcome.tree, folder)
        finally:
            if outcome.tree is not None:
                outcome.tree.unlink()

    def _npm(self, manifests: Mapping[str, bytes]) -> Step:
        locks.require_npm(manifests, self._npm_registry)
        registry = {} if self._npm_registry is None else {"npm_config_registry": self._npm_registry}
        return self._step("npm", _NPM, manifests, {"NODE_EXTRA_CA_CERTS": _CA_PATH, **registry})

    def _pip(self, manifests: Mapping[str, bytes]) -> Step:
        locks.require_pip(manifests)
        index = {} if self._pip_index_url is None else {"PIP_INDEX_URL": self._pip_index_url}
        own = {
            "PYTHONPATH": self._toolchain.pip_folder,
            "PIP_CONFIG_FILE": "/dev/null",
            "PIP_CERT": _CA_PATH,
            "PIP_NO_INPUT": "1",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "SOURCE_DATE_EPOCH": "315532800",  # bytecode is then checked by its source's hash, not by a lost time stamp
        }
        return self._step("pip", _PIP, manifests, own | index)

    def _step(
        self,
        ecosystem: Ecosystem,
        argv: tuple[str, ...],
        manifests: Mapping[str, bytes],
        environment: Mapping[str, str],
    ) -> Step:
        return Step(
            argv=argv,
            files={**manifests, _CA_FILE: (self._ca_file or _system_authorities()).read_bytes()},
            environment=environment,
            collect_tree=_FOLDERS[ecosystem],
            network=True,
            limits=self._limits,
        )

    def _key(self, step: Step) -> str:
        """Changes with anything that decides what is installed."""
        digests = {name: hashlib.sha256(content).hexdigest() for name, content in step.files.items()}
        digests.pop(_CA_FILE)
        asked = [
            step.argv,
            sorted(digests.items()),
            sorted(step.environment.items()),
            sorted(self._toolchain.versions.items()),
        ]
        return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


def _system_authorities() -> Path:
    found = next((path for path in map(Path, _AUTHORITIES) if path.is_file()), None)
    if found is None:
        raise TransientError(
            f"this machine has none of {', '.join(_AUTHORITIES)}: install ca-certificates, or name a bundle"
        )
    return found
