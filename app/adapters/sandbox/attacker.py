"""The cheap attacks of the self-test, run inside a sandbox; writes what succeeded, and how, to `found.json`.

Arguments: a port on which this machine listens on its loopback address, and the names an environment may hold.
"""

import ctypes
import json
import os
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

_KERNEL_SETTING = "/proc/sys/kernel/core_pattern"
_PRIVATE = ("/etc/shadow", "/root/.ssh", "/var/lib", "/var/run", "/run", "/proc/1/root/etc/shadow")
_OWN_FOLDERS = ("/sandbox", "/dev/shm")  # noqa: S108
_NEW_USER_NAMESPACE = 0x10000000
_FORKS = 40


def reads_an_environment() -> str:
    known = set(sys.argv[2].split(","))
    for file in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            names = {entry.split(b"=")[0].decode() for entry in file.read_bytes().split(b"\0") if entry}
            if strange := names - known:
                return f"{file}: {', '.join(sorted(strange))}"
    return ""


def opens_the_network() -> str:
    for address in (("127.0.0.1", int(sys.argv[1])), ("192.0.2.1", 53)):
        with suppress(OSError), socket.create_connection(address, timeout=0.2):
            return f"connected to {address[0]}"
    return ""


def writes_outside() -> str:
    mounts = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    for folder in (*mounts, "/etc", "/opt", "/opt/acs", "/opt/acs/bin", "/var", "/home", "/root"):
        if folder not in _OWN_FOLDERS and Path(folder).is_dir():
            with suppress(OSError):
                Path(folder, "written-by-a-sandbox").write_text("")
                return folder
    return ""


def reads_private_files() -> str:
    return ", ".join(path for path in _PRIVATE if os.access(path, os.R_OK))


def sees_other_processes() -> str:
    others = {entry.name for entry in Path("/proc").iterdir() if entry.name.isdigit()} - {"1", str(os.getpid())}
    return ", ".join(sorted(others))


def changes_the_kernel() -> str:
    with suppress(OSError):
        os.close(os.open(_KERNEL_SETTING, os.O_WRONLY))
        return _KERNEL_SETTING
    return ""


def gains_privileges() -> str:
    status = dict(line.split(":\t", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":\t" in line)
    if int(status["CapEff"], 16) or status["NoNewPrivs"] != "1":
        return f"CapEff {status['CapEff']}, NoNewPrivs {status['NoNewPrivs']}"
    return ""


def makes_a_user_namespace() -> str:
    return "unshare(CLONE_NEWUSER)" if ctypes.CDLL(None).unshare(_NEW_USER_NAMESPACE) == 0 else ""


def forks_without_end() -> str:
    children: list[int] = []
    with suppress(OSError):
        while len(children) < _FORKS:
            child = os.fork()
            if child == 0:
                time.sleep(60)
                os._exit(0)
            children.append(child)
    return f"{len(children)} processes" if len(children) == _FORKS else ""


ATTACKS: tuple[Callable[[], str], ...] = (
    reads_an_environment,
    opens_the_network,
    writes_outside,
    reads_private_files,
    sees_other_processes,
    changes_the_kernel,
    gains_privileges,
    makes_a_user_namespace,
    forks_without_end,
)


def main() -> None:
    found = {attack.__name__.replace("_", " "): attack() for attack in ATTACKS}
    filtered = "\nSeccomp:\t2\n" in Path("/proc/self/status").read_text()
    Path("found.json").write_text(json.dumps({"found": found, "seccomp": filtered}))


if __name__ == "__main__":
    main()
