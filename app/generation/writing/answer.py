"""The edits of one answer, read while it streams; an answer that cannot become any is not read to its end."""

from contextlib import closing
from dataclasses import dataclass, field

from app.domain.receipt import Step
from app.generation.edits.edit import Edit
from app.generation.edits.reading.forms import Form, reader_of
from app.generation.edits.result import Problem
from app.generation.writing.asking import Asking
from app.ports.model import CallFinished, EditFormat, Finished, Outcome, PatchCall, Request, TextDelta

FORM_OF: dict[EditFormat, Form] = {
    "whole": "whole-file",
    "search_replace": "search-replace",
    "v4a": "v4a",
    "apply_patch": "v4a",
}


@dataclass(frozen=True, slots=True)
class EditsRead:
    """The edits of an answer, and what in it was none; `outcome` is `None` where it was stopped as hopeless."""

    edits: tuple[Edit, ...]
    problems: tuple[Problem, ...]
    outcome: Outcome | None
    text: str


@dataclass
class _Reading:
    form: Form
    edits: list[Edit] = field(default_factory=list[Edit])
    text: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        self._reader = reader_of(self.form)

    def feed(self, text: str) -> bool:
        """Take the next piece; false when nothing after it is of use."""
        self.text.append(text)
        self.edits += self._reader.feed(text)
        return self._reader.hopeless is None

    def end(self, outcome: Outcome | None) -> EditsRead:
        last, problems = self._reader.end()
        return EditsRead((*self.edits, *last), problems, outcome, "".join(self.text))


def read_edits(request: Request, form: Form, asking: Asking, *, step: Step = "edit") -> EditsRead:
    """Ask, and read the answer.

    Raises:
        BudgetUsedUp, ModelUnavailable, ModelRefusesUs: as `Asking.ask`.
    """
    reading = _Reading(form)
    with closing(asking.ask(step, request)) as events:
        for event in events:
            match event:
                case TextDelta(text=text):
                    if not reading.feed(text):
                        return reading.end(None)
                case CallFinished(call=PatchCall() as call):
                    if not reading.feed(as_patch(call)):
                        return reading.end(None)
                case Finished(outcome=outcome):
                    return reading.end(outcome)
                case _:
                    continue
    raise AssertionError("an answer ended without saying how")


def as_patch(call: PatchCall) -> str:
    """A call of the model's own tool in the form that patches have as text."""
    head = {"create_file": "Add", "update_file": "Update", "delete_file": "Delete"}[call.operation]
    path = call.path.replace("\n", " ")
    diff = call.diff if call.diff.endswith("\n") or not call.diff else f"{call.diff}\n"
    return f"\n*** Begin Patch\n*** {head} File: {path}\n{diff}*** End Patch\n"
