"""What the readers of all forms share: lines out of deltas, limits on what is no edit, problems with their lines."""

from abc import ABC, abstractmethod
from collections.abc import Iterator

from app.generation.edits.edit import Edit
from app.generation.edits.result import Problem, Reason

MAX_ANSWER_CHARS = 300_000
MAX_PROSE_CHARS = 60_000
MAX_PROBLEMS = 20


class EditReader(ABC):
    """Reads one answer. The same text gives the same edits, however it is cut into deltas.

    An answer is of use only when `end` has no problems: what could not be read may have been part of an edit.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._chars = 0
        self._prose_chars = 0
        self._line = 0
        self._found = 0
        self._problems: list[Problem] = []
        self._hopeless: Problem | None = None

    @property
    def hopeless(self) -> Problem | None:
        """Why nothing after this is read any more: the answer can be stopped."""
        return self._hopeless

    def feed(self, delta: str) -> tuple[Edit, ...]:
        """The edits that this part of the answer finishes."""
        if self._hopeless is not None:
            return ()
        *lines, rest = delta[: MAX_ANSWER_CHARS - self._chars].split("\n")
        edits: list[Edit] = []
        for line in lines:
            edits += self._whole_line("".join((*self._pieces, line)))
            self._pieces = []
        self._pieces.append(rest)
        self._chars += len(delta)
        if self._chars > MAX_ANSWER_CHARS and self._hopeless is None:
            self._give_up("too large", f"the answer is longer than {MAX_ANSWER_CHARS:,} characters")
        return tuple(edits)

    def end(self) -> tuple[tuple[Edit, ...], tuple[Problem, ...]]:
        """The edits that the end of the answer finishes, and everything that was incomplete or malformed."""
        edits: list[Edit] = []
        rest = "".join(self._pieces)
        self._pieces = []
        if self._hopeless is None:
            edits += self._whole_line(rest) if rest else ()
            edits += self._count(self._ended())
        if self._hopeless is not None:
            return tuple(edits), (self._hopeless,)
        if not self._found and not self._problems:
            words = (
                f"there is no edit in the {self._line} lines of the answer: give edits in the form that was asked for"
            )
            self._problem("no edits", words, line=0)
        return tuple(edits), tuple(self._problems)

    @abstractmethod
    def _read(self, line: str) -> Iterator[Edit]:
        """The edits that a line finishes; it has no line end."""

    @abstractmethod
    def _ended(self) -> Iterator[Edit]:
        """The edits that the end of the answer finishes; notes what it breaks off."""

    def _whole_line(self, line: str) -> tuple[Edit, ...]:
        if self._hopeless is not None:
            return ()
        self._line += 1
        return self._count(self._read(line.removesuffix("\r")))

    def _count(self, edits: Iterator[Edit]) -> tuple[Edit, ...]:
        found = tuple(edits)
        self._found += len(found)
        return found

    def _prose(self, line: str) -> None:
        """Count a line that belongs to no edit."""
        self._prose_chars += len(line) + 1
        if self._prose_chars > MAX_PROSE_CHARS:
            words = f"the answer has more than {MAX_PROSE_CHARS:,} characters around its edits: give the edits alone"
            self._give_up("too much prose", words)

    def _problem(self, reason: Reason, words: str, *, path: str | None = None, line: int | None = None) -> None:
        if len(self._problems) < MAX_PROBLEMS:
            self._problems.append(Problem(reason, path, self._line if line is None else line, words))

    def _give_up(self, reason: Reason, words: str) -> None:
        self._hopeless = Problem(reason, None, self._line, words)
