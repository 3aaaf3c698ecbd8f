"""The system calls that no step needs and that reach further than namespaces do, as a program for the kernel.

A deny-list, assembled here rather than by libseccomp so that it holds on machines without that library.
https://www.kernel.org/doc/html/latest/userspace-api/seccomp_filter.html
"""

import platform
import struct
from dataclasses import dataclass

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # linux/bpf_common.h
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000  # linux/seccomp.h
_EPERM, _ENOSYS = 1, 38
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data, little-endian
_X32 = 0x40000000

_NEW_NAMESPACES = 0x7E020000  # CLONE_NEWNS | NEWCGROUP | NEWUTS | NEWIPC | NEWUSER | NEWPID | NEWNET
_TERMINAL_INPUT = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX: type into the terminal that started us
_AF_UNIX, _AF_INET, _AF_INET6, _AF_NETLINK = 1, 2, 10, 16

# Same numbers on every architecture: everything added since 2019.
_DENIED_EVERYWHERE = {
    "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427,
    "open_tree": 428, "move_mount": 429, "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433,
    "pidfd_getfd": 438, "mount_setattr": 442, "quotactl_fd": 443,
}  # fmt: skip
_CLONE3 = 435


@dataclass(frozen=True, slots=True)
class _Machine:
    audit: int
    socket: int
    clone: int
    ioctl: int
    denied: dict[str, int]


_MACHINES = {
    "x86_64": _Machine(0xC000003E, socket=41, clone=56, ioctl=16, denied={
        "ptrace": 101, "syslog": 103, "pivot_root": 155, "adjtimex": 159, "chroot": 161, "acct": 163,
        "settimeofday": 164, "mount": 165, "umount2": 166, "swapon": 167, "swapoff": 168, "reboot": 169,
        "sethostname": 170, "setdomainname": 171, "iopl": 172, "ioperm": 173, "init_module": 175,
        "delete_module": 176, "quotactl": 179, "clock_settime": 227, "kexec_load": 246, "add_key": 248,
        "request_key": 249, "keyctl": 250, "unshare": 272, "vmsplice": 278, "perf_event_open": 298,
        "fanotify_init": 300, "name_to_handle_at": 303, "open_by_handle_at": 304, "clock_adjtime": 305,
        "setns": 308, "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312, "finit_module": 313,
        "kexec_file_load": 320, "bpf": 321, "userfaultfd": 323,
    }),
    "aarch64": _Machine(0xC00000B7, socket=198, clone=220, ioctl=29, denied={
        "umount2": 39, "mount": 40, "pivot_root": 41, "chroot": 51, "quotactl": 60, "vmsplice": 75, "acct": 89,
        "unshare": 97, "kexec_load": 104, "init_module": 105, "delete_module": 106, "clock_settime": 112,
        "syslog": 116, "ptrace": 117, "reboot": 142, "sethostname": 161, "setdomainname": 162,
        "settimeofday": 170, "adjtimex": 171, "add_key": 217, "request_key": 218, "keyctl": 219, "swapon": 224,
        "swapoff": 225, "perf_event_open": 241, "fanotify_init": 262, "name_to_handle_at": 264,
        "open_by_handle_at": 265, "clock_adjtime": 266, "setns": 268, "process_vm_readv": 270,
        "process_vm_writev": 271, "kcmp": 272, "finit_module": 273, "bpf": 280, "userfaultfd": 282,
        "kexec_file_load": 294,
    }),
}  # fmt: skip


def program(*, network: bool, machine: str | None = None) -> bytes | None:
    """The filter, or `None` where ACS has no table of this machine's system calls.

    Denied calls fail with EPERM. Sockets are of the Internet families, of netlink's routing part, and, without a
    network, local ones: with the machine's network, local sockets could reach its services.
    """
    table = _MACHINES.get(machine or platform.machine())
    if table is None:
        return None
    lines = _right_architecture(table)
    for number in sorted([*table.denied.values(), *_DENIED_EVERYWHERE.values()]):
        lines += _when(number, _fail(_EPERM))
    lines += _when(_CLONE3, _fail(_ENOSYS))  # its flags are behind a pointer; C libraries fall back to clone
    lines += _when(table.clone, [*_argument(0), (_ANY_BIT, 0, 1, _NEW_NAMESPACES), *_fail(_EPERM), *_allow()])
    lines += _when(table.ioctl, _argument(1) + _unless_any(_TERMINAL_INPUT, then=_allow()) + _fail(_EPERM))
    lines += _when(table.socket, _sockets(local=not network))
    return b"".join(struct.pack("<HBBI", *line) for line in lines + _allow())


_Line = tuple[int, int, int, int]  # code, lines to skip when true, when false, operand


def _right_architecture(table: _Machine) -> list[_Line]:
    """Kill what speaks another architecture's numbers: 32-bit calls, and x32 on x86_64."""
    return [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, table.audit),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, _X32),
        *_fail(_ENOSYS),
    ]


def _sockets(*, local: bool) -> list[_Line]:
    allowed = [_AF_INET, _AF_INET6, *([_AF_UNIX] if local else [])]
    routing_only = [(_EQUAL, 0, 3, _AF_NETLINK), *_argument(2), (_EQUAL, 0, 1, 0), *_allow()]
    return _argument(0) + _unless_none(allowed, then=_allow()) + routing_only + _fail(_EPERM)


def _when(number: int, then: list[_Line]) -> list[_Line]:
    """Lines that run for one system call and end it, one way or the other."""
    return [(_EQUAL, 0, len(then), number), *then]


def _unless_none(values: list[int], *, then: list[_Line]) -> list[_Line]:
    return [line for value in values for line in [(_EQUAL, 0, len(then), value), *then]]


def _unless_any(values: tuple[int, ...], *, then: list[_Line]) -> list[_Line]:
    """Do `then` unless the loaded word is one of the values."""
    last = len(values) - 1
    return [(_EQUAL, last - index + len(then), 0, value) for index, value in enumerate(values)] + then


def _argument(index: int) -> list[_Line]:
    return [(_LOAD, 0, 0, _ARGUMENTS + 8 * index)]


def _fail(error: int) -> list[_Line]:
    return [(_RETURN, 0, 0, _ERROR | error)]


def _allow() -> list[_Line]:
    return [(_RETURN, 0, 0, _ALLOW)]
