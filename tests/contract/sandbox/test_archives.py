"""Trees that try to be written somewhere else, and trees that are merely unusual."""

import io
import tarfile
from pathlib import Path

import pytest

from app.adapters.sandbox.sandbox import BubblewrapSandbox
from app.errors import RepoError
from app.ports.sandbox import Step
from tests.contract.sandbox.attacks import SMALL
from tests.contract.sandbox.host import Host
from tests.contract.sandbox.plain import PlainSubprocess


def test_without_a_sandbox_a_file_behind_a_link_is_written_where_the_link_leads(host: Host) -> None:
    PlainSubprocess(host.home).run(Step(argv=("true",), archive=through_a_link(host)))

    assert (host.folder / "planted").exists()


def test_in_the_sandbox_a_file_behind_a_link_stays_in_the_workspace(sandbox: BubblewrapSandbox, host: Host) -> None:
    outcome = sandbox.run(Step(argv=("cat", "evil/planted"), archive=through_a_link(host)))

    assert not (host.folder / "planted").exists()
    assert outcome.output == "planted"


@pytest.mark.parametrize("path", ["../planted", "/tmp/planted", "src/../../planted", "src//planted/./x"])
def test_a_tree_with_a_path_outside_of_it_is_refused(sandbox: BubblewrapSandbox, host: Host, path: str) -> None:
    with pytest.raises(RepoError, match="which is not below it: remove it from the commit"):
        sandbox.run(Step(argv=("true",), archive=archive(host, file(path, b"planted"))))


@pytest.mark.parametrize("path", ["node_modules", "packages", "packages/web", "packages/web/node_modules"])
def test_a_link_where_a_folder_is_mounted_leads_nowhere(sandbox: BubblewrapSandbox, host: Host, path: str) -> None:
    """CVE-2026-87766: a mount point made through such a link would be made on this machine."""
    (host.folder / "installed").mkdir()
    (host.folder / "installed" / "index.js").write_text("installed")
    evil = archive(host, link(path, f"/oldroot{host.folder}"), file(f"{path}/index.js", b"evil"))
    installed = host.folder / "installed"
    mounts = {"node_modules": installed, "packages/web/node_modules": installed}

    outcome = sandbox.run(
        Step(
            argv=("sh", "-c", "cat node_modules/index.js packages/web/node_modules/index.js"),
            archive=evil,
            read_only=mounts,
        )
    )

    assert outcome.output == "installedinstalled"
    assert sorted(entry.name for entry in host.folder.iterdir()) == ["archive.tar", "home", "installed"]


def test_a_tree_keeps_its_links_and_its_programs(sandbox: BubblewrapSandbox, host: Host) -> None:
    tree = archive(
        host,
        file("bin/greet", b"#!/bin/sh\necho hello", mode=0o755),
        link("greet", "bin/greet"),
        link("gone", "/nowhere"),
    )

    outcome = sandbox.run(Step(argv=("sh", "-c", "./greet; readlink gone; ls -l bin/greet | cut -c1-10"), archive=tree))

    assert outcome.output == "hello\n/nowhere\n-rwxr-xr-x\n"


def test_a_long_path_and_one_in_another_alphabet_arrive(sandbox: BubblewrapSandbox, host: Host) -> None:
    long = "/".join(["directory"] * 30) + "/файл.txt"

    outcome = sandbox.run(Step(argv=("cat", long), archive=archive(host, file(long, b"here"))))

    assert outcome.output == "here"


def test_a_file_of_the_step_stands_in_for_the_one_in_the_tree(sandbox: BubblewrapSandbox, host: Host) -> None:
    tree = archive(host, link("jest.config.js", "/etc/passwd"), file("keep", b"kept"))

    outcome = sandbox.run(
        Step(argv=("cat", "jest.config.js", "keep"), archive=tree, files={"jest.config.js": b"ours "})
    )

    assert outcome.output == "ours kept"


def test_a_tree_that_does_not_fit_is_refused_with_its_limit(sandbox: BubblewrapSandbox, host: Host) -> None:
    tree = archive(host, file("big", bytes(SMALL.disk_bytes + 1)))

    with pytest.raises(RepoError, match=r"does not fit into the sandbox's 16 MiB .* remove large files"):
        sandbox.run(Step(argv=("true",), archive=tree, limits=SMALL))


def through_a_link(host: Host) -> Path:
    return archive(host, link("evil", str(host.folder)), file("evil/planted", b"planted"))


def archive(host: Host, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    path = host.folder / "archive.tar"
    with tarfile.open(path, "w") as tar:
        for member, content in members:
            tar.addfile(member, io.BytesIO(content))
    return path


def file(path: str, content: bytes, *, mode: int = 0o644) -> tuple[tarfile.TarInfo, bytes]:
    member = tarfile.TarInfo(path)
    member.size, member.mode = len(content), mode
    return member, content


def link(path: str, target: str) -> tuple[tarfile.TarInfo, bytes]:
    member = tarfile.TarInfo(path)
    member.type, member.linkname = tarfile.SYMTYPE, target
    return member, b""
