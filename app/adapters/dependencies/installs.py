"""`npm ci` and `pip install --require-hashes`, in the sandbox, kept by the hash of their lock file."""

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from app.adapters.dependencies import locks
from app.adapters.dependencies.failures import failure
from app.adapters.dependencies.store import Store, unpack
from app.adapters.sandbox.command import CA_BUNDLE
from app.adapters.toolchain import Toolchain
from app.ports.dependencies import Ecosystem, Installed
from app.ports.sandbox import Limits, Sandbox, Step

_LIMITS = Limits(
    deadline=timedelta(minutes=5), memory_bytes=6 * 1024**3, disk_bytes=3 * 1024**3, output_bytes=1024 * 1024
)
_FOLDERS: Mapping[Ecosystem, str] = {"npm": "node_modules", "pip": "site-packages"}
_NPM = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--git=/bin/false")
_PIP = (
    *("python", "-m", "pip", "install", "--require-hashes", "--only-binary", ":all:", "--no-deps", "--no-cache-dir"),
    *("--progress-bar", "off", "--target", _FOLDERS["pip"], "-r", "requirements.txt"),
)


class NpmPipDependencies:
    """Installs into `state_dir/dependencies`; safe to use from any number of processes at once.

    The packages' own code does not run here: no scripts, no builds, no git. The installer itself has the open network
    and no secret; what it fetches is held to the registry by `locks` and to the lock file's hashes by the installer.
    `npm_registry` and `pip_index_url` stand in for the public ones.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        state_dir: Path,
        toolchain: Toolchain,
        *,
        npm_registry: str | None = None,
        pip_index_url: str | None = None,
        limits: Limits = _LIMITS,
    ) -> None:
        self._sandbox = sandbox
        self._folder = state_dir.resolve() / "dependencies"
        self._toolchain = toolchain
        self._npm_registry = npm_registry
        self._pip_index_url = pip_index_url
        self._limits = limits

    def install(self, ecosystem: Ecosystem, manifests: Mapping[str, bytes]) -> Installed:
        step = self._npm(manifests) if ecosystem == "npm" else self._pip(manifests)
        name = _FOLDERS[ecosystem]

        def make(folder: Path) -> None:
            outcome = self._sandbox.run(step)
            try:
                if outcome.ended != "exited" or outcome.exit_code != 0 or outcome.tree is None:
                    raise failure(ecosystem, outcome)
                unpack(outcome.tree, folder / name)
            finally:
                if outcome.tree is not None:
                    outcome.tree.unlink()

        folder, was_cached = Store(self._folder / ecosystem).get_or_make(self._key(step), make)
        return Installed(folder / name, was_cached)

    def _npm(self, manifests: Mapping[str, bytes]) -> Step:
        locks.require_npm(manifests, self._npm_registry)
        registry = {} if self._npm_registry is None else {"npm_config_registry": self._npm_registry}
        return self._step(_NPM, manifests, {"NODE_EXTRA_CA_CERTS": CA_BUNDLE, **registry})

    def _pip(self, manifests: Mapping[str, bytes]) -> Step:
        locks.require_pip(manifests)
        index = {} if self._pip_index_url is None else {"PIP_INDEX_URL": self._pip_index_url}
        own = {
            "PYTHONPATH": self._toolchain.pip_folder,
            "PIP_CONFIG_FILE": "/dev/null",
            "PIP_CERT": CA_BUNDLE,
            "PIP_NO_INPUT": "1",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "SOURCE_DATE_EPOCH": "315532800",  # bytecode is then checked by its source's hash, not by a lost time stamp
        }
        return self._step(_PIP, manifests, own | index)

    def _step(self, argv: tuple[str, ...], manifests: Mapping[str, bytes], environment: Mapping[str, str]) -> Step:
        return Step(
            argv=argv,
            files=manifests,
            environment=environment,
            collect_tree=_FOLDERS["npm" if argv is _NPM else "pip"],
            network=True,
            limits=self._limits,
        )

    def _key(self, step: Step) -> str:
        """Changes with anything that decides what is installed."""
        manifests = sorted((name, hashlib.sha256(content).hexdigest()) for name, content in step.files.items())
        asked = [step.argv, manifests, sorted(step.environment.items()), sorted(self._toolchain.versions.items())]
        return hashlib.sha256(json.dumps(asked).encode()).hexdigest()
