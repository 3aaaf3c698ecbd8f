import pytest

from app.domain.yaml_text import Mark, UnreadableYaml, Yaml, parse_yaml, read_yaml

NO_ALIASES = "anchors and aliases (& and *) are not read here; quote the text"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("no", "no", id="no is a word"),
        pytest.param("true", True, id="true is a boolean"),
        pytest.param("007", "007", id="a number with leading zeros is text"),
        pytest.param("-5", -5, id="a negative number"),
        pytest.param("1.50", 1.5, id="a fraction"),
        pytest.param("'5'", "5", id="a quoted number is text"),
        pytest.param("~", None, id="nothing"),
        pytest.param("2024-01-01", "2024-01-01", id="a date is text"),
        pytest.param("[1, {a: b}]", [1, {"a": "b"}], id="flow style"),
        pytest.param("a: |\n  x\n  y\n", {"a": "x\ny\n"}, id="a block of text"),
        pytest.param("", None, id="an empty document"),
    ],
)
def test_what_a_person_writes_keeps_its_meaning(text: str, value: Yaml) -> None:
    assert read_yaml(text).value == value


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        pytest.param("a: 1\nb: 'x", "found unexpected end of stream", 2, id="an open quote"),
        pytest.param("a: 1\na: 2", '"a" stands here twice', 2, id="a repeated key"),
        pytest.param("&x a: 1", NO_ALIASES, 1, id="an anchor on a key"),
        pytest.param("a: &x 1\nb: *x", NO_ALIASES, 1, id="anchor"),
        pytest.param("a: 1\nb: *x", NO_ALIASES, 2, id="alias"),
        pytest.param("a: 1\n<<: {b: 2}", "merge keys (<<) are not read here; write the keys out", 2, id="a merge key"),
        pytest.param("\n- !!python/name:os.system 1", "tags (!) are not read here; quote the text", 2, id="a tag"),
        pytest.param("[a]: 1", "a key must be a word", 1, id="a list as a key"),
        pytest.param("---\na\n---\nb", "a second document", 4, id="two documents"),
        pytest.param("a: \x00", "a character that YAML does not allow", 1, id="a control character"),
        pytest.param("a" * 70_000, "longer than 64 KiB", 1, id="too long"),
        pytest.param("[" * 30_000, "nested deeper than 12 levels", 1, id="a well of brackets"),
        pytest.param("- - - - - - - - - - - - - - a", "nested deeper than 12 levels", 1, id="a well of dashes"),
        pytest.param("[" + "1," * 12_000 + "]", "more than 10000 values", 1, id="too many values"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(text: str, message: str, line: int) -> None:
    with pytest.raises(UnreadableYaml) as failure:
        read_yaml(text)

    assert (failure.value.message, failure.value.line) == (message, line)


def test_every_value_knows_its_line() -> None:
    document = read_yaml("a: 1\nb:\n  - x\n  - c: y\n")

    assert document.line_of(("b", 1, "c")) == 4
    assert document.line_of(("b", 1, "missing")) == 4
    assert document.line_of(("nowhere",)) == 1


def test_every_key_and_value_knows_its_column() -> None:
    document = read_yaml("a:\n  bc:\n    - x\n")

    assert document.key_of(("a", "bc")) == Mark(2, 3)
    assert document.mark_of(("a", "bc")) == Mark(3, 5)
    assert document.key_of(("a", "bc", 0)) == Mark(3, 7)


def test_everything_that_is_not_read_is_said_at_once() -> None:
    with pytest.raises(UnreadableYaml) as failure:
        read_yaml("a: &x 1\nb: *x\na: !t 2\nc: 'open")

    assert [(fault.mark.line, fault.message) for fault in failure.value.faults] == [
        (1, NO_ALIASES),
        (2, NO_ALIASES),
        (3, '"a" stands here twice'),
        (3, "tags (!) are not read here; quote the text"),
        (4, "found unexpected end of stream"),
    ]


def test_what_stands_beside_a_fault_is_read_all_the_same() -> None:
    parsed = parse_yaml("a: 1\na: 2\nb: 3\n")

    assert parsed.document is not None
    assert parsed.document.value == {"a": 2, "b": 3}
    assert len(parsed.faults) == 1
