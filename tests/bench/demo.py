"""The guided tour, as somebody sees it who has just installed ACS."""

import subprocess
import sys
import time
from collections.abc import Sequence

from app.demo.stack import PROJECT
from tests.bench.figures import Figure
from tests.bench.report import machine
from tests.bench.shop import open_folder


def measure() -> Sequence[Figure]:
    """Its wall time.

    Raises:
        AssertionError: not all of the story happened.
    """
    with open_folder() as state:
        began = time.monotonic()
        played = subprocess.run(
            [sys.executable, "-m", "app.cli", "demo", "--state", str(state / "demo")],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
        )
        seconds = time.monotonic() - began
    assert played.returncode == 0, played.stdout + played.stderr
    conditions = (
        "wall time of `acs demo` in an empty state folder, after installation; it installs the sample's npm packages "
        f"from the registry or npm's cache; {machine()}"
    )
    return [Figure("demo.seconds", seconds, conditions)]
