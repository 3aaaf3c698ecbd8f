"""Open work is found without any delivery: what is missing is added, once, and nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.repo import Actor, HeadSha, IssueRef, PullRef, RepoRef
from app.domain.task import State
from app.errors import RepoError, TransientError
from app.intake.resync import MOST_AT_ONCE, resync
from app.jobs import HeadMoved, LabelAdded, ResumeTask
from app.ports.installations import Installation, OpenIssue, OpenPull, Request
from tests.fakes.clock import SetClock
from tests.fakes.installations import InMemoryInstallations
from tests.fakes.open_work import InMemoryOpenWork

HOUR = timedelta(hours=1)
SHOP = RepoRef("github.com", 1, 42, "octo", "shop")
ATTIC = replace(SHOP, repo_id=43, name="attic")
ELSEWHERE = replace(SHOP, installation_id=2, repo_id=44, owner="acme")
MARIA = Actor("maria", 7, "User")
NOW = SetClock().now()
HEAD = HeadSha("c" * 40)


def an_issue(number: int = 7, repo: RepoRef = SHOP) -> OpenIssue:
    return OpenIssue(IssueRef(repo, number), "Add a parser", "for dates", NOW)


def a_pull(number: int = 8, head_sha: HeadSha = HEAD) -> OpenPull:
    return OpenPull(PullRef(SHOP, number), head_sha, "topic", is_fork=False, updated_at=NOW)


def labelled(issue: OpenIssue) -> LabelAdded:
    return LabelAdded(issue.ref, "acs", MARIA, issue.title, issue.body, NOW)


class World:
    def __init__(self) -> None:
        self.clock = SetClock()
        installed = {
            Installation(1, "octo", is_suspended=False): [SHOP, ATTIC],
            Installation(2, "acme", is_suspended=False): [ELSEWHERE],
        }
        self.github = InMemoryInstallations(installed)
        self.known = InMemoryOpenWork(self.clock)

    def open_issues(self, *issues: OpenIssue) -> None:
        repo = issues[0].ref.repo
        self.github.issues[repo.repo_id] = issues
        for issue in issues:
            self.github.requests[issue.ref] = Request(900 + issue.ref.number, MARIA)

    def open_pulls(self, *pulls: OpenPull) -> None:
        self.github.pulls[SHOP.repo_id] = pulls

    def look(self) -> list[object]:
        """Look through everything once more; return what that added."""
        self.clock.move(HOUR)
        before = len(self.known.added)
        resync(every=HOUR, trigger_label="acs", installations=self.github, open_work=self.known)
        return list(self.known.added[before:])


@pytest.fixture
def world() -> World:
    return World()


def test_an_issue_with_the_label_that_nobody_announced_is_begun_for_the_person_who_put_it_on(world: World) -> None:
    world.open_issues(an_issue())

    assert world.look() == [labelled(an_issue())]


@pytest.mark.parametrize("state", ["working", "needs_input", "proposed", "failed"])
def test_an_issue_whose_task_is_there_is_left_alone(world: World, state: State) -> None:
    world.open_issues(an_issue())
    world.known.states[42, 7] = state

    assert world.look() == []


def test_an_issue_that_has_the_label_again_after_its_run_was_cancelled_is_begun_again(world: World) -> None:
    world.open_issues(an_issue())
    world.known.states[42, 7] = "cancelled"

    assert world.look() == [labelled(an_issue())]


def test_a_request_is_found_once_even_if_nothing_came_of_it(world: World) -> None:
    world.open_issues(an_issue())
    world.look()

    assert world.look() == []

    world.github.requests[an_issue().ref] = Request(950, MARIA)
    world.open_issues(replace(an_issue(), title="Add a better parser"))
    world.github.requests[an_issue().ref] = Request(950, MARIA)
    assert [type(job) for job in world.look()] == [LabelAdded]


def test_an_issue_that_nobody_is_known_to_have_asked_for_is_left_alone(world: World) -> None:
    world.open_issues(an_issue())
    world.github.requests.clear()

    assert world.look() == []


def test_an_issue_in_whose_lane_there_is_work_is_looked_at_the_next_time(world: World) -> None:
    world.open_issues(an_issue())
    world.known.busy.add((42, 7))
    assert world.look() == []

    world.known.busy.clear()

    assert world.look() == [labelled(an_issue())]


def test_a_head_that_nobody_announced_is_checked(world: World) -> None:
    world.open_pulls(a_pull(), a_pull(9, HeadSha("d" * 40)))
    world.known.heads.add((42, 9, HeadSha("d" * 40)))
    world.known.heads.add((42, 9, HEAD))

    assert world.look() == [HeadMoved(PullRef(SHOP, 8), HEAD, is_fork=False, as_of=NOW)]


def test_a_run_without_any_work_left_is_resumed(world: World) -> None:
    world.known.stopped[42] = ResumeTask(IssueRef(SHOP, 1), 1)

    assert world.look() == [ResumeTask(IssueRef(SHOP, 1), 1)]


def test_lists_that_did_not_change_since_they_asked_for_nothing_are_not_sent_again(world: World) -> None:
    world.open_issues(an_issue())
    world.known.states[42, 7] = "working"
    world.look()
    assert world.github.sent == 6

    world.look()

    assert world.github.sent == 6


def test_a_list_that_asked_for_something_is_sent_again_until_all_is_well(world: World) -> None:
    world.open_issues(an_issue())
    world.look()

    world.look()
    assert world.github.sent == 7
    world.look()

    assert world.github.sent == 7


def test_a_flood_is_taken_in_portions(world: World) -> None:
    world.open_issues(*(an_issue(number) for number in range(1, MOST_AT_ONCE + 3)))
    world.open_pulls(*(a_pull(number) for number in range(1, MOST_AT_ONCE + 3)))

    first = world.look()
    for job in first:
        if isinstance(job, HeadMoved):
            world.known.heads.add((42, job.pull.number, job.head_sha))

    assert len(first) == 2 * MOST_AT_ONCE
    assert len(world.look()) == 4


def test_nothing_is_looked_at_before_it_is_time(world: World) -> None:
    world.look()
    world.open_issues(an_issue())

    resync(every=HOUR + HOUR, trigger_label="acs", installations=world.github, open_work=world.known)

    assert world.known.added == []


def test_a_suspended_installation_is_not_looked_at(world: World) -> None:
    world.github.installed = {Installation(1, "octo", is_suspended=True): [SHOP]}
    world.open_issues(an_issue())

    assert world.look() == []


@pytest.mark.parametrize(
    "error", [RepoError("it was uninstalled"), TransientError("the rate limit is used up")], ids=lambda one: str(one)
)
@pytest.mark.parametrize("place", [1, 42], ids=["of the installation", "of its first repository"])
def test_a_failure_of_one_installation_does_not_stop_the_others(world: World, error: Exception, place: int) -> None:
    world.open_issues(an_issue())
    world.open_issues(an_issue(7, ELSEWHERE))
    world.github.broken[place] = error

    assert world.look() == [labelled(an_issue(7, ELSEWHERE))]


def test_a_repository_that_is_closed_to_us_does_not_stop_the_others_of_its_installation(world: World) -> None:
    world.open_issues(an_issue(7, ATTIC))
    world.github.broken[42] = RepoError("the App may not see it")

    assert world.look() == [labelled(an_issue(7, ATTIC))]


def test_an_outage_of_everything_is_for_the_clock_to_wait_out(world: World) -> None:
    world.github.broken[0] = TransientError("GitHub did not answer")

    with pytest.raises(TransientError):
        world.look()
