"""What people are told when a job is given up."""

import pytest

from app.conversation.commands.answers import failed_words
from app.domain.command import Asked
from app.domain.config_check import ConfigJudgement
from app.domain.repo import Actor, HeadSha, IssueRef, PullRef, RepoRef
from app.domain.tests_report import TestsReport
from app.jobs import (
    KINDS,
    AnswerCommand,
    AskRequester,
    CheckConfig,
    CommentPosted,
    ConcludeConfig,
    ConcludeTests,
    GenerateChange,
    HeadMoved,
    IssueClosed,
    IssueReopened,
    Job,
    LabelAdded,
    LabelRemoved,
    ListRecipes,
    NoteTests,
    OpenConfigCheck,
    ProposeChange,
    ReadSpecification,
    RedeliverAsked,
    RerunChecks,
    ResumeCheck,
    ResumeTask,
    RunTests,
    SayFailed,
    SayNotStarted,
    ShowAnswers,
    ShowProgress,
)
from app.worker.apology import apology

REPO = RepoRef("github.com", 1, 42, "octo", "shop")
ISSUE = IssueRef(REPO, 7)
MARIA = Actor("maria", 7, "User")
HEAD = HeadSha("c" * 40)
WHY = "octo/shop has no commit yet: push one"
REQUEST = LabelAdded(ISSUE, "acs", MARIA, "Add a parser", "")
REOPENED = IssueReopened(ISSUE, MARIA, "Add a parser", "")
NO_REPORT = TestsReport("error", tool="", tool_version="", looked_at=0, duration_ms=0, reason=WHY)
COMMENT = CommentPosted(ISSUE, False, 55, MARIA, None, "\n/acs run  --spec a.md\nplease", "Add a parser", "")
ASKED = Asked(ISSUE, 55, MARIA, "/acs run --spec a.md")
SORRY = (AnswerCommand(ASKED, failed_words(WHY), is_done=False),)

UNREAD = ConfigJudgement("", reason=WHY)

APOLOGIES: list[tuple[Job, tuple[Job, ...]]] = [
    (GenerateChange(ISSUE, 2), (SayFailed(ISSUE, 2, WHY),)),
    (ProposeChange(ISSUE, 2), (SayFailed(ISSUE, 2, WHY),)),
    (RunTests(REPO, HEAD, 31), (ConcludeTests(REPO, HEAD, 31, NO_REPORT),)),
    (REQUEST, (SayNotStarted(REQUEST, WHY),)),
    (REOPENED, (SayNotStarted(REOPENED, WHY),)),
    (SayNotStarted(REQUEST, WHY), ()),
    (ResumeTask(ISSUE, 2), ()),
    (ResumeCheck(REPO, HEAD, 31), ()),
    (LabelRemoved(ISSUE, "acs", MARIA), ()),
    (IssueClosed(ISSUE, MARIA), ()),
    (HeadMoved(PullRef(REPO, 8), HEAD, is_fork=False), ()),
    (RerunChecks(REPO, HEAD, 9), ()),
    (AskRequester(ISSUE, 2, "Which module?"), ()),
    (SayFailed(ISSUE, 2, "it broke"), ()),
    (ShowProgress(ISSUE), ()),
    (COMMENT, SORRY),
    (ListRecipes(ASKED), SORRY),
    (ReadSpecification(ASKED, "a.md", "Add a parser"), SORRY),
    (RedeliverAsked(ASKED, "0f4e3a8c"), SORRY),
    (AnswerCommand(ASKED, "", is_done=True), ()),
    (ShowAnswers(ISSUE), ()),
    (ConcludeTests(REPO, HEAD, 31, NO_REPORT), ()),
    (CheckConfig(PullRef(REPO, 8), HEAD), ()),
    (CheckConfig(PullRef(REPO, 8), HEAD, 31), (ConcludeConfig(REPO, HEAD, 31, UNREAD),)),
    (OpenConfigCheck(REPO, HEAD, UNREAD), ()),
    (ConcludeConfig(REPO, HEAD, 31, UNREAD), ()),
    (NoteTests(REPO, HEAD, True, "12 tests passed"), ()),
]


@pytest.mark.parametrize(("job", "told"), [pytest.param(*case, id=type(case[0]).__name__) for case in APOLOGIES])
def test_a_job_that_is_given_up_is_told_where_somebody_waits_for_it(job: Job, told: tuple[Job, ...]) -> None:
    assert apology(job, WHY) == told


def test_every_kind_of_job_is_thought_of() -> None:
    assert sorted({type(job).__name__ for job, _ in APOLOGIES}) == sorted(KINDS)


def test_an_apology_that_is_given_up_is_not_apologised_for() -> None:
    for job, told in APOLOGIES:
        assert [apology(one, WHY) for one in told] == [()] * len(told), type(job).__name__
