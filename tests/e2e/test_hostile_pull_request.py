"""J10: a pull request whose tests attack the worker. Each attack works without a sandbox; with it, the check is red."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from app.adapters.toolchain import prepare
from tests.e2e.world import SHOP, Json, World, concluded

DEADLINE_SECONDS = 20
MEMORY_MB = 512

# Each returns normally when it succeeded. HOST is a folder there that anybody may write to, PORT a server's.
ATTACKS = {
    "reads the environment of the worker": """
        const fs = require("fs");
        const seen = fs.readdirSync("/proc").filter((name) => /^[0-9]+$/.test(name)).some((pid) => {
          try { return fs.readFileSync(`/proc/${pid}/environ`, "utf8").includes("ACS_GITHUB_APP_ID"); }
          catch { return false; }
        });
        if (!seen) throw new Error("no environment of the worker is to be seen");""",
    "opens the network": """
        await new Promise((resolve, reject) => {
          const socket = require("net").connect(PORT, "127.0.0.1");
          socket.on("connect", () => { socket.end(); resolve(); }).on("error", reject);
        });""",
    "writes outside": """
        require("fs").writeFileSync("HOST/written", "x");""",
    "forks without end": """
        const children = Array.from({ length: 400 }, () => {
          const child = require("child_process").spawn("sleep", ["6"], { stdio: "ignore" });
          child.on("error", () => {});
          return child;
        });
        await new Promise((resolve) => setTimeout(resolve, 1500));
        if (children.some((child) => child.pid === undefined)) throw new Error("not all of 400 processes began");""",
    "fills memory": """
        const held = [];
        for (let mb = 0; mb < 900; mb += 50) held.push(Buffer.alloc(50 * 1024 * 1024, 1));""",
    "outlives its deadline": """
        const late = "setTimeout(() => require('fs').writeFileSync('HOST/late', 'x'), 4000)";
        require("child_process").spawn(process.execPath, ["-e", late], { detached: true, stdio: "ignore" }).unref();
        process.on("SIGTERM", () => {});
        if (process.env.NO_SANDBOX === undefined) for (;;) {}""",
}

# How the check of each attack may end: its test failed, or it was stopped; never that nothing was installed or run.
FAILED = r"❌ `attack`"
STOPPED = rf"Jest was stopped after {DEADLINE_SECONDS} s"
KILLED = (
    rf"needed more than {MEMORY_MB} MiB of memory|Jest was killed before it had finished|terminated by another process"
)
ENDS = {
    "reads the environment of the worker": FAILED,
    "opens the network": FAILED,
    "writes outside": FAILED,
    "forks without end": f"{FAILED}|{KILLED}|{STOPPED}",
    "fills memory": f"{FAILED}|{KILLED}",
    "outlives its deadline": STOPPED,
}


@pytest.fixture(scope="module")
def host(state: Path) -> Path:
    """A folder on the host that anybody may write to."""
    folder = state / "host"
    folder.mkdir()
    folder.chmod(0o777)
    return folder


@pytest.fixture(scope="module")
def world(state: Path) -> Iterator[World]:
    settings = {
        "ACS_TESTS_DEADLINE": f"PT{DEADLINE_SECONDS}S",
        "ACS_TESTS_MEMORY_MB": str(MEMORY_MB),
        "ACS_LONG_WORKERS": "2",
    }
    with World(state, settings=settings) as world:
        yield world


def script(attack: str, world: World, host: Path) -> str:
    body = ATTACKS[attack].replace("HOST", str(host)).replace("PORT", str(world.stack.redis_port))
    return f"module.exports = async () => {{{body}\n}};\n"


def propose(world: World, branch: str, files: dict[str, str]) -> Json:
    """A pull request of somebody who may push, with these files."""
    base = world.get(f"/repos/{SHOP}/git/ref/heads/main")["object"]["sha"]
    entries = [{"path": path, "mode": "100644", "type": "blob", "content": text} for path, text in files.items()]
    tree = world.act("omar", "POST", f"/repos/{SHOP}/git/trees", {"base_tree": base, "tree": entries})["sha"]
    commit = {"message": branch, "tree": tree, "parents": [base]}
    sha = world.act("omar", "POST", f"/repos/{SHOP}/git/commits", commit)["sha"]
    world.act("omar", "POST", f"/repos/{SHOP}/git/refs", {"ref": f"refs/heads/{branch}", "sha": sha})
    return world.act("omar", "POST", f"/repos/{SHOP}/pulls", {"title": branch, "head": branch, "base": "main"})


@pytest.fixture(scope="module")
def pulls(world: World, host: Path) -> dict[str, Json]:
    """One pull request for each attack, all at once."""
    test = 'const attack = require("./attack.js");\ntest("attack", attack, 60000);\n'
    return {
        attack: propose(
            world, attack.replace(" ", "-"), {"src/attack.js": script(attack, world, host), "src/attack.test.js": test}
        )
        for attack in ATTACKS
    }


@pytest.mark.parametrize("attack", ATTACKS)
def test_without_a_sandbox_the_attack_succeeds(attack: str, world: World, host: Path) -> None:
    where = host / "attack.js"
    where.write_text(script(attack, world, host))
    node = shutil.which("node") or str(prepare(world.stack.state).mounts[0].source / "bin" / "node")
    environment = {"PATH": os.defpath, "ACS_GITHUB_APP_ID": "4242", "NO_SANDBOX": "1"}

    run = [node, "-e", f"require({str(where)!r})().then(() => process.exit(0))"]
    done = subprocess.run(run, env=environment, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 0, done.stderr
    for written in left_behind(attack, host):
        written.unlink()


def left_behind(attack: str, host: Path) -> Sequence[Path]:
    """What the attack leaves on the host, once it is there."""
    names = {"writes outside": "written", "outlives its deadline": "late"}
    if attack not in names:
        return []
    path = host / names[attack]
    for _ in range(100):
        if path.exists():
            return [path]
        subprocess.run(["sleep", "0.1"], check=True)
    raise AssertionError(f"without a sandbox, {path} is not there either")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("attack", ATTACKS)
def test_in_the_sandbox_the_check_says_failed_or_timed_out(
    attack: str, world: World, pulls: dict[str, Json], host: Path
) -> None:
    (run,) = concluded(world, pulls[attack]["head"]["sha"], within=200)

    output = run["output"]
    said = f"{output['title']}\n{output['summary']}\n{output['text']}"
    assert run["conclusion"] == ("timed_out" if re.search(STOPPED, said) else "failure"), said
    assert re.search(ENDS[attack], said), said
    assert not (host / "written").exists()
    assert not (host / "late").exists()


def test_the_worker_goes_on_afterwards(world: World, pulls: dict[str, Json]) -> None:
    for pull in pulls.values():
        concluded(world, pull["head"]["sha"], within=200)

    harmless = propose(world, "harmless", {"src/harmless.test.js": 'test("adds", () => expect(1 + 1).toBe(2));\n'})

    (run,) = concluded(world, harmless["head"]["sha"], within=60)
    assert run["conclusion"] == "success"
