"""A generated change becomes one commit, one branch and one draft pull request, or leaves nothing behind."""

import pytest

from app.domain.repo import HeadSha
from app.errors import RepoError, StaleFence, TransientError
from app.jobs import ProposeChange
from app.ports.code_host import BranchExists
from tests.fakes.code_host import ProposedPull, RecordedCommit
from tests.fakes.lane import lane_lost
from tests.unit.generation.world import World

BRANCH = "acs/issue-1-add-a-parser"
DONE = "### ✅ Done: a draft pull request is open"
CANCELLED = "### ⏹️ Cancelled"

# what is written, one after the other, when a change is proposed
COMMIT_MEANT, COMMIT, COMMIT_KNOWN = 1, 2, 3
BRANCH_MEANT, BRANCH_MADE, BRANCH_KNOWN = 4, 5, 6
PULL_MEANT, PULL, PULL_KNOWN = 7, 8, 9
COMMENT_MEANT, COMMENT, RECORD = 10, 11, 12


def generated() -> World:
    """A world in which a change waits to be proposed; writes are counted from here."""
    world = World()
    world.label()
    world.attempt()
    world.generate()
    world.writes = 0
    return world


def proposed() -> World:
    world = generated()
    world.work()
    return world


def cut_short(world: World, write: int) -> World:
    world.before_write = {write: lane_lost}
    with pytest.raises(StaleFence):
        world.attempt()
    return world


def test_a_change_is_one_commit_one_branch_and_one_draft_pull_request() -> None:
    world = generated()
    main = world.host.branches["main"]

    world.work()

    assert (world.branches, world.host.branches["main"]) == ([BRANCH], main)
    commit = world.host.commits[world.host.branches[BRANCH]]
    assert commit.parents == (main,)
    assert set(commit.tree) - set(world.host.commits[main].tree) == {"src/parser.ts", "src/parser.test.ts"}
    assert commit.message == (
        "Add the module parser\n\nAsked for in #1.\n\nCo-authored-by: maria <7+maria@users.noreply.github.com>\n"
    )
    assert (world.pull.head_branch, world.pull.base_branch) == (BRANCH, "main")
    assert (world.pull.is_draft, world.pull.title) == (True, "Add a parser")
    assert world.pull.body.startswith("<!-- acs:task=github.com/42/1 -->\nCloses #1\n")


def test_the_proposal_is_told_in_the_progress_comment_and_kept() -> None:
    world = proposed()

    head, (number,) = world.host.branches[BRANCH], world.host.pulls
    assert DONE in world.comment
    assert f"- Pull request: #{number}\n" in world.comment
    assert f"- Commit: `{head[:12]}`, signed\n" in world.comment
    assert world.task is not None
    assert world.task.proposal is not None
    assert (world.task.state, world.task.proposal.pull, world.task.proposal.head_sha) == ("proposed", number, head)
    assert world.audit[-1] == ("acs", "task.propose", "proposed")


@pytest.mark.parametrize("write", range(COMMIT_MEANT, RECORD + 1))
def test_a_proposal_that_is_cut_short_anywhere_is_one_proposal_in_the_end(write: int) -> None:
    world = cut_short(generated(), write)
    assert world.audit == [("maria", "task.start", "started")]

    world.work()

    assert (world.branches, len(world.host.pulls), len(world.comments)) == ([BRANCH], 1, 1)
    assert world.host.branches[BRANCH][:12] in world.comment
    assert world.audit == [("maria", "task.start", "started"), ("acs", "task.propose", "proposed")]


def test_a_proposal_is_written_in_twelve_steps() -> None:
    world = proposed()

    assert world.writes == RECORD


@pytest.mark.parametrize("write", range(COMMIT_MEANT, RECORD + 1))
def test_a_host_that_fails_once_anywhere_gets_one_proposal_in_the_end(write: int) -> None:
    world = generated()
    outage = TransientError("GitHub answered with status 502, which makes no sense here")
    world.before_write = {write: lambda: world.host.broken_by.append(outage)}

    try:
        world.attempt()
    except TransientError:
        world.attempt()

    world.host.broken_by.clear()
    assert (world.branches, len(world.host.pulls), len(world.comments)) == ([BRANCH], 1, 1)
    assert DONE in world.comment


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(COMMIT_MEANT, id="before the commit"),
        pytest.param(COMMIT, id="while the commit is made"),
        pytest.param(COMMIT_KNOWN, id="between commit and branch"),
        pytest.param(BRANCH_MADE, id="while the branch is made"),
        pytest.param(BRANCH_KNOWN, id="between branch and pull request"),
    ],
)
def test_a_request_taken_back_in_the_middle_leaves_nothing_behind(write: int) -> None:
    world = generated()
    world.before_write = {write: world.unlabel}

    world.work()

    assert (world.branches, world.host.pulls) == ([], {})
    assert CANCELLED in world.comment
    assert world.audit[-2:] == [("acs", "task.propose", "taken back"), ("maria", "task.cancel", "cancelled")]


