"""The answer to a command: a reaction on the comment, and words in the one comment that holds the answers."""

from dataclasses import dataclass, replace

import structlog

from app.conversation.commands.answers import answers_comment
from app.domain.answers import Answered, Answers
from app.domain.command import Asked
from app.domain.repo import IssueRef
from app.errors import RepoError, TransientError
from app.governance.sticky import Pace, Sticky, show_sticky
from app.jobs import AnswerCommand, ShowAnswers
from app.ports.code_host import CommentId, Issues, Reaction
from app.ports.effects import EffectLog
from app.ports.record import Conversations, Jobs

log = structlog.stdlib.get_logger()


@dataclass(frozen=True, slots=True)
class Answering:
    """Answers where people see it: on their comment, and in the one comment that holds the answers of an issue."""

    issues: Issues
    conversations: Conversations
    effects: EffectLog
    jobs: Jobs
    pace: Pace

    def acknowledge(self, asked: Asked, reaction: Reaction) -> None:
        """React to the comment. It is politeness: where that fails, what was asked for is done all the same."""
        try:
            self.issues.react_to_comment(asked.on.repo, CommentId(asked.comment), reaction)
        except (RepoError, TransientError) as error:
            log.warning("comment not reacted to", issue=str(asked.on), comment=asked.comment, reason=str(error))

    def answer(self, asked: Asked, text: str) -> None:
        """Put the answer at the top of the comment, now or a little later."""
        answered = Answered(asked.comment, asked.by.login, asked.line, text)
        self._show(self.conversations.answers(asked.on).with_answer(answered))

    def show(self, on: IssueRef) -> None:
        """Show what there was no time to show."""
        known = self.conversations.answers(on)
        if known.answered:
            self._show(known)

    def _show(self, answers: Answers) -> None:
        shown = show_sticky(
            Sticky(answers.on, f"answers:{answers.name}", answers.marker, answers_comment(answers)),
            answers.shown,
            later=ShowAnswers(answers.on),
            issues=self.issues,
            effects=self.effects,
            jobs=self.jobs,
            pace=self.pace,
        )
        self.conversations.save_answers(replace(answers, shown=shown))


def answer_command(job: AnswerCommand, *, answering: Answering) -> None:
    """Answer a command whose answer took another job to find."""
    answering.acknowledge(job.asked, "rocket" if job.is_done else "-1")
    answering.answer(job.asked, job.text)


def show_answers(job: ShowAnswers, *, answering: Answering) -> None:
    """Show the answers that an earlier job had no time to show."""
    answering.show(job.on)
