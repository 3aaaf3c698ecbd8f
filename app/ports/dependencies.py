from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

Ecosystem = Literal["npm", "pip"]


@dataclass(frozen=True, slots=True)
class Installed:
    """A folder of installed packages, kept by the hash of what was asked for; mounted read-only, never changed."""

    folder: Path
    was_cached: bool


class Dependencies(Protocol):
    def install(self, ecosystem: Ecosystem, manifests: Mapping[str, bytes]) -> Installed:
        """Install exactly what the lock file names, without running any of the packages' scripts.

        `manifests` are the files the installer reads, by name: `package.json` and `package-lock.json`, or
        `requirements.txt`. The same bytes are installed once per toolchain.

        Raises:
            RepoError: the lock file is missing, stale or wrong; the message names the command that mends it.
            TransientError: the package index did not answer.
            SandboxUnsafe: this machine cannot run an installer safely.
        """
        ...
