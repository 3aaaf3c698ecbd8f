"""What a step that means well gets, and what is left of it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from app.adapters.sandbox.memory import Watchdog
from app.adapters.sandbox.sandbox import BubblewrapSandbox
from app.adapters.toolchain import Toolchain
from app.ports.sandbox import Limits, Outcome, Step
from tests.contract.sandbox.attacks import SMALL
from tests.contract.sandbox.host import CANARY, Host

ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give each sandbox a user of its own")


def test_a_step_starts_in_its_workspace_with_its_files_and_brings_back_what_it_made(sandbox: BubblewrapSandbox) -> None:
    outcome = sandbox.run(
        Step(
            argv=("sh", "-c", "mkdir -p coverage && cat src/greeting > coverage/lcov.info && exit 3"),
            files={"src/greeting": b"good morning"},
            collect=("coverage/lcov.info", "coverage/missing"),
        )
    )

    assert (outcome.ended, outcome.exit_code) == ("exited", 3)
    assert outcome.files == {"coverage/lcov.info": b"good morning"}


def test_a_step_sees_no_environment_but_its_own(sandbox: BubblewrapSandbox, host: Host) -> None:
    outcome = sandbox.run(Step(argv=("env",), environment={"JEST_WORKERS": "2"}))

    assert set(outcome.output.splitlines()) == {
        "JEST_WORKERS=2",
        "PATH=/sandbox/repo/node_modules/.bin:/opt/acs/bin:/usr/local/bin:/usr/bin:/bin",
        "HOME=/sandbox/home",
        "TMPDIR=/tmp",
        "LANG=C.UTF-8",
        "TZ=UTC",
        "CI=true",
    }


@pytest.mark.parametrize("program", ["node", "npm", "npx", "python3", "python"])
def test_the_toolchain_is_on_the_path(sandbox: BubblewrapSandbox, toolchain: Toolchain, program: str) -> None:
    name = {"python3": "python", "npx": "npm"}.get(program, program)

    assert toolchain.versions[name] in sandbox.run(Step(argv=(program, "--version"))).output


def test_mounted_folders_are_there_and_cannot_be_changed(sandbox: BubblewrapSandbox, host: Host) -> None:
    package = host.folder / "packages" / "left-pad"
    package.mkdir(parents=True)
    (package / "index.js").write_text("module.exports = 1")
    step = Step(
        argv=("sh", "-c", "cat node_modules/left-pad/index.js; touch node_modules/planted"),
        read_only={"node_modules": host.folder / "packages"},
    )

    outcome = sandbox.run(step)

    assert "module.exports = 1" in outcome.output
    assert "Read-only file system" in outcome.output
    assert not (host.folder / "packages" / "planted").exists()


def test_a_folder_is_not_mounted_below_another_one(sandbox: BubblewrapSandbox, host: Host) -> None:
    with pytest.raises(ValueError, match="below another mounted folder"):
        sandbox.run(Step(argv=("true",), read_only={"a": host.folder, "a/b": host.folder}))


def test_a_program_that_is_not_there_ends_as_in_a_shell(sandbox: BubblewrapSandbox) -> None:
    outcome = sandbox.run(Step(argv=("no-such-program",)))

    assert (outcome.ended, outcome.exit_code) == ("exited", 127)
    assert outcome.output == "cannot run no-such-program: No such file or directory\n"


def test_a_command_that_was_killed_did_not_exit(sandbox: BubblewrapSandbox) -> None:
    outcome = sandbox.run(Step(argv=("sh", "-c", "kill -9 $$")))

    assert (outcome.ended, outcome.exit_code) == ("killed", None)


def test_a_step_past_its_deadline_is_stopped_and_says_what_it_had_printed(sandbox: BubblewrapSandbox) -> None:
    step = Step(argv=("sh", "-c", "echo working; sleep 60"), limits=Limits(deadline=timedelta(seconds=0.5)))

    outcome = sandbox.run(step)

    assert (outcome.ended, outcome.exit_code, outcome.output) == ("timed_out", None, "working\n")
    assert timedelta(seconds=0.5) <= outcome.duration < timedelta(seconds=3)


@pytest.mark.parametrize("watch", ["control groups", "watchdog"])
def test_a_step_that_takes_too_much_memory_is_stopped(
    sandbox: BubblewrapSandbox, state_dir: Path, toolchain: Toolchain, watch: str
) -> None:
    if watch == "watchdog":
        sandbox = BubblewrapSandbox(state_dir, toolchain, memory=Watchdog())
    elif "cgroup" not in sandbox.self_test().memory:
        pytest.skip("control groups are not writable here")
    eat = "import time; eaten = [bytearray(b'x' * 10**7) or time.sleep(0.02) for _ in range(200)]; print('ate')"

    outcome = sandbox.run(Step(argv=("python3", "-c", eat), limits=SMALL))

    assert (outcome.ended, outcome.exit_code, outcome.output) == ("out_of_memory", None, "")


def test_files_count_as_memory_for_the_watchdog_too(state_dir: Path, toolchain: Toolchain) -> None:
    sandbox = BubblewrapSandbox(state_dir, toolchain, memory=Watchdog())
    limits = replace(SMALL, memory_bytes=100_000_000, disk_bytes=400_000_000)

    outcome = sandbox.run(Step(argv=("sh", "-c", "head -c 300000000 /dev/zero > zeros; sleep 5"), limits=limits))

    assert outcome.ended == "out_of_memory"


def test_nothing_of_one_step_is_there_for_the_next(sandbox: BubblewrapSandbox) -> None:
    sandbox.run(Step(argv=("sh", "-c", "for d in . ~ /tmp /dev/shm /var/tmp; do touch $d/left; done")))

    outcome = sandbox.run(Step(argv=("sh", "-c", "ls -d ./left ~/left /tmp/left /dev/shm/left /var/tmp/left")))

    assert outcome.output.count("No such file") == 5


def test_many_steps_run_at_once_and_do_not_see_each_other(sandbox: BubblewrapSandbox) -> None:
    def run(number: int) -> Outcome:
        program = f"echo {number} > mine; sleep 0.3; cat mine; ls -d /proc/[0-9]*"
        return sandbox.run(Step(argv=("sh", "-c", program), collect=("mine",)))

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(run, range(8)))

    assert [outcome.files["mine"] for outcome in outcomes] == [f"{number}\n".encode() for number in range(8)]
    assert {len(outcome.output.splitlines()) for outcome in outcomes} == {1 + 2}  # its number; process 1 and the shell


@pytest.fixture
def in_the_docker_group() -> Iterator[None]:
    """This process is in one more group, as a worker is that may speak to a privileged service."""
    before = os.getgroups()
    os.setgroups([*before, 64900])
    yield
    os.setgroups(before)


@ROOT_ONLY
@pytest.mark.usefixtures("in_the_docker_group")
def test_sandboxes_that_run_at_once_have_different_users_and_none_is_root_or_in_its_groups(
    sandbox: BubblewrapSandbox, host: Host
) -> None:
    def run(_: int) -> Outcome:
        return sandbox.run(Step(argv=("sh", "-c", "sleep 0.7; :", host.marker)))

    with ThreadPoolExecutor(3) as pool:
        running = [pool.submit(run, number) for number in range(3)]
        time.sleep(0.4)
        users = {psutil.Process(pid).uids().real for pid in host.daemons()}
        groups = {tuple(psutil.Process(pid).gids()) for pid in host.daemons()}
        others = {status(pid)["Groups"].strip() for pid in host.daemons()}

    assert [future.result().exit_code for future in running] == [0, 0, 0]
    assert len(users) == 3
    assert min(users) >= 64000
    assert groups == {(user, user, user) for user in users}
    assert others == {""}


def test_no_process_of_a_sandbox_was_given_the_workers_environment(sandbox: BubblewrapSandbox, host: Host) -> None:
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(sandbox.run, Step(argv=("sh", "-c", "sleep 0.5; :", host.marker)))
        _wait_until(lambda: host.daemons() != [])
        processes = [psutil.Process(pid) for pid in host.daemons()]
        above = {parent for process in processes for parent in process.parents()}
        ours = {psutil.Process(), *psutil.Process().parents()}
        environments = [environment(process.pid) for process in {*processes, *above} - ours]
        running.result()

    assert len(environments) == 3  # bubblewrap, process 1, the shell
    assert [found for found in environments if CANARY.encode() in found] == []


def test_a_worker_that_is_killed_takes_its_sandbox_with_it(state_dir: Path, host: Host) -> None:
    program = f"""
from pathlib import Path
from app.adapters.sandbox.sandbox import BubblewrapSandbox
from app.adapters.toolchain import prepare
from app.ports.sandbox import Step
state_dir = Path({str(state_dir)!r})
BubblewrapSandbox(state_dir, prepare(state_dir)).run(Step(argv=("sh", "-c", "sleep 60; :", {host.marker!r})))
"""
    worker = subprocess.Popen([sys.executable, "-c", program], cwd=Path(__file__).parents[3])
    _wait_until(lambda: host.daemons() != [])

    worker.kill()
    worker.wait()

    _wait_until(lambda: host.daemons() == [])


def status(pid: int) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: value for name, _, value in (line.partition(":") for line in lines)}


def environment(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except PermissionError:  # not even its user may read it
        return b""


def _wait_until(holds: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < give_up
        time.sleep(0.05)
