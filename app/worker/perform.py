"""One job: the use case that does it, with exactly the ports that its signature names."""

from collections.abc import Callable, Mapping
from inspect import Parameter, signature

from app.adapters.sql.record import JobRecord
from app.generation.asked import list_recipes, read_specification
from app.generation.cancel import cancel_task, resume_task
from app.generation.generate import generate_change
from app.generation.progress import end_run, note_tests, show_progress
from app.generation.propose import propose_change
from app.generation.start import say_not_started, start_task
from app.intake.commands.answering import answer_command, show_answers
from app.intake.commands.comment import answer_comment
from app.intake.commands.redelivering import redeliver_asked
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
from app.ports.journal import Lease
from app.validation.checks import check_again, check_head, conclude_tests, run_tests_of_head
from app.validation.config_check import check_config, conclude_config, open_config_check
from app.validation.resume import resume_check
from app.wiring import Services
from app.worker.offered import Offered

# A test holds each of them to its job and to the types of the ports that `Offered` has by these names.
USE_CASES: Mapping[type[Job], Callable[..., None]] = {
    LabelAdded: start_task,
    IssueReopened: start_task,
    LabelRemoved: cancel_task,
    IssueClosed: cancel_task,
    ResumeTask: resume_task,
    SayNotStarted: say_not_started,
    GenerateChange: generate_change,
    ProposeChange: propose_change,
    AskRequester: end_run,
    SayFailed: end_run,
    NoteTests: note_tests,
    ShowProgress: show_progress,
    CommentPosted: answer_comment,
    ListRecipes: list_recipes,
    ReadSpecification: read_specification,
    RedeliverAsked: redeliver_asked,
    AnswerCommand: answer_command,
    ShowAnswers: show_answers,
    HeadMoved: check_head,
    RerunChecks: check_again,
    RunTests: run_tests_of_head,
    ConcludeTests: conclude_tests,
    CheckConfig: check_config,
    OpenConfigCheck: open_config_check,
    ConcludeConfig: conclude_config,
    ResumeCheck: resume_check,
}


def perform(job: Job, lease: Lease, record: JobRecord, services: Services) -> None:
    """Do the job. What it records is written by the caller.

    Raises:
        RepoError: the repository or its people must change something; the job is not to be tried again.
        TransientError: the job is to be tried again.
        StaleFence: the lane is no longer ours; nothing more was written.
    """
    use_case = USE_CASES[type(job)]
    offered = Offered(job, lease, record, services)
    use_case(job, **{name: getattr(offered, name) for name in ports_of(use_case)})


def ports_of(use_case: Callable[..., None]) -> tuple[str, ...]:
    """The names of the ports that a use case asks for."""
    parameters = signature(use_case).parameters.values()
    return tuple(parameter.name for parameter in parameters if parameter.kind is Parameter.KEYWORD_ONLY)
