"""`Checkouts` by git, against real repositories over HTTP."""

import os
import re
import subprocess
import tarfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from werkzeug.wrappers import Request, Response

from app.adapters.git.cache import cached_repository
from app.adapters.git.checkouts import GitCheckouts, GitLimits
from app.domain.repo import RepoRef
from app.errors import RepoError, TransientError
from tests.contract.git.conftest import SHOP, checkouts_of
from tests.contract.git.git_server import TOKEN, GitServer, git, hang, processes_mentioning, served
from tests.fakes.checkout import blob_id

ABSENT = "0123456789abcdef0123456789abcdef01234567"


def soon(holds: Callable[[], bool]) -> bool:
    """Whether it comes true within a second: a killed process is gone a moment after the one that led it."""
    give_up = time.monotonic() + 1
    while not holds() and time.monotonic() < give_up:
        time.sleep(0.01)
    return holds()


def test_the_default_branch_is_what_head_points_at_now(server: GitServer, checkouts: GitCheckouts) -> None:
    first = server.commit("acme/shop", {"a.txt": b"one"})
    assert (checkouts.default_branch(SHOP).name, checkouts.default_branch(SHOP).sha) == ("main", first)

    second = server.commit("acme/shop", {"a.txt": b"two"})

    assert checkouts.default_branch(SHOP).sha == second


def test_an_empty_repository_has_no_default_branch_yet(server: GitServer, checkouts: GitCheckouts) -> None:
    with pytest.raises(RepoError, match="acme/shop has no commit on a default branch yet: push a first one"):
        checkouts.default_branch(SHOP)


@pytest.mark.parametrize("answer", [pytest.param(b"", id="nothing"), pytest.param(b"<h1>Unicorn</h1>", id="a page")])
def test_an_answer_without_any_branch_is_not_believed_at_once(
    server: GitServer, checkouts: GitCheckouts, answer: bytes
) -> None:
    sha = server.commit("acme/shop", {"a.txt": b"one"})

    def look(ask: Callable[[], object]) -> object:
        emptied = iter([answer, answer])
        server.fault = lambda _: Response(body) if (body := next(emptied, None)) is not None else None
        return ask()

    assert look(lambda: checkouts.default_branch(SHOP).sha) == sha
    assert look(lambda: checkouts.branch_head(SHOP, "main")) == sha
    with pytest.raises(TransientError):
        look(lambda: checkouts.at(SHOP, sha))


def test_a_checkout_reads_the_regular_files_of_one_commit(server: GitServer, checkouts: GitCheckouts) -> None:
    files = {"src/a.ts": b"a\r\n\x00\xff", "src/deep/b.ts": b"", "srcs/c.ts": b"c", "ünïcode — name": b"u"}
    links = {"src/link": b"/etc/passwd", "vendored": b""}
    server.commit("acme/shop", {"gone.txt": b"earlier"})
    sha = server.commit("acme/shop", files | {"src/link": b"/etc/passwd"}, modes={"src/link": "120000"})

    checkout = checkouts.at(SHOP, sha)

    assert checkout.sha == sha
    assert checkout.paths() == ["src/a.ts", "src/deep/b.ts", "srcs/c.ts", "ünïcode — name"]
    assert checkout.paths("src") == checkout.paths("src/") == ["src/a.ts", "src/deep/b.ts"]
    assert {path: checkout.read(path) for path in files} == files
    assert checkout.links() == ["src/link"]
    assert [checkout.read(path) for path in [*links, "gone.txt", "src", "../a", "/etc/passwd"]] == [None] * 6


def test_a_commit_is_fetched_once_and_alone(server: GitServer, checkouts: GitCheckouts, cache: Path) -> None:
    before = server.commit("acme/shop", {"a.txt": b"one"})
    sha = server.commit("acme/shop", {"a.txt": b"two"})

    checkouts.at(SHOP, sha)
    checkouts.at(SHOP, sha)
    checkouts_of(server, cache).at(SHOP, sha)

    assert server.fetches == 1
    with pytest.raises(subprocess.CalledProcessError):
        git("cat-file", "-e", before, cwd=cache / "git.local" / "42" / "repository.git")


