from app.generation.recipes.layout import (
    Unlisted,
    columns,
    fit,
    import_from,
    markdown_table,
    naming,
    typeable,
    typescript_entry,
    typescript_rows,
    without_quoting,
    wrapped,
)


def test_the_first_form_that_fits_into_80_columns_is_taken() -> None:
    assert fit("a" * 80, "broken") == "a" * 80
    assert fit("a" * 81, "broken") == "broken"
    assert fit("日" * 41, "broken") == "broken"


def test_rows_stand_on_a_line_each_and_long_ones_are_opened_up() -> None:
    rows = [{"zone": "home", "price": 5}, {"zone": "x" * 90, "name": "y" * 60}, {"aLongName": "z" * 80, "price": 1}]

    assert typescript_rows(rows, "const a = [", "];").split("\n") == [
        "const a = [",
        '  { zone: "home", price: 5 },',
        "  {",
        f'    zone: "{"x" * 90}",',
        f'    name: "{"y" * 60}",',
        "  },",
        "  {",
        "    aLongName:",
        f'      "{"z" * 80}",',
        "    price: 1,",
        "  },",
        "];",
    ]


def test_a_single_row_is_joined_with_its_brackets() -> None:
    assert typescript_rows([{"a": 1, "b": Unlisted("x")}], "const a = [", "] as const;") == (
        'const a = [{ a: 1, b: "x" as never }] as const;'
    )


def test_parts_that_do_not_fit_stand_on_a_line_each() -> None:
    assert wrapped(["a", "b"], "f(", ");", 2) == "  f(a, b);"
    assert wrapped(["a" * 60, "b" * 20], "f(", ");") == f"f(\n  {'a' * 60},\n  {'b' * 20},\n);"
    assert wrapped(["a" * 60, "b" * 20], "if (", ")", glue=" &&", trailing=False) == (
        f"if (\n  {'a' * 60} &&\n  {'b' * 20}\n)"
    )


def test_spaces_inside_brackets_are_for_one_line_only() -> None:
    assert wrapped(["a", "b"], "f({ ", " }) {") == "f({ a, b }) {"
    assert wrapped(["a" * 60, "b" * 20], "f({ ", " }) {") == f"f({{\n  {'a' * 60},\n  {'b' * 20},\n}}) {{"


def test_a_property_with_long_text_has_it_on_the_next_line() -> None:
    assert typescript_entry("x", "state", 4) == '    state: "x",'
    assert typescript_entry("x" * 80, "state", 4) == f'    state:\n      "{"x" * 80}",'


def test_cells_are_aligned_for_a_terminal() -> None:
    assert columns(["--zone=TEXT\tWhere to.", "--日\tA day.", "--fast"]) == [
        "  --zone=TEXT  Where to.",
        "  --日         A day.",
        "  --fast",
    ]


def test_only_what_a_person_can_type_is_typed() -> None:
    rows = [{"zone": Unlisted("mars"), "weight": 1}, {"zone": "home", "weight": float("nan")}]

    assert typeable(rows) == [{"zone": "mars", "weight": 1}]


def test_an_example_for_a_shell_needs_no_quoting_and_fits_in_a_code_block() -> None:
    home = {"zone": "home", "price": "it's $4"}
    others = [{"zone": zone, "price": 4} for zone in ("", "a b", "$(x)", "it's", "a;b", "`x`", "*")]

    assert without_quoting([home, *others, {"zone": "home", "price": "```"}], "price") == [home]


def test_an_import_is_broken_only_where_it_has_several_names() -> None:
    assert import_from(["a" * 90], "./x") == f'import {{ {"a" * 90} }} from "./x";'
    assert import_from(["a" * 50, "b" * 20], "./x") == (f'import {{\n  {"a" * 50},\n  {"b" * 20},\n}} from "./x";')


def test_the_columns_of_a_table_are_aligned_and_no_value_ends_its_cell() -> None:
    assert markdown_table([{"a": "x|`y`", "b": 5}, {"a": "日本", "b": True}], ["`a`", "b"]).split("\n") == [
        "| `a`          | b      |",
        "| ------------ | ------ |",
        '| ``"x\\|`y`"`` | `5`    |',
        '| `"日本"`     | `true` |',
    ]


def test_a_table_can_be_one_of_python_values() -> None:
    rows = [{"a": True, "b": 'x"'}, {"a": Unlisted(False), "b": 5.0}]

    assert markdown_table(rows, ["`a`", "`b`"], "python").split("\n") == [
        "| `a`     | `b`    |",
        "| ------- | ------ |",
        "| `True`  | `'x\"'` |",
        "| `False` | `5`    |",
    ]


def test_a_message_names_all_inputs_as_the_code_does() -> None:
    row = naming({"zone": Unlisted('a"b'), "weight": float("nan"), "fast": True})

    assert row["named"] == 'zone "a\\"b", weight NaN, fast true'
