import pytest

from app.domain.yaml_text import Yaml
from app.generation.recipes.lane import Ready
from tests.unit.generation.recipes.issues import FUNCTION, block, function, made, plan, wrong

A_PATH = "a relative path of letters, digits and . _ - @ +, outside .git and .github/workflows"
AT = "functions, item 1"


def test_everything_that_is_wrong_is_said_at_once() -> None:
    body = block(modul="x", module="../x", description=5, functions=function(name="for", output="a b"))

    assert [where for where, *_ in wrong(body)] == [
        "parameters",
        "module",
        "description",
        f"{AT}, name",
        f"{AT}, output, name",
    ]


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        pytest.param(
            {"modul": "x"},
            (
                "parameters",
                "modul",
                "one of module, description, functions, source_folder, test_folder, export_from_index",
                "module",
            ),
            id="a misspelt parameter",
        ),
        pytest.param({"description": None}, ("description", None, "text, 1 to 1000 characters", None), id="a gap"),
        pytest.param(
            {"description": "\x07\n"}, ("description", "", "text, 1 to 1000 characters", None), id="invisible text"
        ),
        pytest.param(
            {"source_folder": ".git"},
            ("source_folder", ".git", A_PATH, None),
            id="a folder that is git's",
        ),
        pytest.param(
            {"export_from_index": "yes"}, ("export_from_index", "yes", "true or false", None), id="yes is no boolean"
        ),
        pytest.param({"functions": []}, ("functions", "[]", "a list of 1 to 20 items", None), id="no functions"),
        pytest.param(
            {"functions": ["x"]},
            (AT, "x", "an object with name, inputs, output and examples", None),
            id="a function that is a word",
        ),
    ],
)
def test_a_wrong_parameter_is_named_with_what_is_expected(
    fields: dict[str, Yaml], problem: tuple[str, str | None, str, str | None]
) -> None:
    assert wrong(block(**fields)) == [problem]


@pytest.mark.parametrize(
    ("fields", "where", "given", "expected"),
    [
        pytest.param({"name": "Rate"}, "name", "Rate", "a name in lowerCamelCase", id="a capital first"),
        pytest.param({"name": "a" * 31}, "name", "a" * 31, "at most 30 letters", id="a long name"),
        pytest.param({"name": "class"}, "name", "class", "another name", id="a reserved word"),
        pytest.param({"name": "globalThis"}, "name", "globalThis", "another name", id="a global"),
        pytest.param({"name": "expect"}, "name", "expect", "another name", id="a word of the tests"),
        pytest.param({"inputs": ["row"]}, "inputs, item 1, name", "row", "another name", id="a word of the code"),
        pytest.param(
            {"inputs": ["percent"]}, "inputs", "percent", "a different name for every input", id="input like output"
        ),
        pytest.param({"inputs": list("abcdef")}, "inputs", '[{"name": "a"}', "1 to 5 items", id="too many inputs"),
        pytest.param({"rule": "treshold"}, "rule", "treshold", "one of exact, threshold", id="a misspelt rule"),
        pytest.param(
            {"examples": None}, "examples", None, "2 to 200 rows with the columns country, percent", id="no examples"
        ),
        pytest.param({"examples": "x"}, "examples", "x", "a table needs a header", id="no table"),
        pytest.param({"examples": "|a|\n|-|\n|1|2|"}, "examples", "|a|", "row 1 has 2 cells, the header 1", id="cells"),
        pytest.param(
            {"examples": [{"country": "DE", "percent": 1}]}, "examples", "[{", "2 to 200 rows", id="a single row"
        ),
        pytest.param({"examples": ["a", "b"]}, "examples, row 1", "a", "an object with country, percent", id="words"),
        pytest.param({"otherwise": "x"}, "otherwise", "x", "error, or a number like the output percent", id="fallback"),
        pytest.param({"rule": "threshold"}, "examples, row 1, country", "DE", "a number of at most", id="text steps"),
    ],
)
def test_a_wrong_function_is_named_with_what_is_expected(
    fields: dict[str, Yaml], where: str, given: str | None, expected: str
) -> None:
    place, shown, words, _ = wrong(block(functions=function(**fields)))[0]

    assert place == f"{AT}, {where}"
    assert (shown is None and given is None) or (shown or "").startswith(given or "?")
    assert expected in words


@pytest.mark.parametrize(
    ("row", "where", "given", "expected"),
    [
        pytest.param({"country": "IT"}, "row 3, percent", None, "text of at most 2000 characters", id="a missing cell"),
        pytest.param({"country": "IT", "percent": "22"}, "row 3, percent", "22", "a number, as in row 1", id="text"),
        pytest.param({"country": "DE", "percent": 7}, "row 3", "DE", "differ from those of row 1", id="same inputs"),
        pytest.param({"country": "IT", "percent": 1e300}, "row 3, percent", "1e+300", "9007199254740991", id="huge"),
        pytest.param({"country": "IT", "percent": 1e-9}, "row 3, percent", "1e-09", "0.000001", id="tiny"),
        pytest.param({"country": "I" * 2001, "percent": 1}, "row 3, country", "IIII", "at most 2000", id="a long cell"),
        pytest.param({"country": "IT", "percent": [1]}, "row 3, percent", "[1]", "text of at most", id="a list"),
    ],
)
def test_a_wrong_row_is_named_with_what_is_expected(
    row: dict[str, Yaml], where: str, given: str | None, expected: str
) -> None:
    rows = FUNCTION["examples"]
    assert isinstance(rows, list)

    place, shown, words, _ = wrong(block(functions=function(examples=[*rows, row])))[0]

    assert place == f"{AT}, examples, {where}"
    assert (shown is None and given is None) or (shown or "").startswith(given or "?")
    assert expected in words