def test_a_renamed_repository_keeps_its_cache(server: GitServer, checkouts: GitCheckouts) -> None:
    sha = server.commit("acme/shop", {"a.txt": b"one"})
    checkouts.at(SHOP, sha)

    renamed = RepoRef(SHOP.host, SHOP.installation_id, SHOP.repo_id, "acme", "store")

    assert checkouts.at(renamed, sha).read("a.txt") == b"one"


def test_many_files_are_read_together_with_the_ids_of_their_contents(
    server: GitServer, checkouts: GitCheckouts
) -> None:
    files = {f"f{n}": bytes([n]) * 700_000 for n in range(30)} | {
        "a": b"\n\n",
        "b": b"",
        "c": b"\n\n",
        "d — ü": b"x\0\r\n",
    }
    sha = server.commit("acme/shop", files | {"large": b"x" * 700_001, "link": b"a"}, modes={"link": "120000"})
    checkout = checkouts.at(SHOP, sha)

    read = dict(checkout.read_many([*files, "large", "link", "gone"], largest_bytes=700_000))

    assert read == files
    assert {path: checkout.blobs()[path] for path in files} == {path: blob_id(files[path]) for path in files}
    assert "link" not in checkout.blobs()
    assert list(checkout.read_many([], largest_bytes=1)) == []


def test_an_archive_is_the_tree_as_committed_whatever_its_attributes_say(
    server: GitServer, checkouts: GitCheckouts
) -> None:
    files = {
        ".gitattributes": b"* export-subst text eol=crlf ident\nsecret export-ignore\n*.u working-tree-encoding=UTF-16",
        "a.txt": b"$Format:%H$ $Id$\n",
        "name.u": b"text\n",
        "run.sh": b"#!/bin/sh\n",
        "secret/hidden.txt": b"not hidden\n",
        "sub/.gitattributes": b"[attr]away export-ignore\n* -text export-ignore\n",
        "sub/file": b"here\r\n",
    }
    sha = server.commit("acme/shop", files, modes={"run.sh": "100755"})

    with tarfile.open(checkouts.at(SHOP, sha).archive()) as archive:
        members = {member.name: member for member in archive if member.isfile()}
        contents = {name: found.read() for name in members if (found := archive.extractfile(name))}

    assert contents == files
    assert (members["a.txt"].mode, members["run.sh"].mode) == (0o644, 0o755)
    assert [checkouts.at(SHOP, sha).mode(path) for path in ("a.txt", "run.sh", "no.sh")] == [
        "100644",
        "100755",
        "100644",
    ]


def test_an_archive_is_made_once_and_the_same_everywhere(
    server: GitServer, checkouts: GitCheckouts, tmp_path: Path
) -> None:
    sha = server.commit("acme/shop", {"a.txt": b"one"})

    archive = checkouts.at(SHOP, sha).archive()
    made_at = archive.stat().st_mtime_ns
    elsewhere = checkouts_of(server, tmp_path / "elsewhere").at(SHOP, sha).archive()

    assert checkouts.at(SHOP, sha).archive() == archive
    assert archive.stat().st_mtime_ns == made_at
    assert archive.read_bytes() == elsewhere.read_bytes()
    assert [path.name for path in archive.parent.iterdir()] == [f"{sha}.tar"]


def test_workers_that_want_the_same_commit_fetch_it_once(server: GitServer, cache: Path) -> None:
    sha = server.commit("acme/shop", {"a.txt": b"one"})
    server.fault = hang(0.05)
    workers = [checkouts_of(server, cache) for _ in range(6)]

    def archive(worker: GitCheckouts) -> bytes:
        return worker.at(SHOP, sha).archive().read_bytes()

    with ThreadPoolExecutor(6) as pool:
        archives = list(pool.map(archive, workers))

    assert server.fetches == 1
    assert len(set(archives)) == 1


def test_a_fetch_that_was_killed_does_not_stand_in_the_way(
    server: GitServer, checkouts: GitCheckouts, cache: Path
) -> None:
    checkouts.at(SHOP, server.commit("acme/shop", {"a.txt": b"one"}))
    repository = cache / "git.local" / "42" / "repository.git"
    (repository / "shallow.lock").touch()
    (repository / "objects/pack/tmp_pack_abc").write_bytes(b"half")

    assert checkouts.at(SHOP, server.commit("acme/shop", {"a.txt": b"two"})).read("a.txt") == b"two"
    assert not (repository / "objects/pack/tmp_pack_abc").exists()


