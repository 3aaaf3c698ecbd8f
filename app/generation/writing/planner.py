"""The plan of a change, in one short question; an answer that is no plan gets one more."""

from collections.abc import Collection
from datetime import timedelta

from app.domain.plan import Plan, Unclear
from app.domain.stuck import NeverWritten, NoFit, Stuck
from app.generation.planning.answer import NoPlan, PlanAnswer, read_plan
from app.generation.writing.asking import Asking
from app.generation.writing.outcomes import no_answer
from app.generation.writing.prompts import RULES, Shown
from app.ports.model import Answered, Completed, Request, Said, Structure, Turn

MOST_TOKENS = 1_500
WITHIN = timedelta(seconds=45)
ATTEMPTS = 2


def make_plan(shown: Shown, asking: Asking, *, paths: Collection[str]) -> Plan | Unclear | Stuck:
    """What the model means to do on a tree of these paths, what it must know first, or why there is no plan.

    Raises:
        BudgetUsedUp: a question would have cost more than is left.
        ModelUnavailable, ModelRefusesUs: as `Model.ask`.
    """
    turns: list[Turn] = [Said(shown.plan_question())]
    problem = ""
    for _ in range(ATTEMPTS):
        outcome = asking.answer("plan", _request(shown, turns, asking))
        if not isinstance(outcome, Completed):
            return no_answer("planning", outcome)
        try:
            plan = read_plan(outcome.text, paths=paths)
        except NoPlan as refused:
            problem = str(refused)
            turns += [Answered(outcome.text), Said(f"That is no plan: {problem}. Answer with the whole plan again.")]
            continue
        return NeverWritten(plan) if isinstance(plan, tuple) else plan
    return NoFit((f"its plan was none: {problem}",))


def _request(shown: Shown, turns: list[Turn], asking: Asking) -> Request:
    capabilities = asking.model.capabilities
    return Request(
        purpose="plan",
        instructions=RULES,
        frozen=shown.frozen,
        turns=tuple(turns),
        max_output_tokens=min(MOST_TOKENS, capabilities.max_output_tokens),
        deadline=WITHIN,
        effort=capabilities.nearest_effort("low"),
        structure=Structure("plan", PlanAnswer.model_json_schema()),
    )
