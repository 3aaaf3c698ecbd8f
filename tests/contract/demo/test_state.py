"""Where the demo keeps its state: in a folder that nobody else can have prepared."""

import os
from pathlib import Path

import pytest

from app.demo.state import StateRefused, make_ready


def somebody_elses(folder: Path) -> Path:
    """A folder of another user: only root can give one away, and to others root's are."""
    if os.geteuid() != 0:
        return Path("/usr")
    folder.mkdir()
    os.chown(folder, 65534, 65534)
    return folder


def test_a_new_folder_is_made_that_others_can_enter_and_not_write_to(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        make_ready(tmp_path / "new" / "demo")
    finally:
        os.umask(before)

    assert (tmp_path / "new" / "demo").stat().st_mode & 0o777 == 0o755


def test_an_earlier_demo_is_forgotten_and_what_it_installed_is_kept(tmp_path: Path) -> None:
    state = tmp_path / "demo"
    make_ready(state)
    for name in ("github/old", "samples/old", "acs/git/old", "acs/acs.db", "acs/toolchain/node"):
        (state / name).parent.mkdir(parents=True, exist_ok=True)
        (state / name).touch()

    make_ready(state)

    left = {str(path.relative_to(state)) for path in state.rglob("*") if path.is_file()}
    assert left == {".acs-demo", "acs/toolchain/node"}


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "github").mkdir()

    with pytest.raises(StateRefused, match="not empty and not of an earlier demo"):
        make_ready(tmp_path)
    assert (tmp_path / "github").exists()


def test_a_link_to_a_folder_is_refused(tmp_path: Path) -> None:
    make_ready(tmp_path / "real")
    (tmp_path / "demo").symlink_to(tmp_path / "real")

    with pytest.raises(StateRefused, match="not a folder of its own"):
        make_ready(tmp_path / "demo")


def test_a_folder_of_another_user_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StateRefused, match="belongs to another user"):
        make_ready(somebody_elses(tmp_path / "demo"))


@pytest.mark.parametrize("mode", [0o775, 0o757, 0o1777])
def test_a_folder_that_others_can_write_to_is_refused(tmp_path: Path, mode: int) -> None:
    state = tmp_path / "demo"
    make_ready(state)
    state.chmod(mode)

    with pytest.raises(StateRefused, match="can be written to by others"):
        make_ready(state)