@pytest.mark.parametrize(
    "sha",
    [
        pytest.param("main", id="a branch"),
        pytest.param("--upload-pack=touch /tmp/x", id="an option"),
        pytest.param(ABSENT[:12], id="a short SHA"),
        pytest.param(ABSENT + "\n", id="a newline after it"),
        pytest.param(f"{ABSENT}:refs/heads/x", id="a refspec"),
    ],
)
def test_only_a_full_sha_reaches_git(server: GitServer, checkouts: GitCheckouts, sha: str) -> None:
    with pytest.raises(RepoError, match="is not the full SHA of a commit"):
        checkouts.at(SHOP, sha)
    assert server.seen == []


def test_a_commit_that_is_not_there_is_named(server: GitServer, checkouts: GitCheckouts) -> None:
    sha = server.commit("acme/shop", {"a.txt": b"one"})
    tree = git("rev-parse", f"{sha}^{{tree}}", cwd=server.root / "acme/shop.git")

    for absent in (ABSENT, tree):
        with pytest.raises(RepoError, match=f"acme/shop has no commit {absent}"):
            checkouts.at(SHOP, absent)


def test_a_vanished_repository_is_named(checkouts: GitCheckouts) -> None:
    gone = RepoRef(SHOP.host, SHOP.installation_id, 43, "acme", "gone")

    with pytest.raises(RepoError, match="acme/gone does not exist any more or the App may not see it"):
        checkouts.at(gone, ABSENT)
    with pytest.raises(RepoError, match="acme/gone does not exist any more or the App may not see it"):
        checkouts.default_branch(gone)


def test_a_token_that_may_not_read_says_what_to_grant_and_never_itself(server: GitServer, cache: Path) -> None:
    with pytest.raises(RepoError, match="grant it “contents: read”") as refused:
        checkouts_of(server, cache, token="ghs_wrong").at(SHOP, ABSENT)
    assert "ghs_wrong" not in f"{refused.value!r} {refused.value.__cause__!r}"


def test_a_token_that_is_not_known_everywhere_yet_is_tried_again(server: GitServer, checkouts: GitCheckouts) -> None:
    sha = server.commit("acme/shop", {"a.txt": b"one"})
    answers = iter([404, 403])
    server.fault = lambda _: Response(status=status) if (status := next(answers, None)) else None

    assert checkouts.at(SHOP, sha).read("a.txt") == b"one"


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_an_outage_of_the_code_host_passes(server: GitServer, checkouts: GitCheckouts, status: int) -> None:
    server.fault = lambda _: Response("<h1>no</h1>", status)

    with pytest.raises(TransientError, match=f"git cannot reach acme/shop: .*{status}"):
        checkouts.default_branch(SHOP)


def test_nobody_listening_passes(server: GitServer, cache: Path) -> None:
    nowhere = GitCheckouts(cache, clone_url=lambda _: "http://127.0.0.1:1/shop.git", token=lambda _: TOKEN)

    with pytest.raises(TransientError, match="git cannot reach acme/shop: "):
        nowhere.at(SHOP, ABSENT)


def test_a_code_host_that_hangs_is_left_at_the_deadline_with_no_process_behind(server: GitServer, cache: Path) -> None:
    server.fault = hang(3)
    limits = GitLimits(ask=timedelta(seconds=0.3))

    begun = time.monotonic()
    with pytest.raises(TransientError, match="git was stopped after"):
        checkouts_of(server, cache, limits=limits).default_branch(SHOP)

    assert time.monotonic() - begun < 2
    assert soon(lambda: not processes_mentioning(server.url))


def test_the_token_is_in_no_argument_no_address_and_no_file(server: GitServer, cache: Path) -> None:
    sha = server.commit("acme/shop", {"a.txt": b"one"})
    arguments: list[str] = []

    def look(request: Request) -> Response | None:
        arguments.extend(processes_mentioning(server.url))
        return None

    server.fault = look
    checkouts_of(server, cache).at(SHOP, sha).archive()

    files = b"".join(path.read_bytes() for path in cache.rglob("*") if path.is_file())
    assert arguments
    assert not any(secret in "".join(arguments + server.seen) for secret in (TOKEN, "Basic", "x-access-token"))
    assert TOKEN.encode() not in files
    assert b"extraheader" not in files.lower()


