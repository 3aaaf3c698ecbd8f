"""The fast lane: one streamed answer with all edits, and at most two repairs that carry only what failed."""

from dataclasses import dataclass
from datetime import timedelta

from app.conversation.constraints import violation_in_words
from app.domain.change import Constraints
from app.domain.plan import Plan
from app.domain.stuck import NoFit, Stuck, TooMuch
from app.generation.edits.edit import Edit
from app.generation.writing.answer import FORM_OF, EditsRead, read_edits
from app.generation.writing.asking import Asking
from app.generation.writing.judging import BeyondLimits, Fit, Unfit, judge
from app.generation.writing.outcomes import no_answer
from app.generation.writing.prompts import RULES, Shown
from app.ports.checkouts import Checkout
from app.ports.model import Answered, ApplyPatchTool, Completed, Request, Said, Turn

MOST_TOKENS = 16_000
WITHIN = timedelta(minutes=3)
MOST_REPAIRS = 2
LONGEST_REPEATED = 60_000  # of an earlier answer, in characters


@dataclass
class _Conversation:
    """What was said so far, and the edits that need not be said again."""

    turns: list[Turn]
    kept: tuple[Edit, ...] = ()

    def go_on(self, answer: EditsRead, unfit: str, kept: tuple[Edit, ...]) -> None:
        self.turns += [Answered(answer.text[:LONGEST_REPEATED]), Said(unfit)]
        self.kept = kept


def write_change(plan: Plan, shown: Shown, asking: Asking, *, base: Checkout, constraints: Constraints) -> Fit | Stuck:
    """The change that carries out a plan, or why there is none.

    A change beyond its limits gets one more attempt, like edits that do not fit get two.

    Raises:
        BudgetUsedUp, ModelUnavailable, ModelRefusesUs: as `Asking.ask`.
    """
    form = FORM_OF[asking.model.capabilities.edit_format]
    talk = _Conversation([Said(shown.edit_question(plan, form))])
    was_beyond, judged = False, None
    for repair in range(1 + MOST_REPAIRS):
        answer = read_edits(_request(shown, talk, asking), form, asking, step="repair" if repair else "edit")
        if answer.outcome is not None and not isinstance(answer.outcome, Completed):
            return no_answer("writing", answer.outcome)
        judged = judge((*talk.kept, *answer.edits), answer.problems, base, constraints)
        if isinstance(judged, Fit):
            return judged
        if isinstance(judged, BeyondLimits):
            if was_beyond:
                break
            was_beyond = True
            talk.go_on(answer, _smaller(judged), ())
        else:
            talk.go_on(answer, judged.prompt, judged.kept)
    return _given_up(judged)


def _given_up(judged: Unfit | BeyondLimits | None) -> Stuck:
    match judged:
        case BeyondLimits(violations=violations, files=files):
            return TooMuch(violations, tuple(file.path for file in files))
        case Unfit(problems=problems):
            return NoFit(problems)
        case None:
            raise AssertionError("nothing was asked")


def _smaller(beyond: BeyondLimits) -> str:
    listed = "\n".join(f"- {violation_in_words(violation)}" for violation in beyond.violations)
    return f"Nothing was changed. The change breaks its limits:\n\n{listed}\n\nSend all edits again, within them."


def _request(shown: Shown, talk: _Conversation, asking: Asking) -> Request:
    capabilities = asking.model.capabilities
    return Request(
        purpose="edit",
        instructions=RULES,
        frozen=shown.frozen,
        turns=tuple(talk.turns),
        max_output_tokens=min(MOST_TOKENS, capabilities.max_output_tokens),
        deadline=WITHIN,
        effort=capabilities.nearest_effort("minimal"),
        tools=(ApplyPatchTool(),) if capabilities.edit_format == "apply_patch" else (),
    )
