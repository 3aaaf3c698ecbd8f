"""A model is asked only with money that was reserved for it, and what it cost is settled whatever happens."""

from collections.abc import Generator, Iterator
from datetime import timedelta

from app.domain.repo import IssueRef
from app.domain.usage import MicroUsd, Usage
from app.ports.model import Event, Finished, Model, ModelRefusesUs, ModelUnavailable, Request
from app.ports.spend import OverBudget, Reserved, SpendLedger

GRACE = timedelta(minutes=1)  # between the deadline of a call and its settlement


def ask_within_budget(
    request: Request, issue: IssueRef, *, model: Model, spend: SpendLedger
) -> Iterator[Event] | OverBudget:
    """Ask the model at the cost of an issue; or say which budget has no room, and ask nothing.

    The most it can cost is reserved at once, so the events must be read, or their iterator closed.
    """
    amount = most(request, model)
    reserved = spend.reserve(issue, amount, expires_after=request.deadline + GRACE)
    if isinstance(reserved, OverBudget):
        return reserved
    return _settled(request, reserved, model, spend)


def most(request: Request, model: Model) -> MicroUsd:
    """What a request can cost at most, as far as its tokens can be estimated."""
    return model.capabilities.price.most(input_tokens=request.input_tokens, max_output_tokens=request.max_output_tokens)


def cost(usage: Usage | None, reserved: Reserved, model: Model) -> MicroUsd:
    """What an answer cost; all that was reserved, where its server does not say what it used."""
    return reserved.amount if usage is None else model.capabilities.price.cost(usage)


def _settled(request: Request, reserved: Reserved, model: Model, spend: SpendLedger) -> Generator[Event]:
    amount = reserved.amount
    try:
        for event in model.ask(request):
            if isinstance(event, Finished):
                amount = cost(event.outcome.usage, reserved, model)
            yield event
    except (ModelUnavailable, ModelRefusesUs):
        amount = MicroUsd(0)  # nothing was answered
        raise
    finally:
        spend.settle(reserved.reservation, amount)
