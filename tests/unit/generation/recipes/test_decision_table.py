from collections.abc import Mapping, Sequence

from app.domain.yaml_text import Scalar
from app.generation.recipes.decision_table import Column, DecisionTable, Kind, Row, Rule
from app.generation.recipes.layout import Cell, Unlisted


def column(name: str, rows: Sequence[Row], *, literal: bool = False) -> Column:
    values = tuple(dict.fromkeys(row[name] for row in rows))
    kinds: Mapping[type, Kind] = {str: "string", bool: "boolean"}
    return Column(name, "", kinds.get(type(values[0]), "number"), literal, values)


def table(*rows: Row, rule: Rule = "exact", otherwise: Scalar | None = None, literal: bool = False) -> DecisionTable:
    *inputs, output = rows[0]
    columns = tuple(column(name, rows, literal=literal) for name in inputs)
    return DecisionTable("f", "", columns, column(output, rows), rule, otherwise, rows)


TIERS = (
    {"zone": "eu", "kg": 5, "price": 7},
    {"zone": "us", "kg": 2.5, "price": 9},
    {"zone": "eu", "kg": 0, "price": 4},
)


def inputs(probes: Sequence[Mapping[str, Cell]]) -> list[tuple[Cell, ...]]:
    return [tuple(probe.values()) for probe in probes]


def test_thresholds_are_read_upwards_and_searched_downwards_within_their_other_inputs() -> None:
    tiers = table(*TIERS, rule="threshold")

    assert [row["price"] for row in tiers.ascending] == [4, 7, 9]
    assert [row["price"] for row in tiers.search_order] == [7, 4, 9]


def test_an_exact_table_keeps_its_order() -> None:
    exact = table(*TIERS)

    assert exact.ascending == exact.search_order == TIERS
    assert exact.boundaries == ()


def test_the_boundaries_are_just_below_each_threshold_but_the_lowest_and_above_the_highest() -> None:
    assert inputs(table(*TIERS, rule="threshold").boundaries) == [("eu", 4.99, 4), ("eu", 6, 7), ("us", 3.5, 9)]


def test_nothing_is_listed_below_the_lowest_threshold_nor_for_another_value_nor_for_no_number() -> None:
    probes = inputs(table(*TIERS, rule="threshold", literal=True).unlisted)

    assert probes[:2] == [("eu", -0.01), ("us", 2.49)]
    assert repr(probes[2]) == "('eu', nan)"
    assert probes[3] == (Unlisted("not listed"), 5)


def test_an_unlisted_value_differs_from_every_listed_one() -> None:
    words = table({"a": "not listed", "b": 1}, {"a": "not listed?", "b": 2})
    numbers = table({"a": 5, "b": 1}, {"a": 7.5, "b": 2})

    assert inputs(words.unlisted) == [("not listed??",)]
    assert inputs(numbers.unlisted) == [(8.5,)]


def test_a_combination_of_booleans_that_is_left_out_is_unlisted() -> None:
    left_out = table({"a": True, "b": False, "c": 1}, {"a": False, "b": False, "c": 2})
    complete = table({"a": True, "c": 1}, {"a": False, "c": 2})

    assert inputs(left_out.unlisted) == [(False, True)]
    assert complete.unlisted == ()
