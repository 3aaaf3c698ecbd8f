"""The machine that the attacks are aimed at, seen from outside of any sandbox."""

import os
import shutil
import socket
import tempfile
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

CANARY = "sk-canary-3f1c"


@dataclass(frozen=True, slots=True)
class Host:
    """Three listening sockets, and a folder anybody may write into; `marker` is in what daemons are called."""

    folder: Path
    marker: str
    stream: socket.socket
    datagrams: socket.socket
    local: socket.socket

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def stream_port(self) -> int:
        return self.stream.getsockname()[1]

    @property
    def datagram_port(self) -> int:
        return self.datagrams.getsockname()[1]

    @property
    def local_name(self) -> str:
        return f"{self.marker}.socket"

    def was_reached(self, listening: socket.socket) -> bool:
        """Whether somebody connected to one of the sockets, or sent to it."""
        listening.settimeout(0.05)
        with suppress(TimeoutError):
            if listening.type == socket.SOCK_DGRAM:
                return listening.recv(100) != b""
            listening.accept()[0].close()
            return True
        return False

    def daemons(self) -> list[int]:
        """Processes on this machine, in whatever namespace, that were started with the marker."""
        found: list[int] = []
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if self.marker in (process / "cmdline").read_bytes().decode(errors="replace").split("\0"):
                    found.append(int(process.name))
        return found


@contextmanager
def hosted() -> Generator[Host]:
    folder = Path(tempfile.mkdtemp(prefix="acs-host-"))
    folder.chmod(0o777)
    (folder / "home").mkdir()
    (folder / "home").chmod(0o777)
    marker = f"acs-daemon-{folder.name}"
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder)
        stream = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        datagrams = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        datagrams.bind(("127.0.0.1", 0))
        local = stack.enter_context(socket.socket(socket.AF_UNIX))
        local.bind(f"\0{marker}.socket")
        local.listen()
        host = Host(folder, marker, stream, datagrams, local)
        stack.callback(_end, host)
        yield host


def _end(host: Host) -> None:
    for pid in host.daemons():
        if pid != os.getpid():
            with suppress(ProcessLookupError):
                os.kill(pid, 9)