def test_a_request_taken_back_before_anything_was_written_writes_nothing() -> None:
    world = generated()
    commits = len(world.host.commits)
    world.unlabel()

    world.work()

    assert (world.branches, world.host.pulls, len(world.host.commits)) == ([], {}, commits)


@pytest.mark.parametrize("write", range(PULL, RECORD + 1))
def test_a_request_taken_back_too_late_finds_its_pull_request_open(write: int) -> None:
    world = generated()
    world.before_write = {write: world.unlabel}

    world.work()

    assert (world.branches, world.pull.is_open) == ([BRANCH], True)
    assert DONE in world.comment


@pytest.mark.parametrize("write", range(BRANCH_MEANT, PULL + 1))
def test_a_request_taken_back_after_its_proposal_was_cut_short_before_the_pull_request_leaves_nothing(
    write: int,
) -> None:
    world = cut_short(generated(), write)
    world.unlabel()

    world.work()

    assert (world.branches, world.host.pulls) == ([], {})
    assert CANCELLED in world.comment


def test_undoing_that_is_cut_short_is_done_in_the_end() -> None:
    world = generated()
    world.before_write = {BRANCH_KNOWN: world.unlabel, PULL_MEANT: lane_lost}
    with pytest.raises(StaleFence):
        world.attempt()
    assert world.branches == [BRANCH]

    world.work()

    assert world.branches == []


def somebody_elses(world: World) -> HeadSha:
    """A branch of the name that the change is to get, with a pull request, as an earlier ACS may have left it."""
    head = world.host.record(RecordedCommit((world.host.branches["main"],), {}, "Somebody's work"))
    world.host.branches[BRANCH] = head
    world.host.pulls[99] = ProposedPull("Theirs", "", BRANCH, "main", head)
    return head


def test_a_branch_of_that_name_that_is_not_ours_is_left_alone_and_named() -> None:
    world = generated()
    theirs = somebody_elses(world)

    with pytest.raises(BranchExists, match=f"octo/shop has a branch {BRANCH} already"):
        world.attempt()
    with pytest.raises(BranchExists):
        world.attempt()

    assert world.host.branches[BRANCH] == theirs
    assert world.pull.title == "Theirs"


@pytest.mark.parametrize("write", [COMMIT_MEANT, COMMIT_KNOWN, BRANCH_MEANT])
def test_a_request_taken_back_leaves_a_branch_that_is_not_ours_alone(write: int) -> None:
    world = cut_short(generated(), write)
    theirs = somebody_elses(world)
    world.unlabel()

    world.work()

    assert world.host.branches[BRANCH] == theirs
    assert world.pull.is_open
    assert CANCELLED in world.comment


def test_a_run_is_proposed_once() -> None:
    world = proposed()
    before = (world.comment, world.task, world.audit)
    world.arrive(ProposeChange(world.issue, 1))

    world.work()

    assert (world.comment, world.task, world.audit) == before


def test_a_run_that_ended_is_not_proposed() -> None:
    world = generated()
    change = world.lose_job()
    world.close()
    world.arrive(change)

    world.work()

    assert (world.branches, world.host.pulls) == ([], {})
    assert CANCELLED in world.comment


def test_the_change_of_a_run_that_another_one_followed_is_not_proposed() -> None:
    world = generated()
    change = world.lose_job()
    world.unlabel()
    world.label()
    world.attempt()
    world.attempt()
    world.lose_job()

    world.arrive(change)
    world.work()

    assert (world.branches, world.host.pulls) == ([], {})


def test_a_run_without_a_change_is_not_proposed() -> None:
    world = generated()
    world.memory.changes.clear()

    world.work()

    assert (world.branches, world.host.pulls) == ([], {})


def test_a_pull_request_that_the_host_refuses_leaves_no_branch_behind() -> None:
    world = generated()
    world.before_write = {PULL: lambda: world.host.broken_by.append(RepoError("octo/shop takes no drafts"))}

    with pytest.raises(RepoError, match="takes no drafts"):
        world.attempt()

    assert (world.branches, world.host.pulls) == ([], {})


@pytest.mark.parametrize("write", range(PULL + 1, RECORD + 1))
def test_a_pull_request_that_people_saw_stays_open_when_its_request_is_taken_back_before_it_is_recorded(
    write: int,
) -> None:
    world = cut_short(generated(), write)
    world.unlabel()

    world.work()

    assert (world.branches, world.pull.is_open) == ([BRANCH], True)
    assert DONE in world.comment
    assert world.audit[-1] == ("acs", "task.propose", "proposed")
