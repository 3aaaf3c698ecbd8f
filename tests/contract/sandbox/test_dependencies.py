"""Installing what lock files name, from the real registries."""

import json
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.adapters.dependencies import NpmPipDependencies
from app.adapters.sandbox.sandbox import BubblewrapSandbox
from app.errors import RepoError, TransientError
from app.ports.dependencies import Ecosystem
from app.ports.sandbox import Step

SEMVER = "sha512-RF0Fw+rO5AMf9MAyaRXI4AV0Ulj5lMHqVxxdSgiVbixSCXoEmmX/jk0CuJw4+3SqroYO9VoUh+HcuJivvtJemA=="
INICONFIG = "sha256:9121e2c1fdb355232495be3194c8dfe87ccc2d5dee45947b78e68f499790d7a7"
NOBODY_LISTENS = "https://127.0.0.1:9/"


@pytest.fixture
def kept(state_dir: Path) -> Iterator[Path]:
    yield state_dir
    shutil.rmtree(state_dir / "dependencies", ignore_errors=True)


@pytest.fixture
def dependencies(sandbox: BubblewrapSandbox, kept: Path) -> NpmPipDependencies:
    return NpmPipDependencies(sandbox, kept)


def test_npm_packages_are_installed_once_and_can_be_required(
    sandbox: BubblewrapSandbox, dependencies: NpmPipDependencies
) -> None:
    first = dependencies.install("npm", npm())
    second = dependencies.install("npm", npm())

    assert (first.was_cached, second.was_cached) == (False, True)
    assert first.folder == second.folder
    step = Step(
        argv=("sh", "-c", 'semver 1.2.3 -i minor && node -p \'require("semver").major("3.0.0")\''),
        read_only={"node_modules": first.folder},
    )
    assert sandbox.run(step).output == "1.3.0\n3\n"
    assert (first.folder / "semver" / "index.js").stat().st_mode & 0o777 == 0o444
    assert [entry.name for entry in first.folder.parent.parent.iterdir() if entry.name.endswith(".making")] == []


def test_python_packages_are_installed_with_their_bytecode(
    sandbox: BubblewrapSandbox, dependencies: NpmPipDependencies
) -> None:
    installed = dependencies.install("pip", pip(f"iniconfig==2.3.1 --hash={INICONFIG}"))

    step = Step(
        argv=("python3", "-v", "-c", "import iniconfig; print(iniconfig.__file__)"),
        read_only={"packages": installed.folder},
        environment={"PYTHONPATH": "packages"},
    )
    output = sandbox.run(step).output
    assert "/sandbox/repo/packages/iniconfig/__init__.py" in output
    assert "matches /sandbox/repo/packages/iniconfig/__init__.py" in output


def test_two_workers_that_want_the_same_packages_install_them_once(dependencies: NpmPipDependencies) -> None:
    with ThreadPoolExecutor(3) as pool:
        installed = list(pool.map(dependencies.install, ["npm"] * 3, [npm()] * 3))

    assert sorted(install.was_cached for install in installed) == [False, True, True]


def test_what_a_killed_worker_left_half_made_is_made_again(dependencies: NpmPipDependencies) -> None:
    folder = dependencies.install("npm", npm()).folder.parent
    folder.rename(folder.with_name(f"{folder.name}.making"))

    again = dependencies.install("npm", npm())

    assert not again.was_cached
    assert (again.folder / "semver" / "package.json").is_file()


def test_a_stale_npm_lock_is_named_with_the_command_that_mends_it(dependencies: NpmPipDependencies) -> None:
    with pytest.raises(RepoError) as refusal:
        dependencies.install("npm", npm(wanted="7.0.0"))

    assert "run `npm install` and commit package-lock.json" in str(refusal.value)
    assert "lock file's semver@7.7.2 does not satisfy semver@7.0.0" in str(refusal.value)


def test_a_package_that_is_not_what_was_locked_is_refused(dependencies: NpmPipDependencies) -> None:
    with pytest.raises(RepoError, match="lock the dependencies again and commit the lock file"):
        dependencies.install("npm", npm(integrity="sha512-" + "A" * 86 + "=="))
    with pytest.raises(RepoError, match="lock the dependencies again and commit the lock file"):
        dependencies.install("pip", pip("iniconfig==2.3.1 --hash=sha256:" + "0" * 64))


def test_a_version_that_was_never_published_is_the_repositorys_to_mend(dependencies: NpmPipDependencies) -> None:
    with pytest.raises(RepoError, match="lock versions that are published"):
        dependencies.install("pip", pip("iniconfig==9999 --hash=sha256:" + "0" * 64))


@pytest.mark.parametrize("ecosystem", ["npm", "pip"])
def test_a_registry_that_does_not_answer_is_tried_again_later(
    sandbox: BubblewrapSandbox, kept: Path, ecosystem: Ecosystem
) -> None:
    unreachable = NpmPipDependencies(sandbox, kept, npm_registry=NOBODY_LISTENS, pip_index_url=NOBODY_LISTENS)
    manifests = npm() if ecosystem == "npm" else pip(f"iniconfig==2.3.1 --hash={INICONFIG}")

    with pytest.raises(TransientError, match=f"the {ecosystem} registry did not answer"):
        unreachable.install(ecosystem, manifests)


def test_install_scripts_are_not_run(dependencies: NpmPipDependencies) -> None:
    scripts = {"preinstall": "exit 1", "install": "exit 1", "postinstall": "exit 1", "prepare": "exit 1"}

    assert dependencies.install("npm", npm(scripts=scripts)).folder.is_dir()


def npm(
    *, wanted: str = "7.7.2", integrity: str = SEMVER, scripts: Mapping[str, str] | None = None
) -> Mapping[str, bytes]:
    package = {"name": "shop", "version": "1.0.0", "dependencies": {"semver": wanted}}
    locked = {"version": "7.7.2", "integrity": integrity, "bin": {"semver": "bin/semver.js"}}
    own = {**package, "dependencies": {"semver": "7.7.2"}}
    lock = {**own, "lockfileVersion": 3, "requires": True, "packages": {"": own, "node_modules/semver": locked}}
    return {
        "package.json": json.dumps({**package, "scripts": scripts or {}}).encode(),
        "package-lock.json": json.dumps(lock).encode(),
    }


def pip(*lines: str) -> Mapping[str, bytes]:
    return {"requirements.txt": "\n".join(lines).encode()}
