"""Where this machine lacks what a sandbox takes: nothing of a repository is run, and people are told why."""

from collections.abc import Mapping
from typing import NoReturn

from app.ports.dependencies import Ecosystem
from app.ports.sandbox import SandboxUnsafe, Step


class NoSandbox:
    """Implements the ports `Sandbox` and `Dependencies` by refusing."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def run(self, step: Step) -> NoReturn:
        raise SandboxUnsafe(self._reason)

    def install(self, ecosystem: Ecosystem, manifests: Mapping[str, bytes]) -> NoReturn:
        raise SandboxUnsafe(self._reason)
