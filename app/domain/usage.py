"""What a model was given and what it wrote, in tokens, and what that costs, in whole micro-dollars."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import NewType

MicroUsd = NewType("MicroUsd", int)
"""A millionth of a US dollar."""

MICRO = 1_000_000
PRICED_TOKENS = 1_000_000
BYTES_PER_TOKEN = 3  # code and prose have more, so that an estimate errs on the dear side


def micro_usd(usd: Decimal) -> MicroUsd:
    """An amount as people write it; what is less than a micro-dollar counts as one."""
    return MicroUsd(int((usd * MICRO).to_integral_value(ROUND_CEILING)))


def shown_usd(amount: MicroUsd) -> str:
    """An amount for people to read: `$0.0042`, `$12.50`."""
    usd = Decimal(amount) / MICRO
    return f"${usd:.2f}" if abs(usd) >= 1 or not amount else f"${usd:.4f}"


def tokens_in(text: str) -> int:
    """About how many tokens a text has, rather too many than too few."""
    return -(-len(text.encode("utf-8", "replace")) // BYTES_PER_TOKEN)


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call or of several; `cached_tokens` are among the input's, reasoning is among the output's."""

    input_tokens: int
    output_tokens: int
    cached_tokens: int = 0

    @property
    def tokens(self) -> int:
        return self.input_tokens + self.output_tokens

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cached_tokens + other.cached_tokens,
        )


@dataclass(frozen=True, slots=True)
class Price:
    """What a million tokens of each kind cost."""

    input: MicroUsd
    cached_input: MicroUsd
    output: MicroUsd

    def cost(self, usage: Usage) -> MicroUsd:
        """What it costs, rounded up. Cached tokens are never more than those of the input."""
        cached = min(usage.cached_tokens, usage.input_tokens)
        total = (
            (usage.input_tokens - cached) * self.input + cached * self.cached_input + usage.output_tokens * self.output
        )
        return MicroUsd(-(-total // PRICED_TOKENS))

    def most(self, *, input_tokens: int, max_output_tokens: int) -> MicroUsd:
        """What a call can cost when nothing is cached and all of the output is used."""
        dearest_input = Price(max(self.input, self.cached_input), self.cached_input, self.output)
        return dearest_input.cost(Usage(input_tokens, max_output_tokens))


def dearest(prices: Iterable[Price]) -> Price:
    """The price of what nobody knows the price of: the highest of each kind that is known.

    Raises:
        ValueError: there is no price at all.
    """
    known = list(prices)
    return Price(
        max(price.input for price in known),
        max(price.cached_input for price in known),
        max(price.output for price in known),
    )


@dataclass(frozen=True, slots=True)
class Budgets:
    """How much may be spent on one task, on one repository within a day, for one organisation within a month (UTC)."""

    task: MicroUsd
    repository_day: MicroUsd
    organisation_month: MicroUsd
