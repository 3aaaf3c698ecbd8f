"""A function given by a table of inputs and outputs, and what follows from the table: types, and inputs worth testing.

By the rule `exact` a row applies to exactly its inputs. By `threshold` the last input is compared: of the rows whose
other inputs are the same, the one with the greatest value that is not above it applies (price tiers, grades, bands).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise, product
from typing import Literal, TypeAlias

from app.domain.yaml_text import Scalar
from app.generation.recipes.layout import Cell, Unlisted

Kind = Literal["string", "number", "boolean"]
Rule = Literal["exact", "threshold"]
Row: TypeAlias = Mapping[str, Scalar]
Probe: TypeAlias = Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Column:
    """An input or the output. `is_literal`: its type is the union of `values`, the different ones in their order."""

    name: str
    description: str
    kind: Kind
    is_literal: bool
    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """`otherwise` is what inputs without a row give; `None` means that the function throws."""

    name: str
    description: str
    inputs: tuple[Column, ...]
    output: Column
    rule: Rule
    otherwise: Scalar | None
    rows: tuple[Row, ...]

    @property
    def throws(self) -> bool:
        return self.otherwise is None

    @property
    def threshold(self) -> Column | None:
        """The input that is compared with thresholds, under that rule."""
        return self.inputs[-1] if self.rule == "threshold" else None

    @property
    def columns(self) -> tuple[Column, ...]:
        return (*self.inputs, self.output)

    @property
    def ascending(self) -> tuple[Row, ...]:
        """The rows in reading order: as given, thresholds from low to high."""
        return tuple(row for band in self._bands() for row in band)

    @property
    def search_order(self) -> tuple[Row, ...]:
        """The rows so that the first one whose inputs match applies: thresholds from high to low."""
        return tuple(row for band in self._bands() for row in reversed(band))

    @property
    def boundaries(self) -> tuple[Probe, ...]:
        """Inputs just below each threshold but the lowest, and above the highest, with what they give."""
        return tuple(probe for band in self._bands() for probe in self._edges(band)) if self.threshold else ()

    @property
    def unlisted(self) -> tuple[Probe, ...]:
        """Inputs that no row applies to, enough to notice a table that admits too much."""
        return (*self._below_the_lowest(), *self._of_an_unlisted_value())

    @property
    def bands(self) -> tuple[tuple[Row, ...], ...]:
        """The rows in search order, those that differ in the threshold only together; else each row by itself."""
        return tuple(tuple(reversed(band)) for band in self._bands())

    def _bands(self) -> Iterable[Sequence[Row]]:
        """The rows that differ in the threshold only, together and in ascending order; else each row by itself."""
        if self.threshold is None:
            return ([row] for row in self.rows)
        bands: dict[tuple[Scalar, ...], list[Row]] = {}
        for row in self.rows:
            bands.setdefault(tuple(row[column.name] for column in self.inputs[:-1]), []).append(row)
        return (sorted(band, key=lambda row: _decimal(row[self.inputs[-1].name])) for band in bands.values())

    def _edges(self, band: Sequence[Row]) -> Iterator[Probe]:
        name = self.inputs[-1].name
        for lower, upper in pairwise(band):
            yield {**lower, name: self._just_below(upper[name])}
        yield {**band[-1], name: _plus_one(band[-1][name])}

    def _below_the_lowest(self) -> Iterator[Probe]:
        if self.threshold is None:
            return
        name = self.threshold.name
        for band in self._bands():
            yield {**self._inputs(band[0]), name: self._just_below(band[0][name])}
        if self.throws:
            yield {**self._inputs(self.rows[0]), name: float("nan")}

    def _of_an_unlisted_value(self) -> Iterator[Probe]:
        """One input that no row has; for an exact table of booleans, one combination, if any is left."""
        exact = self.inputs[:-1] if self.threshold else self.inputs
        for column in exact:
            if column.kind != "boolean":
                value = _other_than(column)
                cell = Unlisted(value) if column.is_literal else value
                yield {**self._inputs(self.rows[0]), column.name: cell}
                return
        yield from self._unlisted_combination(exact)

    def _unlisted_combination(self, booleans: Sequence[Column]) -> Iterator[Probe]:
        listed = {tuple(row[column.name] for column in booleans) for row in self.rows}
        for values in product((False, True), repeat=len(booleans)):
            if values not in listed:
                changed = {
                    column.name: value if value in column.values or not column.is_literal else Unlisted(value)
                    for column, value in zip(booleans, values, strict=True)
                }
                yield {**self._inputs(self.rows[0]), **changed}
                return

    def _inputs(self, row: Row) -> Row:
        return {column.name: row[column.name] for column in self.inputs}

    def _just_below(self, value: Scalar) -> float:
        decimals = max(_decimals(row[self.inputs[-1].name]) for row in self.rows)
        return _number(_decimal(value) - Decimal(1).scaleb(-decimals - 1))


def _plus_one(value: Scalar) -> float:
    return _number(_decimal(value) + 1)


def _decimal(value: Scalar) -> Decimal:
    return Decimal(repr(value))


def _decimals(value: Scalar) -> int:
    exponent = _decimal(value).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _number(value: Decimal) -> float:
    return int(value) if value == value.to_integral_value() else float(value)


def _other_than(column: Column) -> Scalar:
    """A value of the column's kind that no row has."""
    if column.kind == "number":
        return _plus_one(max(value for value in column.values if not isinstance(value, str)))
    value = "not listed"
    while value in column.values:
        value += "?"
    return value
