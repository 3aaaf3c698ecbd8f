"""What people are shown when a job is given up: the one place that maps errors to words."""

from app.conversation.commands.answers import failed_words
from app.domain.config_check import ConfigJudgement
from app.domain.tests_report import TestsReport
from app.intake.commands.comment import asked_in
from app.jobs import (
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


def apology(job: Job, reason: str) -> tuple[Job, ...]:
    """The jobs that tell people where they are; none where the host itself is closed to us, or nobody waits."""
    match job:
        case GenerateChange(issue=issue, run=run) | ProposeChange(issue=issue, run=run):
            return (SayFailed(issue, run, reason),)
        case RunTests(repo=repo, head_sha=head_sha, check_run_id=check_run_id):
            report = TestsReport("error", tool="", tool_version="", looked_at=0, duration_ms=0, reason=reason)
            return (ConcludeTests(repo, head_sha, check_run_id, report),)
        case CheckConfig(pull=pull, head_sha=head_sha, check_run_id=int(check_run_id)):
            judgement = ConfigJudgement(base_branch="", reason=reason)
            return (ConcludeConfig(pull.repo, head_sha, check_run_id, judgement),)
        case LabelAdded() | IssueReopened():
            return (SayNotStarted(job, reason),)
        case CommentPosted():
            return (AnswerCommand(asked_in(job), failed_words(reason), is_done=False),)
        case ListRecipes(asked=asked) | ReadSpecification(asked=asked) | RedeliverAsked(asked=asked):
            return (AnswerCommand(asked, failed_words(reason), is_done=False),)
        case AnswerCommand() | ShowAnswers():
            return ()
        case LabelRemoved() | IssueClosed() | HeadMoved() | RerunChecks():
            return ()
        case AskRequester() | SayFailed() | SayNotStarted() | ShowProgress() | ConcludeTests() | NoteTests():
            return ()
        case CheckConfig() | OpenConfigCheck() | ConcludeConfig():
            return ()
        case ResumeTask() | ResumeCheck():  # the clock comes back to what they are about
            return ()
