"""The two ways of not running tests."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """There is nothing to run, and `reason` says what was looked for."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotYet:
    """There are tests, and something has to change before ACS can run them; `reason` says what, where and how."""

    reason: str
