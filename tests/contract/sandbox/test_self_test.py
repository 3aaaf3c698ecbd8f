"""Where the sandbox does not hold, nothing is run."""

import os
from pathlib import Path

import pytest

from app.adapters.sandbox import diagnosis, seccomp
from app.adapters.sandbox.memory import ControlGroups, Watchdog, best_memory
from app.adapters.sandbox.sandbox import BubblewrapSandbox
from app.adapters.toolchain import prepare
from app.ports.sandbox import SandboxUnsafe, Step
from tests.contract.sandbox.host import Host

REFUSING = """#!/bin/sh
if [ "$1" = --version ]; then echo "bubblewrap 0.11.0"; exit; fi
echo "bwrap: No permissions to create new namespace" >&2
exit 1
"""


def test_the_report_says_what_holds_repository_code_here(sandbox: BubblewrapSandbox, host: Host) -> None:
    report = sandbox.self_test()

    assert report.backend == "bubblewrap 0.11.0"
    assert report.uid_separation == (os.geteuid() == 0)
    assert report.memory in ("cgroup v1", "cgroup v2", "watchdog")
    assert report.seccomp == (os.uname().machine in ("x86_64", "aarch64"))
    assert [probe.attack for probe in report.probes] == [
        "reads an environment",
        "opens the network",
        "writes outside",
        "reads private files",
        "sees other processes",
        "changes the kernel",
        "gains privileges",
        "makes a user namespace",
        "forks without end",
    ]
    assert all(probe.held for probe in report.probes)


def test_nothing_is_run_where_namespaces_are_refused(state_dir: Path, host: Host) -> None:
    refusing = executable(host.folder / "bwrap", REFUSING)
    sandbox = BubblewrapSandbox(state_dir, prepare(state_dir, bubblewrap=refusing))

    for _ in range(2):
        with pytest.raises(
            SandboxUnsafe, match=r"repository code is not run .* No permissions to create new namespace"
        ):
            sandbox.run(Step(argv=("touch", str(host.folder / "was-run"))))

    assert not (host.folder / "was-run").exists()


@pytest.mark.parametrize(
    ("files", "advice"),
    [
        pytest.param(
            {"proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1"},
            "run `sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`",
            id="AppArmor",
        ),
        pytest.param(
            {"proc/sys/kernel/unprivileged_userns_clone": "0"},
            "run `sysctl -w kernel.unprivileged_userns_clone=1`",
            id="Debian's switch",
        ),
        pytest.param(
            {"proc/sys/user/max_user_namespaces": "0"},
            "run `sysctl -w user.max_user_namespaces=15000`",
            id="a maximum of none",
        ),
        pytest.param({".dockerenv": ""}, "--security-opt seccomp=unconfined", id="a container"),
        pytest.param({}, "the sandbox cannot be made here", id="something else"),
    ],
)
def test_the_operator_is_told_which_setting_refuses_namespaces(
    tmp_path: Path, files: dict[str, str], advice: str
) -> None:
    for name, content in {"proc/sys/user/max_user_namespaces": "96365", **files}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)

    said = str(diagnosis.refused(Path("/opt/bwrap"), "bwrap: setting up uid map: Permission denied\n", root=tmp_path))

    assert advice in said
    assert said.endswith("bubblewrap said: bwrap: setting up uid map: Permission denied")


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user's sandboxes read what the user can read")
def test_a_state_folder_closed_to_the_sandboxes_users_is_named(state_dir: Path) -> None:
    closed = state_dir / "closed"
    closed.mkdir(mode=0o700)

    with pytest.raises(SandboxUnsafe, match=rf"{closed}/toolchain/.* is closed to the users that sandboxes run as"):
        BubblewrapSandbox(closed, prepare(closed)).self_test()


def test_memory_is_watched_where_no_control_group_can_be_made(tmp_path: Path) -> None:
    assert best_memory("4:memory:/acs\n0::/user.slice/acs.service\n", root=tmp_path / "nothing-mounted") == Watchdog()


def test_a_control_group_of_the_unified_hierarchy_gets_its_limits(tmp_path: Path) -> None:
    guard = ControlGroups(tmp_path, version=2).guard(1 << 28)
    group = next(tmp_path.iterdir())
    (group / "memory.events").write_text("low 0\noom 1\noom_kill 0\n")
    assert not guard.is_exceeded()
    (group / "memory.events").write_text("low 0\noom 1\noom_kill 3\n")

    assert (group / "memory.max").read_text() == "268435456"
    assert (group / "memory.swap.max").read_text() == "0"
    assert (group / "memory.oom.group").read_text() == "1"
    assert guard.is_exceeded()


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_is_a_whole_number_of_instructions_that_the_kernel_takes(machine: str) -> None:
    program = seccomp.program(network=False, machine=machine)

    assert program is not None
    assert len(program) % 8 == 0
    assert len(program) // 8 < 4096


def test_a_machine_without_a_table_of_system_calls_has_no_filter() -> None:
    assert seccomp.program(network=False, machine="riscv64") is None


def test_a_step_with_a_network_has_no_local_sockets(sandbox: BubblewrapSandbox, host: Host) -> None:
    connect = f"import socket; socket.socket(socket.AF_UNIX).connect('\\0{host.local_name}')"

    outcome = sandbox.run(Step(argv=("python3", "-c", connect), network=True))

    assert "PermissionError" in outcome.output
    assert not host.was_reached(host.local)


def executable(path: Path, program: str) -> Path:
    path.write_text(program)
    path.chmod(0o755)
    return path
