from collections.abc import Collection, Mapping
from datetime import timedelta
from pathlib import Path

from app.ports.dependencies import Ecosystem, Installed
from app.ports.sandbox import Ended, Outcome, SandboxUnsafe, Step


class FakeSandbox:
    """Leaves what it was told to leave: `report` becomes the first file that a step asks for."""

    def __init__(
        self,
        report: bytes | None = None,
        *,
        ended: Ended = "exited",
        exit_code: int | None = 0,
        output: str = "",
        duration: timedelta = timedelta(milliseconds=1400),
        unsafe: str | None = None,
    ) -> None:
        self.steps: list[Step] = []
        self._report = report
        self._ended: Ended = ended
        self._exit_code = exit_code if ended == "exited" else None
        self._output = output
        self._duration = duration
        self._unsafe = unsafe

    def run(self, step: Step) -> Outcome:
        if self._unsafe is not None:
            raise SandboxUnsafe(self._unsafe)
        self.steps.append(step)
        files = {} if self._report is None else {step.collect[0]: self._report}
        return Outcome(self._ended, self._exit_code, self._output, files, self._duration)


class FakeDependencies:
    """Installs anything at once, or refuses as it was told to: everything, or those ecosystems."""

    def __init__(self, *, refusal: Exception | None = None, refused: Collection[Ecosystem] = ("npm", "pip")) -> None:
        self.installed: list[tuple[Ecosystem, dict[str, bytes]]] = []
        self._refusal = refusal
        self._refused = refused

    def install(self, ecosystem: Ecosystem, manifests: Mapping[str, bytes]) -> Installed:
        if self._refusal is not None and ecosystem in self._refused:
            raise self._refusal
        self.installed.append((ecosystem, dict(manifests)))
        return Installed(Path("/installed", ecosystem), was_cached=False)
