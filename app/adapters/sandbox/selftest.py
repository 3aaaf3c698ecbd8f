"""Whether the sandbox holds on this machine: cheap attacks are tried in it before anything else is."""

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from app.adapters.sandbox.feed import environment
from app.ports.sandbox import Limits, Outcome, SandboxUnsafe, Step

_LIMITS = Limits(deadline=timedelta(seconds=30), processes=16)


@dataclass(frozen=True, slots=True)
class Probe:
    """One attack, in words that follow "a sandboxed process"; `evidence` says how it succeeded."""

    attack: str
    evidence: str = ""

    @property
    def held(self) -> bool:
        return not self.evidence


@dataclass(frozen=True, slots=True)
class SelfTestReport:
    """What holds repository code on this machine.

    Without `uid_separation` a process that broke out would be this user; without `seccomp` all system calls are open;
    `memory` says whether the kernel keeps the limit (`cgroup v1`, `cgroup v2`) or a `watchdog`.
    """

    backend: str
    uid_separation: bool
    memory: str
    seccomp: bool
    probes: tuple[Probe, ...]

    @property
    def summary(self) -> str:
        """One line for a log or a page."""
        user = "a user of its own for each sandbox" if self.uid_separation else "all sandboxes as this user"
        calls = "system calls filtered" if self.seccomp else "system calls not filtered"
        return f"{self.backend}, {user}, memory by {self.memory}, {calls}, {len(self.probes)} attacks held"


class _Found(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    found: dict[str, str]
    seccomp: bool


def attack(run: Callable[[Step], Outcome], *, backend: str, memory: str) -> SelfTestReport:
    """Try the attacks of `attacker.py` through `run`.

    Raises:
        SandboxUnsafe: an attack succeeded, or it could not be seen whether it did.
    """
    with socket.create_server(("127.0.0.1", 0)) as listening:
        outcome = run(_step(listening.getsockname()[1]))
    try:
        seen = _Found.model_validate_json(outcome.files.get("found.json", b""))
    except ValidationError as error:
        raise SandboxUnsafe(
            f"repository code is not run on this machine: the sandbox's self-test {outcome.ended.replace('_', ' ')} "
            f"without a result. It printed: {outcome.output.strip()[-500:] or 'nothing'}"
        ) from error
    report = SelfTestReport(
        backend=backend,
        uid_separation=os.geteuid() == 0,
        memory=memory,
        seccomp=seen.seccomp,
        probes=tuple(Probe(name, evidence) for name, evidence in seen.found.items()),
    )
    if broken := [f"{probe.attack} ({probe.evidence})" for probe in report.probes if not probe.held]:
        raise SandboxUnsafe(f"repository code is not run on this machine: a sandboxed process {', '.join(broken)}")
    return report


def _step(port: int) -> Step:
    program = Path(__file__).with_name("attacker.py").read_bytes()
    step = Step(argv=(), files={"attacker.py": program}, collect=("found.json",), limits=_LIMITS)
    names = ",".join({*environment(step), "PWD", "OLDPWD"})
    argv = ("python3", "-I", "-S", "-B", "attacker.py", str(port), names)
    return Step(argv=argv, files=step.files, collect=step.collect, limits=_LIMITS)
