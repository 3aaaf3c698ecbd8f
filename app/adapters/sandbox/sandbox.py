"""The `Sandbox` port with bubblewrap. https://github.com/containers/bubblewrap"""

import os
import threading
import time
from contextlib import AbstractContextManager, closing, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path

from app.adapters.sandbox import command, feed, results, seccomp
from app.adapters.sandbox.memory import Memory, best_memory
from app.adapters.sandbox.running import Running, started
from app.adapters.sandbox.selftest import SelfTestReport, attack
from app.adapters.sandbox.slots import Slots
from app.adapters.toolchain import Toolchain, is_open_to_all
from app.ports.sandbox import Ended, Outcome, SandboxUnsafe, Step


class BubblewrapSandbox:
    """Runs each step in namespaces of its own; safe to use from any number of threads and processes at once.

    Nothing is run before `self_test` has passed once in this process. Run by root, each sandbox gets a user of its own
    from `slots`, because a sandbox started by uid 0 holds nothing; those users must be able to reach `state_dir`.
    """

    def __init__(
        self,
        state_dir: Path,
        toolchain: Toolchain,
        *,
        memory: Memory | None = None,
        slots: Slots | None = None,
    ) -> None:
        self._scratch = state_dir.resolve() / "scratch"
        self._toolchain = toolchain
        self._memory = memory
        self._slots = slots or Slots(state_dir.resolve() / "slots")
        self._testing = threading.Lock()
        self._report: SelfTestReport | None = None

    @property
    def toolchain(self) -> Toolchain:
        return self._toolchain

    def run(self, step: Step) -> Outcome:
        self.self_test()
        return self._run(step, self._usable_memory())

    def self_test(self) -> SelfTestReport:
        """What holds repository code on this machine, tried out once in this process.

        Raises:
            SandboxUnsafe: namespaces are refused, or an attack succeeded; it is tried again at the next call.
        """
        with self._testing:
            if self._report is None:
                self._require_reachable()
                memory = self._usable_memory()
                backend = f"bubblewrap {self._toolchain.versions['bubblewrap']}"
                self._report = attack(partial(self._run, memory=memory), backend=backend, memory=memory.name)
            return self._report

    def _usable_memory(self) -> Memory:
        if self._memory is None:
            self._memory = best_memory(Path("/proc/self/cgroup").read_text())
        return self._memory

    def _require_reachable(self) -> None:
        if os.geteuid() == 0 and not is_open_to_all(self._toolchain.runtime):
            raise SandboxUnsafe(
                f"repository code is not run on this machine: {self._toolchain.runtime} is closed to the users that "
                f"sandboxes run as. Choose a state folder that others may enter (chmod o+x on each folder above it)"
            )

    def _run(self, step: Step, memory: Memory) -> Outcome:
        begin = time.monotonic()
        with self._slots.occupy() as uid, closing(memory.guard(step.limits.memory_bytes)) as guard:
            with self._started(step, uid) as running:
                guard.admit(running.pid)  # takes the kernel some 10 ms, as long as the interpreter takes to start
                running.await_start()
                with running.watched(guard, begin + step.limits.deadline.total_seconds()):
                    found = self._exchange(running, step)
            if running.stopped_for is None and guard.is_exceeded():
                running.stopped_for = "out_of_memory"
        ended, exit_code = _ending(running, found)
        duration = timedelta(seconds=time.monotonic() - begin)
        return Outcome(ended, exit_code, running.output(), found.files, duration, found.tree)

    def _exchange(self, running: Running, step: Step) -> results.Results:
        """Send what the step starts from, and take back what it leaves."""
        with suppress(BrokenPipeError), running.input:
            feed.send(running.input, step)
        self._scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
        return results.read(running.results, step, self._scratch)

    def _started(self, step: Step, uid: int | None) -> AbstractContextManager[Running]:
        return started(
            lambda open_files: command.bubblewrap(self._toolchain, step, open_files),
            uid=uid,
            system_calls=seccomp.program(network=step.network),
            output_bytes=step.limits.output_bytes,
        )


def _ending(running: Running, found: results.Results) -> tuple[Ended, int | None]:
    if running.stopped_for is not None:
        return running.stopped_for, None
    if found.status is None or os.WIFSIGNALED(found.status):
        return "killed", None
    return "exited", os.waitstatus_to_exitcode(found.status)
