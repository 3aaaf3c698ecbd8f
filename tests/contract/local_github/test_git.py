"""The git database and git itself. https://docs.github.com/en/rest/git"""

import subprocess
from base64 import b64decode
from pathlib import Path

import pytest

from tests.contract.local_github.world import SHOP, VAULT, Document, World, at, git, items, number, text

GIT = f"/repos/{SHOP}/git"
ABSENT = "0123456789abcdef0123456789abcdef01234567"


def url_for(world: World, token: str, repo: str = SHOP) -> str:
    return world.github.clone_url(repo).replace("http://", f"http://x-access-token:{token}@")


def test_a_commit_is_made_from_blobs_to_branch(world: World) -> None:
    with world.bot() as bot:
        parent = text(bot.get(f"{GIT}/ref/heads/main").json(), "object", "sha")
        blob = bot.post(f"{GIT}/blobs", json={"content": "aGVsbG8AAQ==", "encoding": "base64"}).json()
        entries: Document = [
            {"path": "bin/data", "mode": "100644", "type": "blob", "sha": blob["sha"]},
            {"path": "go.sh", "mode": "100755", "type": "blob", "content": "#!/bin/sh\n"},
            {"path": "src/price.ts", "mode": "100644", "type": "blob", "sha": None},
        ]
        tree = bot.post(f"{GIT}/trees", json={"base_tree": parent, "tree": entries}).json()
        wanted = {"message": "Pack it", "tree": tree["sha"], "parents": [parent]}
        commit = bot.post(f"{GIT}/commits", json=wanted).json()
        bot.post(f"{GIT}/refs", json={"ref": "refs/heads/packed", "sha": commit["sha"]})

        files = items(bot.get(f"{GIT}/trees/packed?recursive=1").json(), "tree")
        assert {text(one, "path"): text(one, "mode") for one in files if at(one, "type") == "blob"} == {
            "README.md": "100644",
            "bin/data": "100644",
            "go.sh": "100755",
            "run.sh": "100755",
        }
        assert b64decode(bot.get(f"{GIT}/blobs/{blob['sha']}").json()["content"]) == b"hello\x00\x01"
        shown = bot.get(f"/repos/{SHOP}/contents/go.sh?ref=packed").json()
        assert b64decode(shown["content"]) == b"#!/bin/sh\n"
        assert [text(one, "name") for one in bot.get(f"/repos/{SHOP}/contents/bin?ref=packed").json()] == ["data"]


def test_a_commit_without_an_author_is_the_bots_and_verified(world: World) -> None:
    sha = world.commit({"a.txt": "a\n"})
    with world.bot() as bot:
        commit = bot.get(f"{GIT}/commits/{sha}").json()
        assert text(commit, "author", "name") == "acs[bot]"
        assert (at(commit, "verification", "verified"), at(commit, "verification", "reason")) == (True, "valid")
        assert "SIMULATED" in text(commit, "verification", "signature")
        assert text(bot.get(f"/repos/{SHOP}/commits/{sha}").json(), "author", "login") == "acs[bot]"


def test_a_commit_with_an_author_is_not_verified(world: World) -> None:
    with world.bot() as bot:
        tree = text(bot.get(f"/repos/{SHOP}/branches/main").json(), "commit", "commit", "tree", "sha")
        author = {"name": "Eve", "email": "eve@example.com", "date": "2026-02-03T04:05:06Z"}
        commit = bot.post(f"{GIT}/commits", json={"message": "x", "tree": tree, "author": author}).json()
    assert (at(commit, "verification", "verified"), at(commit, "verification", "reason")) == (False, "unsigned")
    assert at(commit, "author") == {"name": "Eve", "email": "eve@example.com", "date": "2026-02-03T04:05:06Z"}


def test_a_signature_copied_to_another_commit_does_not_verify(world: World, tmp_path: Path) -> None:
    world.commit({"signed.txt": "a\n"}, branch="signed")
    git("clone", "-q", "-b", "signed", url_for(world, world.token()), "clone", cwd=tmp_path)
    clone = tmp_path / "clone"
    raw = git("cat-file", "commit", "HEAD", cwd=clone).stdout.replace("Change it", "Change something else")
    forged = subprocess.run(
        ["git", "hash-object", "-t", "commit", "-w", "--stdin"], cwd=clone, input=raw, capture_output=True, text=True
    ).stdout.strip()
    git("push", "-q", "origin", f"{forged}:refs/heads/forged", cwd=clone)
    with world.bot() as bot:
        verification = at(bot.get(f"{GIT}/commits/{forged}").json(), "verification")
    assert (at(verification, "verified"), at(verification, "reason")) == (False, "unknown_key")


@pytest.mark.parametrize(
    ("ref", "sha", "message"),
    [
        pytest.param("refs/heads/main", None, "Reference already exists", id="a branch that is there"),
        pytest.param("refs/heads/new", ABSENT, "Object does not exist", id="a commit that is not there"),
        pytest.param("refs/heads/a..b", None, "Validation Failed", id="a name no ref may have"),
        pytest.param("main", None, "Reference name must start with", id="a short name"),
    ],
)
def test_a_branch_that_cannot_be_is_refused(world: World, ref: str, sha: str | None, message: str) -> None:
    with world.bot() as bot:
        head = text(bot.get(f"{GIT}/ref/heads/main").json(), "object", "sha")
        answer = bot.post(f"{GIT}/refs", json={"ref": ref, "sha": sha or head})
    assert answer.status_code == 422
    assert message in answer.json()["message"]


