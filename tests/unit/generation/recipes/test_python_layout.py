from app.generation.recipes.python_layout import (
    python_docstring,
    python_import,
    python_key,
    python_module,
    python_words,
    python_wrapped,
)


def test_what_fits_stands_on_one_line_and_what_does_not_has_trailing_commas() -> None:
    assert python_wrapped(["a: int", "b: int"], "def f(", ") -> int:") == "def f(a: int, b: int) -> int:"
    assert (
        python_wrapped(["a" * 40, "b" * 40], "f(", ")", 4) == f"    f(\n        {'a' * 40},\n        {'b' * 40},\n    )"
    )


def test_a_key_of_several_parts_is_a_tuple() -> None:
    assert python_key(['"a"'], ": 1,", 4) == '    "a": 1,'
    assert python_key(['"a"', "True"], ": 1,", 4) == '    ("a", True): 1,'
    assert python_key(["a" * 40, "b" * 40], ": 1,") == f"(\n    {'a' * 40},\n    {'b' * 40},\n): 1,"


def test_a_docstring_ends_where_it_fits() -> None:
    assert python_docstring("Short.") == '"""Short."""'
    assert python_docstring("word " * 14 + "words", 4) == '    """' + "word " * 13 + 'word\n    words\n    """'
    assert python_docstring("Goes on.", 4, closed=False) == '    """Goes on.'


def test_words_in_a_docstring_hang_below_their_name() -> None:
    assert python_words("name: " + "word " * 15, 8, 4) == f"        name: {'word ' * 12}word\n            word word"


def test_an_import_has_parentheses_only_where_it_is_broken() -> None:
    assert python_import(["a", "b"], "shop") == "from shop import a, b"
    assert python_import(["b" * 40], "a" * 40) == f"from {'a' * 40} import (\n    {'b' * 40},\n)"


def test_a_module_is_named_as_it_is_imported() -> None:
    assert python_module("src/shop/cart.py") == "shop.cart"
    assert python_module("shop/api/__init__.py") == "shop.api"
