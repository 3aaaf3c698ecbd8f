"""Deciding, from the files of the head alone, how its tests are run: Jest, pytest, both, not yet, or not at all."""

from collections.abc import Collection

from app.ports.checkouts import Checkout
from app.validation.jest_plan import JestPlan, plan_jest
from app.validation.pytest_plan import PytestPlan, plan_pytest
from app.validation.unplanned import NotApplicable, NotYet

Plan = JestPlan | PytestPlan

_NOTHING = NotApplicable("There is neither a test script in package.json nor a pytest configuration or test file.")


def plan(checkout: Checkout, paths: Collection[str]) -> tuple[Plan, ...] | NotApplicable | NotYet:
    """The runs that show whether the tests of a head pass, all of which must; `paths` are its files.

    Where one of two kinds of tests cannot be run yet, neither is: half of the tests would look like all of them.
    """
    plans: list[Plan] = []
    for found in (plan_jest(checkout), plan_pytest(checkout, paths)):
        match found:
            case NotYet():
                return found
            case JestPlan() | PytestPlan():
                plans.append(found)
            case None:
                continue
    return tuple(plans) or _NOTHING
