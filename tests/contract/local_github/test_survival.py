"""What is left after the process was killed: everything."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.demo.github.local import LocalGitHub
from tests.contract.local_github.world import SHOP, World, number, seed, text


def test_everything_is_there_again_after_a_kill(own_world: World) -> None:
    issue = own_world.issue(labels=["bug"])
    pull = own_world.pull("kept")
    token = own_world.token()
    own_world.github.kill()
    own_world.github.restart()

    with own_world.person("maria") as maria:
        assert text(maria.get(f"/repos/{SHOP}/issues/{issue}").json(), "labels", 0, "name") == "bug"
        assert text(maria.get(f"/repos/{SHOP}/pulls/{pull}").json(), "head", "ref") == "kept"
        assert own_world.issue() == pull + 1
        maria.headers["Authorization"] = f"Bearer {token}"
        assert maria.get("/installation/repositories").json()["total_count"] == 2


def test_deliveries_that_were_waiting_are_made_after_a_kill(own_world: World) -> None:
    with own_world.github.as_anybody() as anybody:
        anybody.post("/_local/faults", json={"deliveries": {"hold": True}})
    made = [own_world.issue() for _ in range(3)]
    own_world.github.kill()
    own_world.github.restart()
    with own_world.github.as_anybody() as anybody:
        anybody.delete("/_local/faults")
    own_world.wait_until_delivered()
    assert [number(one.payload, "issue", "number") for one in own_world.receiver.heard] == made


def test_a_branch_that_moved_just_before_a_kill_is_announced_afterwards(own_world: World) -> None:
    pull = own_world.pull("moved")
    own_world.github.kill()
    bare = own_world.github.state / "git" / f"{SHOP}.git"
    main = (bare / "refs/heads/main").read_text()
    (bare / "refs/heads/moved").write_text(main)
    own_world.github.restart()
    moved = own_world.receiver.wait("pull_request.synchronize").payload
    assert (number(moved, "number"), text(moved, "after")) == (pull, main.strip())


def test_many_people_at_once_get_numbers_of_their_own(troubled: World) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = [asked.result() for asked in [pool.submit(troubled.issue) for _ in range(24)]]
    assert sorted(made) == list(range(min(made), min(made) + 24))
    troubled.wait_until_delivered()
    assert troubled.receiver.names() == ["issues.opened"] * 24


def test_a_folder_is_seeded_only_once(world: World, tmp_path: Path) -> None:
    with pytest.raises(FileExistsError, match="holds a local GitHub already"):
        LocalGitHub.create(world.github.state, seed(tmp_path / "files", "http://127.0.0.1:9/"))


def test_it_stops_when_asked(own_world: World) -> None:
    began = time.monotonic()
    own_world.github.stop()
    assert time.monotonic() - began < 5


def test_the_keys_are_for_their_owner_only(world: World) -> None:
    assert (world.github.state / "keys.json").stat().st_mode & 0o077 == 0
