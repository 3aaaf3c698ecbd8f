import doctest

import pytest

from app.domain.yaml_text import Scalar
from app.generation.recipes.literals import (
    comment,
    constant_case,
    docstring,
    docstring_code,
    javascript,
    json_literal,
    kebab_case,
    number,
    pascal_case,
    python,
    python_repr,
    wrap,
)


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        pytest.param("plain", '"plain"', id="text"),
        pytest.param("it's", '"it\'s"', id="an apostrophe"),
        pytest.param('say "hi"', "'say \"hi\"'", id="the quote that needs fewer escapes"),
        pytest.param("\"'", '"\\"\'"', id="both quotes"),
        pytest.param("a\nb\t\\", '"a\\nb\\t\\\\"', id="control characters and a backslash"),
        pytest.param("\u2028\u2029", '"\\u2028\\u2029"', id="line separators"),
        pytest.param("\u202egnp", '"\\u202egnp"', id="text that runs backwards"),
        pytest.param("\U000e0001", '"\\u{e0001}"', id="an invisible tag"),
        pytest.param("</script><!--", '"\\u003c/script>\\u003c!--"', id="markup"),
        pytest.param("`${x}`", '"`${x}`"', id="a template literal"),
        pytest.param("日本語 🚀", '"日本語 🚀"', id="other scripts"),
        pytest.param(True, "true", id="a boolean"),
        pytest.param(-0.5, "-0.5", id="a negative fraction"),
        pytest.param(5.0, "5", id="a whole fraction"),
        pytest.param(0.000001, "0.000001", id="a small fraction"),
        pytest.param(2**53 - 1, "9007199254740991", id="a large number"),
    ],
)
def test_a_value_becomes_a_javascript_literal_that_it_cannot_leave(value: Scalar, literal: str) -> None:
    assert javascript(value) == literal


def test_not_a_number_has_a_literal() -> None:
    assert number(float("nan")) == "Number.NaN"


@pytest.mark.parametrize(
    "value",
    [
        'a"b\\',
        "\n\r\x00\x1b",
        "'''",
        '"""',
        'it\'s "x"',
        "日本語 🚀",
        "\u2028\U000e0001",
        True,
        5,
        5.0,
        0.25,
        1e-06,
        -3,
    ],
)
def test_a_python_literal_means_its_value(value: Scalar) -> None:
    assert eval(python(value), {}) == value
    assert repr(eval(python(value), {})) == python_repr(value)


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        pytest.param('say "hi"', "'say \"hi\"'", id="the quote that needs fewer escapes"),
        pytest.param("a\nb\t\\", '"a\\nb\\t\\\\"', id="control characters and a backslash"),
        pytest.param("\u202e\U000e0001", '"\\u202e\\U000e0001"', id="what would not be seen"),
        pytest.param("日本語 🚀", '"日本語 🚀"', id="other scripts"),
    ],
)
def test_a_python_literal_shows_what_can_be_seen(text: str, literal: str) -> None:
    assert python(text) == literal


@pytest.mark.parametrize(
    ("words", "inside"),
    [
        pytest.param("ends */ here /* and again", "ends * / here / * and again", id="the ends of a comment"),
        pytest.param("two\nlines", "two lines", id="a line break"),
        pytest.param("@ts-nocheck and a@b", "\\@ts-nocheck and a@b", id="a directive"),
        pytest.param("</script>", "< /script>", id="markup"),
        pytest.param("a\u202eb\u2028c\x07", "ab c", id="invisible characters"),
    ],
)
def test_words_cannot_leave_a_comment(words: str, inside: str) -> None:
    assert comment(words) == inside


def test_long_words_are_wrapped_behind_the_margin() -> None:
    assert wrap("one two three four", " * ", width=12) == " * one two\n * three\n * four"


@pytest.mark.parametrize(
    ("name", "pascal", "constant"), [("shippingPrice", "ShippingPrice", "SHIPPING_PRICE"), ("x1", "X1", "X1")]
)
def test_a_name_in_other_cases(name: str, pascal: str, constant: str) -> None:
    assert (pascal_case(name), constant_case(name)) == (pascal, constant)


def test_words_cannot_leave_a_docstring() -> None:
    words = 'ends """ here \\ and\ngoes on'

    assert eval(f'"""{docstring(words)}"""') == 'ends """ here \\ and goes on'


@pytest.mark.parametrize("words", [">>> 1 / 0", ">>>> 1 / 0", "so: >>> import os"])
def test_words_in_a_docstring_are_no_doctest(words: str) -> None:
    assert doctest.DocTestParser().get_examples(docstring(words).replace("so: ", "")) == []


def test_json_stands_on_one_line_and_shows_everything() -> None:
    assert json_literal({"text": "a\nb\u2028\U000e0001é", "n": 5}) == (
        '{"text": "a\\nb\\u2028\\udb40\\udc01é", "n": 5}'
    )


def test_a_python_literal_stands_in_a_docstring_as_it_is_run() -> None:
    literal = python('ends """ here \\ and\ngoes on')

    shown = docstring_code(f">>> f({literal})")

    assert eval(f'"""{shown}"""') == f">>> f({literal})"
    assert docstring_code('>>> f("DE")') == '>>> f("DE")'


@pytest.mark.parametrize(
    ("name", "kebab"),
    [("shippingPrice", "shipping-price"), ("aBC", "a-b-c"), ("aBc", "a-bc"), ("in_grams", "in-grams")],
)
def test_a_name_as_an_option_of_a_command(name: str, kebab: str) -> None:
    assert kebab_case(name) == kebab
