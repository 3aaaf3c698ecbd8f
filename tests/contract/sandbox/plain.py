"""The same port without a sandbox, as one would write it who trusts the repository: what the attacks succeed on."""

import os
import subprocess
import sys
import tarfile
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from app.ports.sandbox import Outcome, Step


@dataclass(frozen=True, slots=True)
class PlainSubprocess:
    """Implements `Sandbox` in a temporary folder, with the worker's own environment, network and user."""

    home: Path

    def run(self, step: Step) -> Outcome:
        begin = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="acs-plain-", ignore_cleanup_errors=True) as folder:
            _unpack(step, Path(folder))
            argv = [sys.executable if part == "python3" else part for part in step.argv]
            output, exit_code = self._output(argv, Path(folder), step)
            files = {path: content for path in step.collect if (content := _read(Path(folder, path), step)) is not None}
        duration = timedelta(seconds=time.monotonic() - begin)
        return Outcome("exited" if exit_code is not None else "timed_out", exit_code, output, files, duration)

    def _output(self, argv: list[str], folder: Path, step: Step) -> tuple[str, int | None]:
        with tempfile.TemporaryFile() as output:
            try:
                ran = subprocess.run(
                    ["env", f"HOME={self.home}", *argv],
                    cwd=folder,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    timeout=step.limits.deadline.total_seconds(),
                    check=False,
                )
                exit_code = ran.returncode
            except subprocess.TimeoutExpired:
                exit_code = None
            output.seek(0)
            return output.read().decode(errors="replace"), exit_code


def _unpack(step: Step, folder: Path) -> None:
    if step.archive is not None:
        with tarfile.open(step.archive) as tar:
            if hasattr(tarfile, "fully_trusted_filter"):
                tar.extractall(folder, filter="fully_trusted")
            else:
                tar.extractall(folder)
    for path, content in step.files.items():
        Path(folder, path).write_bytes(content)


def _read(path: Path, step: Step) -> bytes | None:
    """The file's content; the words of a reader who waits for ever are `stuck`."""
    if not os.path.lexists(path):
        return None
    try:
        most = str(step.limits.result_bytes + 1)
        return subprocess.run(["head", "-c", most, path], capture_output=True, timeout=1, check=False).stdout
    except subprocess.TimeoutExpired:
        return b"stuck"
