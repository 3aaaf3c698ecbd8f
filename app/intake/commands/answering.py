"""The answer to a command: a reaction on the comment, and words in the one comment that holds the answers."""

from dataclasses import replace

import structlog

from app.conversation.commands.answers import answers_comment
from app.domain.answers import Answered, Answers
from app.domain.command import Asked
from app.errors import RepoError, TransientError
from app.governance.sticky import Pace, Sticky, show_sticky
from app.jobs import AnswerCommand, ShowAnswers
from app.ports.code_host import CommentId, Issues, Reaction
from app.ports.effects import EffectLog
from app.ports.record import Conversations, Jobs

log = structlog.stdlib.get_logger()


def acknowledge(asked: Asked, reaction: Reaction, *, issues: Issues) -> None:
    """React to the comment. A sign of politeness: where it fails, what was asked for is done all the same."""
    try:
        issues.react_to_comment(asked.on.repo, CommentId(asked.comment), reaction)
    except (RepoError, TransientError) as error:
        log.warning("comment not reacted to", issue=str(asked.on), comment=asked.comment, reason=str(error))


def answer_command(
    job: AnswerCommand, *, issues: Issues, conversations: Conversations, effects: EffectLog, jobs: Jobs, pace: Pace
) -> None:
    """Answer a command whose answer took another job to find."""
    acknowledge(job.asked, "rocket" if job.is_done else "-1", issues=issues)
    answer(
        job.asked,
        job.text,
        issues=issues,
        conversations=conversations,
        effects=effects,
        jobs=jobs,
        pace=pace,
    )


def show_answers(
    job: ShowAnswers, *, issues: Issues, conversations: Conversations, effects: EffectLog, jobs: Jobs, pace: Pace
) -> None:
    """Show the answers that an earlier job had no time to show."""
    known = conversations.answers(job.on)
    if known.answered:
        _show(known, issues=issues, conversations=conversations, effects=effects, jobs=jobs, pace=pace)


def answer(
    asked: Asked,
    text: str,
    *,
    issues: Issues,
    conversations: Conversations,
    effects: EffectLog,
    jobs: Jobs,
    pace: Pace,
) -> None:
    """Put the answer at the top of the comment that holds the answers of this issue, now or a little later."""
    answered = Answered(asked.comment, asked.by.login, asked.line, text)
    known = conversations.answers(asked.on).with_answer(answered)
    _show(known, issues=issues, conversations=conversations, effects=effects, jobs=jobs, pace=pace)


def _show(
    answers: Answers, *, issues: Issues, conversations: Conversations, effects: EffectLog, jobs: Jobs, pace: Pace
) -> None:
    shown = show_sticky(
        Sticky(answers.on, f"answers:{answers.name}", answers.marker, answers_comment(answers)),
        answers.shown,
        later=ShowAnswers(answers.on),
        issues=issues,
        effects=effects,
        jobs=jobs,
        pace=pace,
    )
    conversations.save_answers(replace(answers, shown=shown))
