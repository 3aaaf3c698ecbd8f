"""How an answer of a model ended, where nothing may be made of it."""

from app.domain.plain_text import one_line
from app.domain.stuck import NoAnswer, Stage
from app.ports.model import Empty, MisusedTools, Refused, Truncated

_LONGEST_REASON = 300


def no_answer(stage: Stage, outcome: Truncated | Refused | Empty | MisusedTools) -> NoAnswer:
    """What people are told of it: never what was cut off."""
    match outcome:
        case Truncated(cut=cut):
            return NoAnswer(stage, f"broke off before its end ({cut})")
        case Refused(reason=reason):
            return NoAnswer(stage, f"refused: {one_line(reason, _LONGEST_REASON) or 'it gave no reason'}")
        case Empty():
            return NoAnswer(stage, "answered nothing")
        case MisusedTools(mistakes=mistakes):
            return NoAnswer(stage, f"asked for tools it does not have ({len(mistakes)} times)")
