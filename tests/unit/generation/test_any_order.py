"""Deliveries that come late, more than once and in any order lead to what the issue shows in the end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Literal

import pytest

from app.domain.repo import BaseSha
from app.domain.task import Base, GeneratedChange
from app.jobs import GenerateChange, Job, LabelRemoved, ProposeChange, is_beside
from tests.fakes.lane import Attempt
from tests.unit.generation.world import CHANGE, World

Act = Literal["label", "unlabel", "close", "reopen", "edit"]

HISTORIES: list[tuple[Act, ...]] = [
    ("label",),
    ("label", "unlabel"),
    ("label", "unlabel", "label"),
    ("label", "edit", "unlabel", "label"),
    ("label", "unlabel", "label", "unlabel"),
    ("label", "close"),
    ("label", "close", "reopen"),
    ("close", "label", "reopen"),
    ("label", "unlabel", "label", "close"),
    ("label", "close", "unlabel", "reopen"),
]


class Issue(World):
    """Acts happen at once and are announced later; the change itself takes no time to make."""

    def __init__(self) -> None:
        super().__init__()
        self.deliveries: list[tuple[Job, bool]] = []

    def happen(self, act: Act) -> None:
        self.clock.move(timedelta(seconds=1))
        match act:
            case "label":
                self.label(title=f"Add parser {len(self.deliveries)}")
            case "unlabel":
                self.unlabel()
            case "close":
                self.close()
            case "reopen":
                self.reopen()
            case "edit":
                self.edit()

    def arrive(self, job: Job, *, cancels: bool = False) -> None:
        self.deliveries.append((job, cancels))

    def deliver(self, number: int) -> None:
        job, cancels = self.deliveries[number]
        super().arrive(job, cancels=cancels)

    def attempt_any(self, random: Random) -> None:
        """The lane's next job, or one that runs beside it."""
        beside = [place for place, job in enumerate(self.waiting) if is_beside(job)]
        first = next((place for place, job in enumerate(self.waiting) if not is_beside(job)), None)
        self.attempt(random.choice(beside if first is None else [first, *beside]))

    def perform(self, job: Job, attempt: Attempt) -> None:
        if not isinstance(job, GenerateChange):
            super().perform(job, attempt)
            return
        task = attempt.record.get(job.issue)
        if task and task.run.number == job.run and task.state == "working" and not attempt.record.is_cancelled(task):
            base = Base("main", BaseSha(self.host.branches["main"]))
            attempt.record.save_change(job.issue, job.run, GeneratedChange(base, CHANGE))
            attempt.record.add(ProposeChange(job.issue, job.run))

    @property
    def open_branches(self) -> list[str]:
        return sorted(pull.head_branch for pull in self.host.pulls.values() if pull.is_open)


@dataclass
class Schedule:
    """When what happens is announced, and when there is time for jobs: one order of many, by a seed."""

    random: Random
    steps: list[tuple[Literal["happen", "deliver"], int]] = field(
        default_factory=list[tuple[Literal["happen", "deliver"], int]]
    )

    @classmethod
    def of(cls, count: int, seed: int) -> "Schedule":
        schedule = cls(Random(seed))
        waiting: list[int] = []
        happened, again = 0, schedule.random.randrange(count)
        while happened < count or waiting:
            if happened < count and (not waiting or schedule.random.random() < 0.6):
                schedule.steps.append(("happen", happened))
                waiting += [happened] * (3 if happened == again else 1)
                happened += 1
            else:
                number = waiting.pop(schedule.random.randrange(len(waiting)))
                schedule.steps.append(("deliver", number))
        return schedule


def play(history: Sequence[Act], seed: int) -> Issue:
    """The end of one schedule, when everything has arrived and all work is done."""
    issue, announced = Issue(), [act for act in history if act != "edit"]
    acts = iter(history)
    schedule = Schedule.of(len(announced), seed)
    for kind, number in schedule.steps:
        if kind == "deliver":
            issue.deliver(number)
        else:
            while len(issue.deliveries) <= number:
                issue.happen(next(acts))
        for _ in range(schedule.random.choice((0, 0, 1, 2, 20))):
            if issue.waiting:
                issue.attempt_any(schedule.random)
    while issue.waiting:
        issue.attempt_any(schedule.random)
    return issue


def seeds(history: Sequence[Act]) -> Iterator[int]:
    yield from range(25 * len(history))


@pytest.mark.parametrize("history", HISTORIES, ids="-".join)
def test_the_end_depends_on_the_issue_alone(history: Sequence[Act]) -> None:
    for seed in seeds(history):
        issue = play(history, seed)
        state = issue.task.state if issue.task else None

        assert len(issue.open_branches) == (1 if state == "proposed" else 0), seed
        assert issue.branches == issue.open_branches, seed
        assert len(issue.comments) <= 1, seed
        if issue.is_asked_for:
            assert state == "proposed", seed
        else:  # what was proposed while somebody waited for it stands
            assert state in (None, "cancelled", "proposed"), seed


@pytest.mark.parametrize("history", HISTORIES, ids="-".join)
def test_deliveries_that_all_come_late_lead_to_the_end_of_the_true_order(history: Sequence[Act]) -> None:
    for seed in seeds(history):
        random, issue = Random(seed), Issue()
        for act in history:
            issue.happen(act)
        order = [*range(len(issue.deliveries)), random.randrange(len(issue.deliveries))]
        random.shuffle(order)

        for number in order:
            issue.deliver(number)
            if random.random() < 0.5 and issue.waiting:
                issue.attempt_any(random)
        while issue.waiting:
            issue.attempt_any(random)

        ended = (issue.task.state if issue.task else None, len(issue.open_branches))
        assert ended == (("proposed", 1) if issue.is_asked_for else (None, 0)), (seed, order)


def test_the_words_are_those_of_the_last_time_the_label_was_put_on() -> None:
    for seed in range(100):
        random, issue = Random(seed), Issue()
        for act in ("label", "edit", "unlabel", "label"):
            issue.happen(act)
        order = [0, 1, 2, 1, 0, 2]
        random.shuffle(order)
        for number in order:
            issue.deliver(number)

        issue.work()

        assert issue.task is not None
        assert issue.task.run.title == "Add parser 2", (seed, order)


def test_schedules_hold_cancellations_that_were_late_for_a_run() -> None:
    """The property would hold of nothing if no schedule ever stopped a run by mistake."""
    resumed = [
        seed
        for seed in range(200)
        if ("acs", "task.resume", "resumed") in play(("label", "unlabel", "label"), seed).audit
    ]

    assert len(resumed) > 5
    assert LabelRemoved in {type(job) for job, _ in play(("label", "unlabel"), 0).deliveries}
