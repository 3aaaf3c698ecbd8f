"""The check run "ACS / config": on which heads it is, what it says there, and that what is merged decides."""

from collections.abc import Mapping

import pytest

from app.domain.repo import HeadSha, PullRef, RepoRef
from app.errors import RepoError, StaleFence
from app.jobs import CheckConfig, ConcludeConfig, ResumeCheck
from app.ports.code_host import CheckRunId, Conclusion
from tests.fakes.code_host import InMemoryCodeHost, RecordedCheck, RecordedCommit
from tests.fakes.lane import lane_lost
from tests.unit.validation.world import REPO, World

PATH = ".github/acs.yml"
THREE = b"version: 1\ngeneration: {constraints: {maxFiles: 3}}\n"
FORTY = b"version: 1\ngeneration: {constraints: {maxFiles: 40}}\n"
TYPO = b"version: 1\ngeneration:\n  constraint: {}\n"
CHANGED = ("completed", "success", "Valid; 1 value changes")
UNCHANGED = ("completed", "success", "Valid; nothing changes in effect")
INVALID = ("completed", "failure", "1 thing to mend")


class ConfigWorld(World):
    """Only the configuration is looked at: the tests of a head are found to be done."""

    reads_config = True

    def edit(self, files: Mapping[str, bytes | None], *, branch: str = "topic") -> HeadSha:
        """Somebody changes files on a branch; `None` takes one away."""
        before = self.host.branches[branch]
        tree = dict(self.host.commits[before].tree)
        for path, content in files.items():
            tree.pop(path, None)
            if content is not None:
                tree[path] = ("100644", content)
        sha = self.host.record(RecordedCommit((before,), tree, "Edit"))
        self.host.branches[branch] = sha
        if branch == "topic":
            self.head = sha
        return sha

    def look(self, check_run: int | None = None) -> None:
        self.arrive(CheckConfig(PullRef(REPO, 8), self.head, check_run))
        self.work()

    @property
    def config_checks(self) -> list[RecordedCheck]:
        return [check for check in self.host.checks.values() if check.run.name == "ACS / config"]

    @property
    def config(self) -> tuple[str, Conclusion | None, str]:
        (check,) = self.config_checks
        return check.run.status, check.run.conclusion, check.output.title


def based_on(content: bytes | None) -> ConfigWorld:
    """The topic begins at a base with this configuration."""
    world = ConfigWorld()
    if content is not None:
        world.host.branches["topic"] = world.head = world.edit({PATH: content}, branch="main")
    return world


@pytest.mark.parametrize(
    ("base", "head", "shown"),
    [
        pytest.param(None, THREE, CHANGED, id="added"),
        pytest.param(THREE, FORTY, CHANGED, id="changed"),
        pytest.param(THREE, None, CHANGED, id="taken away"),
        pytest.param(THREE, THREE + b"# why\n", UNCHANGED, id="said"),
        pytest.param(THREE, TYPO, INVALID, id="broken"),
        pytest.param(TYPO, THREE, CHANGED, id="mended"),
        pytest.param(TYPO, TYPO + b"# why\n", INVALID, id="left broken"),
    ],
)
def test_a_head_that_edits_the_configuration_hears_what_it_means(
    base: bytes | None, head: bytes | None, shown: tuple[str, Conclusion, str]
) -> None:
    world = based_on(base)
    world.edit({PATH: head})

    world.look()

    assert world.config == shown


@pytest.mark.parametrize("base", [pytest.param(None, id="without a file"), pytest.param(THREE, id="with a valid file")])
def test_a_head_that_leaves_a_valid_configuration_alone_gets_no_check_run(base: bytes | None) -> None:
    world = based_on(base)
    world.edit({"README.md": b"# Shop\n"})

    world.look()

    assert (world.config_checks, world.audit) == ([], [])


def test_a_head_with_an_invalid_configuration_hears_so_although_it_did_not_edit_it() -> None:
    world = based_on(TYPO)
    world.edit({"README.md": b"# Shop\n"})

    world.look()

    assert world.config == INVALID


def test_what_changed_on_the_base_meanwhile_is_no_change_of_the_head() -> None:
    world = based_on(THREE)
    world.edit({"README.md": b"# Shop\n"})
    world.edit({PATH: FORTY}, branch="main")

    world.look()

    assert world.config_checks == []


def test_each_problem_stands_on_its_line() -> None:
    world = based_on(None)
    world.edit({PATH: b"version: 2\ngeneration:\n  constraint: {}\n"})

    world.look()

    (check,) = world.config_checks
    assert [(one.path, one.start_line, one.level) for one in check.annotations] == [
        (PATH, 1, "failure"),
        (PATH, 3, "failure"),
    ]