def test_only_the_host_itself_gets_the_token(server: GitServer, checkouts: GitCheckouts, tmp_path: Path) -> None:
    with served(tmp_path / "other") as other:
        server.fault = lambda request: Response(status=302, headers={"Location": f"{other.url}{request.full_path}"})
        with pytest.raises(RepoError, match="does not let the App read"):
            checkouts.default_branch(SHOP)

        assert server.authorizations[0] is not None
        assert set(other.authorizations) == {None}


def test_only_http_is_spoken(cache: Path) -> None:
    local = GitCheckouts(cache, clone_url=lambda _: f"file://{cache}", token=lambda _: TOKEN)

    with pytest.raises(ValueError, match="over HTTP only"):
        local.at(SHOP, ABSENT)


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        pytest.param(GitLimits(packed_bytes=1024**2), "its packed code at .* is larger than the 1.0 MiB", id="packed"),
        pytest.param(GitLimits(tree_bytes=2 * 1024**2), "its tree at .* is larger than the 2.0 MiB", id="all files"),
        pytest.param(GitLimits(files=1), "has 2 files at .*; ACS works with up to 1", id="number of files"),
    ],
)
def test_a_repository_that_is_too_large_is_refused_by_name_and_limit(
    server: GitServer, cache: Path, limits: GitLimits, message: str
) -> None:
    sha = server.commit("acme/shop", {"video.bin": os.urandom(3 * 1024**2), "a.txt": b""})

    with pytest.raises(RepoError, match=f"acme/shop.*{message}"):
        checkouts_of(server, cache, limits=limits).at(SHOP, sha)
    assert list(cache.rglob("tmp_*")) == []


def test_a_tree_of_many_links_cannot_outgrow_its_archive(server: GitServer, cache: Path) -> None:
    links = {f"link{n}": b"x" * 900 for n in range(1500)}
    sha = server.commit("acme/shop", links, modes=dict.fromkeys(links, "120000"))
    checkout = checkouts_of(server, cache, limits=GitLimits(tree_bytes=1024**2)).at(SHOP, sha)

    with pytest.raises(RepoError, match=r"its tree at .* is larger than the 1\.0 MiB"):
        checkout.archive()
    assert list((cache / "git.local" / "42" / "archives").iterdir()) == []


def test_a_file_that_is_too_large_to_read_is_named_with_its_size(server: GitServer, checkouts: GitCheckouts) -> None:
    sizes = {"just.txt": 5 * 1024**2, "over.txt": 5 * 1024**2 + 1}
    checkout = checkouts.at(SHOP, server.commit("acme/shop", {path: b"x" * size for path, size in sizes.items()}))

    assert len(checkout.read("just.txt") or b"") == sizes["just.txt"]
    with pytest.raises(RepoError, match=re.escape("over.txt has 5.0 MiB, more than the 5.0 MiB that ACS reads")):
        checkout.read("over.txt")


@pytest.mark.parametrize("name", ["..", ".git", "."])
def test_a_tree_with_a_name_that_leads_elsewhere_is_refused(
    server: GitServer, checkouts: GitCheckouts, name: str
) -> None:
    repository = server.root / "acme/shop.git"
    blob = git("hash-object", "-w", "--stdin", cwd=repository, stdin=b"#!/bin/sh\n")
    entry = f"100644 {name}\0".encode() + bytes.fromhex(blob)
    tree = git("hash-object", "-t", "tree", "-w", "--stdin", "--literally", cwd=repository, stdin=entry)
    sha = git("commit-tree", tree, "-m", "Evil", cwd=repository)
    git("update-ref", "refs/heads/main", sha, cwd=repository)

    with pytest.raises(RepoError, match=f"acme/shop at {sha} has objects that git refuses as malformed"):
        checkouts.at(SHOP, sha)


def test_a_repository_that_another_worker_holds_for_too_long_is_tried_later(server: GitServer, cache: Path) -> None:
    sha = server.commit("acme/shop", {"a.txt": b"one"})
    limits = GitLimits(fetch=timedelta(seconds=0.1))

    with cached_repository(cache, SHOP).locked(patience=timedelta(0)), pytest.raises(TransientError, match="Another"):
        checkouts_of(server, cache, limits=limits).at(SHOP, sha)