@pytest.mark.parametrize(
    "folder", ['a"b', "a'b", "a`b", "a b", "a;b", "a](b", "$a", "a\nb", "a/", "/a", "a//b", "../a"]
)
def test_a_folder_holds_nothing_that_could_end_a_string_or_a_link(folder: str) -> None:
    assert wrong(block(source_folder=folder))[0][2] == A_PATH


def test_a_misspelt_column_is_understood() -> None:
    rows: list[Yaml] = [{"country": "DE", "percent": 1}, {"countri": "FR", "percent": 2}]

    assert wrong(block(functions=function(examples=rows)))[0] == (
        f"{AT}, examples, row 2",
        "countri",
        "one of country, percent",
        "country",
    )


def test_a_declared_type_holds_for_every_row() -> None:
    problems = wrong(block(functions=function(output={"name": "percent", "type": "string"})))

    assert problems == [
        (f"{AT}, examples, row 1, percent", "19", "text, the type of percent is string", None),
        (f"{AT}, examples, row 2, percent", "20", "text, the type of percent is string", None),
    ]


@pytest.mark.parametrize("value", [2_000_000_000, 0.00001])
def test_a_threshold_must_be_one_that_can_be_tested_just_below(value: float) -> None:
    rows: list[Yaml] = [{"country": 1, "percent": 1}, {"country": value, "percent": 2}]

    where, _, expected, _ = wrong(block(functions=function(rule="threshold", examples=rows)))[0]

    assert where == f"{AT}, examples, row 2, country"
    assert expected == "a number of at most 1000000000 with at most 4 decimal places, to compare with"


def test_a_threshold_cannot_be_a_literal_type() -> None:
    rows: list[Yaml] = [{"a": 1, "percent": 1}, {"a": 2, "percent": 2}]
    inputs: list[Yaml] = [{"name": "a", "type": "literal"}]

    problems = wrong(block(functions=function(rule="threshold", inputs=inputs, examples=rows)))

    assert problems == [(f"{AT}, inputs, a, type", "literal", "number, because it is compared with thresholds", None)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param({}, {}, id="the same name twice"),
        pytest.param({"name": "rate"}, {"name": "RATE".lower()}, id="names that differ in case only"),
        pytest.param(
            {"name": "a", "inputs": ["bC"], "examples": [{"bC": 1, "percent": 1}, {"bC": 2, "percent": 1}]},
            {"name": "aB", "inputs": ["c"], "examples": [{"c": 1, "percent": 1}, {"c": 2, "percent": 1}]},
            id="types that would have one name",
        ),
    ],
)
def test_functions_whose_names_run_together_are_refused(first: dict[str, Yaml], second: dict[str, Yaml]) -> None:
    problems = wrong(block(functions=[*function(**first), *function(**second)]))

    assert problems[0][0] == "functions"
    assert problems[0][2] == "a name that does not run together with those of another function"


def test_a_column_of_booleans_is_typed_and_its_rows_are_looked_up() -> None:
    rows: list[Yaml] = [{"isFast": True, "percent": 1}, {"isFast": False, "percent": 2}]
    source = made(block(functions=function(inputs=["isFast"], examples=rows)))["src/vat.ts"]

    assert "export function rate(isFast: boolean): number {" in source
    assert "String(isFast)" in source


def test_minus_zero_is_zero() -> None:
    rows: list[Yaml] = [{"country": "DE", "percent": -0.0}, {"country": "FR", "percent": 1}]

    assert '{ country: "DE", percent: 0 },' in made(block(functions=function(examples=rows)))["src/vat.ts"]


@pytest.mark.parametrize(
    ("constraints", "where", "meant"),
    [
        pytest.param({"maxFile": 1}, "constraints", "maxFiles", id="a misspelt limit"),
        pytest.param({"maxFiles": 0}, "constraints, maxFiles", None, id="a limit of nothing"),
        pytest.param({"maxFiles": True}, "constraints, maxFiles", None, id="a boolean as a limit"),
        pytest.param({"allowedDependencies": [5]}, "constraints, allowedDependencies, item 1", None, id="a number"),
        pytest.param({"allowedDependencies": "left-pad"}, "constraints, allowedDependencies", None, id="a word"),
        pytest.param("none", "constraints", None, id="no object"),
    ],
)
def test_wrong_constraints_are_named(constraints: Yaml, where: str, meant: str | None) -> None:
    problems = wrong(block(constraints=constraints))

    assert [(place, hint) for place, _, _, hint in problems] == [(where, meant)]


def test_a_misspelt_key_beside_the_parameters_is_a_problem_like_any_other() -> None:
    body = block(module="../x").replace('"constraints"', '"constraint"')

    assert [(where, meant) for where, _, _, meant in wrong(body)] == [("the block", "constraints"), ("module", None)]


def test_constraints_that_are_left_out_restrict_nothing() -> None:
    ready = plan(block(constraints={"maxFiles": 5}))

    assert isinstance(ready, Ready)
    assert (ready.constraints.max_files, ready.constraints.max_lines_per_file) == (5, None)
    assert ready.constraints.allowed_dependencies is None