def test_what_the_organisation_locked_is_a_problem_of_the_head() -> None:
    world = based_on(None)
    home = RepoRef("github.com", 1, 43, "octo", ".github")
    locked = b"version: 1\nlocked: [generation]\n"
    world.checkouts.neighbours.hosts.append(InMemoryCodeHost(home, {PATH: locked}))
    world.edit({PATH: FORTY})

    world.look()

    (check,) = world.config_checks
    assert "is locked by octo/.github: .github/acs.yml:2" in check.annotations[0].message


def test_a_new_head_has_its_tests_and_its_configuration_looked_at() -> None:
    world = based_on(None)
    world.edit({PATH: THREE})
    world.head_moves()

    world.work()

    assert world.conclusions == {world.head: ["success", "success"]}
    assert sorted(run.name for run in world.runs) == ["ACS / config", "ACS / tests"]


def test_a_re_run_looks_again() -> None:
    world = based_on(None)
    world.edit({PATH: THREE})
    world.head_moves()
    world.work()

    world.rerun()
    world.work()

    assert [check.run.conclusion for check in world.config_checks] == ["success", "success"]


def test_the_configuration_of_a_fork_is_read_and_its_code_is_not_run() -> None:
    world = based_on(None)
    world.host.pulls[8].is_fork = True
    world.edit({PATH: TYPO})
    world.head_moves(is_fork=True)

    world.work()

    assert world.config == INVALID
    assert world.sandbox.steps == []


@pytest.mark.parametrize("write", range(1, 10))
def test_a_check_that_is_cut_short_anywhere_is_one_check_in_the_end(write: int) -> None:
    world = based_on(None)
    world.edit({PATH: THREE})
    world.before_write = {write: lane_lost}
    world.arrive(CheckConfig(PullRef(REPO, 8), world.head))

    try:
        world.work()
    except StaleFence:
        world.work()

    assert world.config == CHANGED
    assert world.audit == [("config.check", "valid"), ("check.queue", "queued"), ("check.conclude", "success")]


@pytest.mark.parametrize("why", ["closed", "moved on"])
def test_a_head_that_is_gone_is_left_alone(why: str) -> None:
    world = based_on(None)
    head = world.edit({PATH: THREE})
    if why == "closed":
        world.host.pulls[8].is_open = False
    else:
        world.push()

    world.arrive(CheckConfig(PullRef(REPO, 8), head))
    world.work()

    assert world.config_checks == []


def stuck() -> ConfigWorld:
    """A check run about the configuration is open, and nothing is left that would conclude it."""
    world = based_on(None)
    world.edit({PATH: THREE})
    world.head_moves()
    world.work_until(ConcludeConfig)
    assert isinstance(world.lose_job(), ConcludeConfig)
    world.work()
    return world


def open_check(world: ConfigWorld) -> CheckRunId:
    (check,) = world.config_checks
    assert check.run.conclusion is None
    return check.run.id


def test_a_check_run_that_was_never_concluded_is_concluded() -> None:
    world = stuck()

    world.arrive(ResumeCheck(REPO, world.head, open_check(world)))
    world.work()

    assert world.config == CHANGED
    assert len(world.sandbox.steps) == 1


def test_a_check_run_that_was_never_concluded_and_says_nothing_any_more_is_concluded_too() -> None:
    world = stuck()
    check_run = open_check(world)
    world.edit({PATH: THREE}, branch="main")
    world.host.branches["main"] = world.head

    world.arrive(ResumeCheck(REPO, world.head, check_run))
    world.work()

    assert world.config == UNCHANGED


def test_a_check_run_on_a_head_that_was_replaced_is_cancelled() -> None:
    world = stuck()
    world.announce(world.push())

    world.work()

    old, *_ = world.config_checks
    assert (old.run.conclusion, old.output.title) == ("cancelled", "Not needed any more")
    assert "tests" not in old.output.summary


def test_a_head_that_comes_back_after_its_check_was_stopped_is_looked_at_again() -> None:
    world = stuck()
    first = world.head
    world.announce(world.push())
    world.work()
    world.host.branches["topic"] = first

    world.announce(first)
    world.work()

    of_first = [check.run.conclusion for check in world.config_checks if check.run.head_sha == first]
    assert of_first == ["cancelled", "success"]


def test_a_head_that_cannot_be_read_is_left_to_the_worker_to_say() -> None:
    world = based_on(None)
    world.edit({PATH: THREE})
    world.checkouts.refusal = RepoError("octo/shop is too large")
    world.arrive(CheckConfig(PullRef(REPO, 8), world.head))

    with pytest.raises(RepoError, match="too large"):
        world.work()

    assert world.config_checks == []
