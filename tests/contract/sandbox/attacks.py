"""What untrusted code tries: programs, and how this machine can tell that one succeeded."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from textwrap import dedent

from app.ports.sandbox import Limits, Outcome
from tests.contract.sandbox.host import CANARY, Host

SMALL = Limits(
    deadline=timedelta(seconds=15),
    memory_bytes=256 * 1024**2,
    processes=64,
    disk_bytes=16 * 1024**2,
    output_bytes=64 * 1024,
    result_bytes=1024**2,
)
BRIEF = Limits(deadline=timedelta(seconds=1))
Succeeded = Callable[[Outcome, Host], bool]


@dataclass(frozen=True, slots=True)
class Attack:
    """A program in Python; `{...}` names what it is aimed at. It may leave its result in `result`."""

    name: str
    program: str
    succeeded: Succeeded
    limits: Limits = SMALL

    def aimed_at(self, host: Host) -> bytes:
        aims = {
            "FOLDER": str(host.folder),
            "STREAM": str(host.stream_port),
            "DATAGRAMS": str(host.datagram_port),
            "LOCAL": host.local_name,
            "MARKER": host.marker,
        }
        program = dedent(self.program)
        for name, value in aims.items():
            program = program.replace(f"<{name}>", value)
        return program.encode()


def printed(word: str) -> Succeeded:
    return lambda outcome, _: word in outcome.output


def brought_back(outcome: Outcome, _: Host) -> bool:
    return "result" in outcome.files


ATTACKS = (
    Attack(
        "reads the worker's environment",
        """
        import glob
        for file in glob.glob("/proc/*/environ"):
            try:
                print(open(file).read())
            except OSError:
                pass
        """,
        printed(CANARY),
    ),
    Attack(
        "connects to a service of this machine",
        """
        import socket
        socket.create_connection(("127.0.0.1", <STREAM>), timeout=1).send(b"hello")
        """,
        lambda _, host: host.was_reached(host.stream),
    ),
    Attack(
        "sends a datagram, as a look-up of a name does",
        """
        import socket
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"hello", ("127.0.0.1", <DATAGRAMS>))
        """,
        lambda _, host: host.was_reached(host.datagrams),
    ),
    Attack(
        "connects to an abstract local socket",
        """
        import socket
        socket.socket(socket.AF_UNIX).connect("\\0<LOCAL>")
        """,
        lambda _, host: host.was_reached(host.local),
    ),
    Attack(
        "writes into a folder of this machine that is open to all",
        """
        open("<FOLDER>/written", "w").close()
        """,
        lambda _, host: (host.folder / "written").exists(),
    ),
    Attack(
        "writes into the home folder",
        """
        import os
        open(os.path.expanduser("~/written"), "w").close()
        """,
        lambda _, host: (host.home / "written").exists(),
    ),
    Attack(
        "signals the worker",
        """
        import os, sys
        os.kill(int(sys.argv[1]), 0)
        print("signalled")
        """,
        printed("signalled"),
    ),
    Attack(
        "forks without end",
        """
        import os, signal, time
        children = []
        try:
            while len(children) < 300:
                child = os.fork()
                if not child:
                    time.sleep(60)
                    os._exit(0)
                children.append(child)
        except OSError:
            pass
        for child in children:
            os.kill(child, signal.SIGKILL)
        print("forked", len(children))
        """,
        printed("forked 300"),
    ),
    Attack(
        "fills the memory",
        """
        eaten = [b"x" * 20_000_000 for _ in range(30)]
        print("ate", len(eaten))
        """,
        printed("ate 30"),
    ),
    Attack(
        "fills the memory with many processes",
        """
        import os, time
        children = [os.fork() for _ in range(3)]
        eaten = [bytearray(b"x" * 20_000_000) for _ in range(8)]
        time.sleep(1)
        if all(children):
            print("ate")
        """,
        printed("ate"),
    ),
    Attack(
        "outlives its deadline",
        """
        import os, signal, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                os.execvp("sh", ["sh", "-c", "trap '' TERM HUP; sleep 60; :", "<MARKER>"])
            os._exit(0)
        time.sleep(60)
        """,
        lambda _, host: host.daemons() != [],
        limits=BRIEF,
    ),
    Attack(
        "leaves a daemon behind when it ends",
        """
        import os, time
        if os.fork() == 0:
            os.setsid()
            os.execvp("sh", ["sh", "-c", "trap '' TERM HUP; exec 1>&- 2>&-; sleep 60; :", "<MARKER>"])
        time.sleep(0.3)
        """,
        lambda _, host: host.daemons() != [],
        limits=BRIEF,
    ),
    Attack(
        "floods its output, without a line end",
        """
        import os
        for _ in range(1000):
            os.write(1, b"x" * 100_000)
        """,
        lambda outcome, _: len(outcome.output) > SMALL.output_bytes + 100,
    ),
    Attack(
        "fills the disk",
        """
        import tempfile
        size = 0
        try:
            for folder in (".", tempfile.gettempdir()):
                with tempfile.NamedTemporaryFile(dir=folder) as file:
                    for _ in range(40):
                        file.write(b"x" * 1_000_000)
                        file.flush()
                        size += 1
        except OSError:
            pass
        print("wrote", size)
        """,
        printed("wrote 80"),
    ),
    Attack(
        "leaves a named pipe as its result, for the reader to wait at",
        """
        import os
        os.mkfifo("result")
        """,
        brought_back,
    ),
    Attack(
        "leaves a link to a file of this machine as its result",
        """
        import os
        os.symlink("/etc/passwd", "result")
        """,
        brought_back,
    ),
    Attack(
        "leaves a link to an endless device as its result",
        """
        import os
        os.symlink("/dev/zero", "result")
        """,
        brought_back,
    ),
    Attack(
        "leaves a huge result",
        """
        open("result", "wb").truncate(8_000_000)
        """,
        lambda outcome, _: len(outcome.files.get("result", b"")) > SMALL.result_bytes,
    ),
    Attack(
        "makes a user namespace, with all capabilities in it",
        """
        import ctypes, os
        print("unshared" if ctypes.CDLL(None).unshare(0x10000000) == 0 else "refused")
        """,
        printed("unshared"),
    ),
    Attack(
        "clones into a user namespace",
        """
        import ctypes, os
        libc = ctypes.CDLL(None, use_errno=True)
        pid = libc.syscall(56 if os.uname().machine == "x86_64" else 220, 0x10000000 | 17, 0, 0, 0, 0)
        if pid == 0:
            os._exit(0)
        print("cloned" if pid > 0 else "refused")
        """,
        printed("cloned"),
    ),
    Attack(
        "keeps a secret in the kernel for the next one to find",
        """
        import ctypes, os
        add_key = 248 if os.uname().machine == "x86_64" else 217
        key = ctypes.CDLL(None).syscall(add_key, b"user", b"acs-canary", b"found", 5, -2)
        print("kept" if key > 0 else "refused")
        """,
        printed("kept"),
    ),
    Attack(
        "opens a socket to the hypervisor",
        """
        import socket
        socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)
        print("opened")
        """,
        printed("opened"),
    ),
    Attack(
        "talks to a part of the kernel that has nothing to do with routing",
        """
        import socket
        socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 15)
        print("opened")
        """,
        printed("opened"),
    ),
    Attack(
        "reads another process's memory",
        """
        import ctypes, os, time
        child = os.fork()
        if not child:
            time.sleep(60)
        print("attached" if ctypes.CDLL(None).ptrace(16, child, 0, 0) == 0 else "refused")
        os.kill(child, 9)
        """,
        printed("attached"),
    ),
)
