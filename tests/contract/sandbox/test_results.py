"""What comes back: files and trees that a hostile step made, and streams that no honest sandbox would send."""

import io
import tarfile
from datetime import timedelta
from pathlib import Path

import pytest

from app.adapters.sandbox import inside, results
from app.adapters.sandbox.sandbox import BubblewrapSandbox
from app.errors import RepoError
from app.ports.sandbox import Limits, Outcome, Step
from tests.contract.sandbox.attacks import SMALL

Contents = dict[str, str | tuple[int, str]]


def record(kind: bytes, path: bytes, body: bytes = b"", *, size: int | None = None) -> bytes:
    return inside.HEADER.pack(kind, 0, len(path), len(body) if size is None else size) + path + body


ENDED = record(b"X", b"", inside.STATUS.pack(0))
TREE = Step(argv=("true",), collect=("report",), collect_tree="made", limits=SMALL)


def test_a_tree_comes_back_with_its_files_and_the_links_that_stay_inside(sandbox: BubblewrapSandbox) -> None:
    program = """
mkdir -p made/.bin made/pad/lib made/empty
echo code > made/pad/lib/index.js; printf run > made/pad/cli; chmod 755 made/pad/cli
ln -s ../pad/cli made/.bin/pad; ln -s lib/index.js made/pad/main
ln -s /etc/passwd made/absolute; ln -s ../../outside made/pad/outside; ln -s pad/.. made/roundabout
mkfifo made/pipe
"""

    outcome = sandbox.run(Step(argv=("sh", "-c", program), collect_tree="made"))

    assert contents(outcome) == {
        "pad/lib/index.js": (0o644, "code\n"),
        "pad/cli": (0o755, "run"),
        ".bin/pad": "../pad/cli",
        "pad/main": "lib/index.js",
    }


def test_a_tree_that_is_a_link_comes_back_empty(sandbox: BubblewrapSandbox) -> None:
    outcome = sandbox.run(Step(argv=("ln", "-s", "/usr/lib", "made"), collect_tree="made"))

    assert contents(outcome) == {}


def test_a_tree_that_is_too_large_is_refused(sandbox: BubblewrapSandbox) -> None:
    program = "mkdir made; for name in 1 2 3; do truncate -s 8000000 made/$name; done"

    with pytest.raises(RepoError, match="does not fit into the sandbox's 16 MiB"):
        sandbox.run(Step(argv=("sh", "-c", program), collect_tree="made", limits=SMALL))


def test_a_file_behind_a_linked_folder_is_left_out(sandbox: BubblewrapSandbox) -> None:
    outcome = sandbox.run(Step(argv=("ln", "-s", "/etc", "coverage"), collect=("coverage/passwd",)))

    assert outcome.files == {}


def test_a_file_larger_than_allowed_is_left_out_and_the_others_come(sandbox: BubblewrapSandbox) -> None:
    program = f"echo small > report; truncate -s {SMALL.result_bytes + 1} huge; truncate -s {SMALL.result_bytes} large"

    outcome = sandbox.run(Step(argv=("sh", "-c", program), collect=("huge", "large", "report"), limits=SMALL))

    assert (outcome.ended, {name: len(content) for name, content in outcome.files.items()}) == (
        "exited",
        {"large": SMALL.result_bytes, "report": 6},
    )


def test_a_step_that_was_stopped_brings_nothing_back(sandbox: BubblewrapSandbox) -> None:
    limits = Limits(deadline=timedelta(seconds=0.4))
    program = "mkdir made; echo half > made/file; echo half > report; sleep 60"

    outcome = sandbox.run(Step(argv=("sh", "-c", program), collect=("report",), collect_tree="made", limits=limits))

    assert (outcome.ended, outcome.files, outcome.tree) == ("timed_out", {}, None)


def test_a_step_that_writes_results_of_its_own_gets_nothing_out_of_the_workspace(sandbox: BubblewrapSandbox) -> None:
    forge = """
import glob, struct
name = b"../../escaped"
forged = struct.pack(">cHIQ", b"T", 0, len(name), 4) + name + b"evil"
for file in glob.glob("/proc/1/fd/*"):
    try:
        with open(file, "wb", buffering=0) as stream:
            stream.write(forged)
    except OSError:
        pass
"""

    outcome = sandbox.run(Step(argv=("python3", "-c", forge), collect_tree="made", limits=SMALL))

    assert outcome.tree is None or _contents(outcome.tree) == {}


@pytest.mark.parametrize(
    "stream",
    [
        pytest.param(record(b"T", b"../escaped", b"x"), id="a path that climbs out"),
        pytest.param(record(b"T", b"/etc/escaped", b"x"), id="an absolute path"),
        pytest.param(record(b"T", b"a\0b", b"x"), id="a path with a zero byte"),
        pytest.param(record(b"T", b"", b"x"), id="no path"),
        pytest.param(record(b"T", b"a", b"x") + record(b"T", b"a", b"y"), id="a path that comes twice"),
        pytest.param(record(b"T", b"a", size=1 << 60), id="a size beyond the limit"),
        pytest.param(record(b"F", b"report", size=1 << 60), id="a collected file beyond the limit"),
        pytest.param(record(b"F", b"other", b"x"), id="a file nobody asked for"),
        pytest.param(record(b"L", b"a", size=1 << 40), id="a link beyond all measure"),
        pytest.param(record(b"T", b"a" * 5000, b"x"), id="a path beyond all measure"),
        pytest.param(record(b"T", b"a", b"half", size=100), id="half a file"),
        pytest.param(record(b"?", b"", b""), id="a record of no kind"),
        pytest.param(b"\xff", id="half a header"),
    ],
)
def test_a_stream_no_honest_sandbox_sends_is_no_result(tmp_path: Path, stream: bytes) -> None:
    found = results.read(io.BytesIO(stream + ENDED), TREE, tmp_path)

    assert (found.status, found.tree) == (None, None)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("path", "target", "stays"),
    [
        (".bin/tsc", "../typescript/bin/tsc", True),
        ("a/b/c", "../../d", True),
        ("a", "b", True),
        ("a", "../b", False),
        ("a/b", "../../c", False),
        ("a", "/etc/passwd", False),
        ("a", "b/../../c", False),
        ("t", "a/b/up/../../x", False),
        ("a", "", False),
    ],
)
def test_a_link_is_kept_only_where_it_stays_inside(tmp_path: Path, path: str, target: str, *, stays: bool) -> None:
    stream = record(b"L", path.encode(), target.encode()) + ENDED

    found = results.read(io.BytesIO(stream), TREE, tmp_path)

    assert contents_of(found) == ({path: target} if stays else {})


def test_links_are_the_last_in_a_tree_so_that_nothing_is_written_through_one(tmp_path: Path) -> None:
    stream = record(b"L", b"dir", b"other") + record(b"T", b"dir/file", b"x") + ENDED

    assert list(contents_of(results.read(io.BytesIO(stream), TREE, tmp_path))) == ["dir/file", "dir"]


def contents(outcome: Outcome) -> Contents:
    assert outcome.ended == "exited"
    return _contents(outcome.tree)


def contents_of(found: results.Results) -> Contents:
    assert found.status == 0
    return _contents(found.tree)


def _contents(tree: Path | None) -> Contents:
    assert tree is not None
    with tarfile.open(tree) as tar:
        found: Contents = {}
        for member in tar:
            content = tar.extractfile(member) if member.isreg() else None
            found[member.name] = member.linkname if content is None else (member.mode, content.read().decode())
    tree.unlink()
    return found