def test_a_branch_moves_back_only_by_force(world: World) -> None:
    world.commit({"a.txt": "1\n"}, branch="forced")
    other = world.commit({"a.txt": "2\n"})
    with world.bot() as bot:
        url = f"{GIT}/refs/heads/forced"
        refused = bot.patch(url, json={"sha": other})
        assert (refused.status_code, refused.json()["message"]) == (422, "Update is not a fast forward")
        assert text(bot.patch(url, json={"sha": other, "force": True}).json(), "object", "sha") == other
        assert bot.delete(url).status_code == 204
        assert bot.get(f"{GIT}/ref/heads/forced").status_code == 404
        assert bot.delete(url).json()["message"] == "Reference does not exist"


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param({"path": "../up", "content": "x"}, id="out of the tree"),
        pytest.param({"path": ".git/config", "content": "x"}, id="into .git"),
        pytest.param({"path": "gone.txt", "sha": None}, id="removing what is not there"),
        pytest.param({"path": "a.txt", "sha": ABSENT}, id="a blob that is not there"),
        pytest.param({"path": "a.txt", "sha": "--batch-all-objects"}, id="a blob that is an option of git"),
        pytest.param({"path": "a", "mode": "040000", "sha": "--help"}, id="a tree that is an option of git"),
    ],
)
def test_a_tree_that_cannot_be_is_refused(world: World, entry: dict[str, Document]) -> None:
    with world.bot() as bot:
        head = text(bot.get(f"{GIT}/ref/heads/main").json(), "object", "sha")
        wanted = {"base_tree": head, "tree": [{"mode": "100644", "type": "blob", **entry}]}
        assert bot.post(f"{GIT}/trees", json=wanted).status_code == 422


def test_workflows_take_a_permission_of_their_own(world: World) -> None:
    sha = world.commit({".github/workflows/ci.yml": "on: push\n"})
    with world.bot() as bot, world.person("tom") as tom:
        wanted = {"ref": "refs/heads/workflow", "sha": sha}
        refused = bot.post(f"{GIT}/refs", json=wanted)
        assert (refused.status_code, refused.headers["X-Accepted-GitHub-Permissions"]) == (403, "workflows=write")
        assert tom.post(f"{GIT}/refs", json=wanted).status_code == 201


def test_a_push_is_announced_and_moves_its_pull_request(world: World, tmp_path: Path) -> None:
    pull = world.pull("pushed-to")
    since = len(world.receiver.heard)
    git("clone", "-q", "-b", "pushed-to", url_for(world, world.github.keys.tokens["tom"]), "clone", cwd=tmp_path)
    clone = tmp_path / "clone"
    (clone / "big.bin").write_bytes(bytes(range(256)) * 16_000)  # large enough to be sent in chunks
    git("add", ".", cwd=clone)
    git("commit", "-q", "-m", "Add a large file", cwd=clone)
    git("push", "-q", "origin", "HEAD", cwd=clone)
    head = git("rev-parse", "HEAD", cwd=clone).stdout.strip()

    push = world.receiver.wait("push", since).payload
    assert (text(push, "ref"), text(push, "after")) == ("refs/heads/pushed-to", head)
    assert (text(push, "pusher", "name"), at(push, "head_commit", "added")) == ("tom", ["big.bin"])
    moved = world.receiver.wait("pull_request.synchronize", since).payload
    assert (number(moved, "number"), text(moved, "pull_request", "head", "sha")) == (pull, head)
    assert text(world.receiver.wait("check_suite.requested", since).payload, "check_suite", "head_sha") == head


def test_any_commit_can_be_fetched_by_its_sha(world: World, tmp_path: Path) -> None:
    sha = world.commit({"loose.txt": "no branch points here\n"})
    git("init", "-q", cwd=tmp_path)
    git("fetch", "-q", "--depth=1", url_for(world, world.token(permissions={"contents": "read"})), sha, cwd=tmp_path)
    assert git("show", "FETCH_HEAD:loose.txt", cwd=tmp_path).stdout == "no branch points here\n"


def test_git_asks_for_the_permission_it_needs(world: World, tmp_path: Path) -> None:
    reader = url_for(world, world.token(permissions={"contents": "read"}))
    git("clone", "-q", reader, "clone", cwd=tmp_path)
    clone = tmp_path / "clone"
    git("commit", "-q", "--allow-empty", "-m", "x", cwd=clone)
    assert git("push", "-q", "origin", "HEAD:refs/heads/nope", cwd=clone, check=False).returncode != 0
    assert git(
        "ls-remote", url_for(world, world.token(repositories=["shop"]), VAULT), cwd=clone, check=False
    ).returncode
    assert git("ls-remote", world.github.clone_url(VAULT), cwd=clone, check=False).returncode
    assert git("ls-remote", world.github.clone_url(SHOP), cwd=clone).stdout


def test_commits_are_compared(world: World) -> None:
    sha = world.commit({"src/price.ts": "export const price = 2\n", "new.txt": "n\n"}, branch="compared")
    with world.bot(permissions={"contents": "read"}) as bot:
        found = bot.get(f"/repos/{SHOP}/compare/main...compared").json()
        assert (found["status"], found["ahead_by"], found["behind_by"]) == ("ahead", 1, 0)
        assert text(found, "commits", 0, "sha") == sha
        files = {text(one, "filename"): one for one in items(found, "files")}
        assert (at(files["new.txt"], "status"), at(files["src/price.ts"], "status")) == ("added", "modified")
        assert text(files["src/price.ts"], "patch") == "@@ -1 +1 @@\n-export const price = 1\n+export const price = 2"
        assert bot.get(f"/repos/{SHOP}/compare/main...nowhere").status_code == 404
