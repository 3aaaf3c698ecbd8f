"""A repository where people write comments, and ACS at work on it: every job by the table of use cases."""

from collections.abc import Mapping

from app.domain.repo import Actor, HeadSha, PullRef
from app.governance.sticky import Pace
from app.intake.commands.answering import Answering
from app.jobs import CommentPosted
from app.ports.code_host import CommentId
from app.ports.record import Head
from tests.fakes.code_host import Comment, ProposedPull
from tests.fakes.lane import Attempt
from tests.fakes.record import InMemoryRecord
from tests.unit.generation.world import MARIA, PROGRESS_EVERY, REPO
from tests.unit.generation.world import World as GenerationWorld

APP_ID = 9
TINA = Actor("tina", 11, "User")
MONA = Actor("mona", 12, "User")
ADA = Actor("ada", 13, "User")
HELPFUL_BOT = Actor("helpful[bot]", 77, "Bot")
BODY = "As the logistics team agreed."


class World(GenerationWorld):
    """Maria may write, Eve may read, Tina may triage, Mona maintains, Ada administers; one bot is heard."""

    def __init__(self) -> None:
        super().__init__()
        self.host.roles = {**self.host.roles, TINA.user_id: "triage", MONA.user_id: "maintain", ADA.user_id: "admin"}

    def say(
        self,
        text: str,
        *,
        by: Actor = MARIA,
        via_app: int | None = None,
        on: int | None = None,
        cancels: bool = False,
        body: str = BODY,
    ) -> int:
        """Somebody comments on the issue, or on the pull request of that number; return the comment's number."""
        number = self.host.next_number()
        if on is None and self.issue.number in self.host.issues:
            self._show()  # a comment changes when its issue was last updated
        subject = self.issue if on is None else PullRef(REPO, on)
        self.host.comments[CommentId(number)] = Comment(subject.number, by.login, text)
        job = CommentPosted(
            on=self.issue if on is None else type(self.issue)(REPO, on),
            is_pull=on is not None,
            comment=number,
            by=by,
            via_app=via_app,
            text=text,
            title="Add a parser",
            body=body,
            as_of=self.clock.now(),
        )
        self.arrive(job, cancels=cancels)
        return number

    def open_pull(self) -> int:
        """Somebody opens a pull request from a branch of this repository, and ACS is told."""
        number = self.host.next_number()
        head = self.host.branches["topic"] = HeadSha(self.host.branches["main"])
        self.host.pulls[number] = ProposedPull("", "", "topic", "main", head)
        record = InMemoryRecord(self.memory)
        record.save_head(Head(PullRef(REPO, number), head, is_fork=False))
        record.done()
        return number

    def ask(self, text: str, *, by: Actor = MARIA, on: int | None = None) -> tuple[list[str], str]:
        """Somebody comments and ACS answers: its reactions, and the newest answer."""
        comment = self.say(text, by=by, on=on)
        self.work()
        return self.reactions_to(comment), self.answer(on)

    def ask_now(self, text: str, *, by: Actor = MARIA) -> str:
        """Somebody comments and ACS answers, while everything else that is due waits; return the answer."""
        self.clock.move(PROGRESS_EVERY)
        self.say(text, by=by)
        (place,) = [place for place, job in enumerate(self.waiting) if isinstance(job, CommentPosted)]
        self.attempt(place)
        return self.answer()

    def pull_ref(self, number: int) -> PullRef:
        return PullRef(REPO, number)

    def reactions_to(self, comment: int) -> list[str]:
        return self.host.comment_reactions.get(comment, [])

    def answers(self, on: int | None = None) -> list[str]:
        """The comments that hold answers."""
        number = self.issue.number if on is None else on
        of_subject = [one.body for one in self.host.comments.values() if one.issue == number]
        return [body for body in of_subject if body.startswith("<!-- acs:answers=")]

    def answer(self, on: int | None = None) -> str:
        """The newest answer, as it stands in the one comment."""
        shown = self.answers(on)
        assert len(shown) <= 1
        return shown[0].split("\n\n", 2)[2].split("<details>")[0].strip() if shown else ""

    @property
    def progress(self) -> str:
        (comment,) = [one.body for one in self.host.comments.values() if one.body.startswith("<!-- acs:task=")]
        return comment

    @property
    def labels(self) -> frozenset[str]:
        return self.host.issues[self.issue.number].labels

    def offered(self, attempt: Attempt) -> Mapping[str, object]:
        record, pace = attempt.record, Pace(self.clock, PROGRESS_EVERY)
        return {
            **super().offered(attempt),
            "app_id": APP_ID,
            "allowed_bots": (HELPFUL_BOT.user_id,),
            "version": "1.2.3",
            "answering": Answering(attempt.host.issues, record, attempt.effects, record, pace),
        }
