"""How long a trivial command takes in the sandbox, from asking for it until nothing of it is left."""

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence

from app.adapters.sandbox.sandbox import BubblewrapSandbox
from app.adapters.toolchain import prepare
from app.ports.sandbox import Step
from tests.bench.figures import Figure
from tests.bench.report import machine
from tests.bench.shop import open_folder

STARTS = 100
COMMAND = ("true",)


def measure() -> Sequence[Figure]:
    with open_folder() as state:
        sandbox = BubblewrapSandbox(state, prepare(state))
        report = sandbox.self_test()
        step = Step(argv=COMMAND)
        sandboxed = _median_ms(lambda: sandbox.run(step))
        plain = _median_ms(lambda: subprocess.run(COMMAND, check=True))
    conditions = (
        f"median of {STARTS} runs of `true`, one after another, from the call of `run` until every process and file of "
        f"it is gone; the worker is uid {os.geteuid()}; {report.summary}; {machine()}"
    )
    return [Figure("sandbox.start_ms", sandboxed, conditions, {"plain subprocess": plain})]


def _median_ms(act: Callable[[], object]) -> float:
    def once() -> float:
        began = time.perf_counter()
        act()
        return (time.perf_counter() - began) * 1000

    return statistics.median([once() for _ in range(STARTS)])
