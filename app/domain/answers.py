"""What ACS answered to the last commands on an issue or pull request: one comment shows them all."""

from dataclasses import dataclass, replace

from app.domain.repo import IssueRef
from app.domain.task import Shown

MOST = 5


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer: to which comment, of whom, to what line, in Markdown."""

    comment: int
    by: str
    line: str
    text: str


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers on one issue or pull request, the newest first."""

    on: IssueRef
    answered: tuple[Answered, ...] = ()
    shown: Shown | None = None

    @property
    def name(self) -> str:
        return f"{self.on.repo.host}/{self.on.repo.repo_id}/{self.on.number}"

    @property
    def marker(self) -> str:
        """The hidden words by which ACS finds the comment again."""
        return f"<!-- acs:answers={self.name} -->"

    def with_answer(self, answered: Answered) -> "Answers":
        """These and one more; another answer to the same comment takes the place of the first."""
        others = [one for one in self.answered if one.comment != answered.comment]
        return replace(self, answered=(answered, *others)[:MOST])
