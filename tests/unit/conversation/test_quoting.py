"""Text of others inside Markdown of ours."""

import pytest

from app.conversation.quoting import code, escaped, fenced, inert


@pytest.mark.parametrize(
    ("text", "span"),
    [
        pytest.param("adds", "`adds`", id="plain words"),
        pytest.param("a `b` c", "``a `b` c``", id="backticks inside"),
        pytest.param("`b`", "`` `b` ``", id="backticks at the ends"),
        pytest.param("a ``` b", "````a ``` b````", id="many backticks"),
        pytest.param("one\n\n# two", "`one # two`", id="several lines"),
        pytest.param(" \n", "(empty)", id="nothing"),
        pytest.param("x" * 300, "`" + "x" * 79 + "…`", id="too much"),
    ],
)
def test_inline_code_ends_where_its_text_ends(text: str, span: str) -> None:
    assert code(text) == span


def test_a_block_is_fenced_by_more_than_it_contains() -> None:
    assert fenced("a\n````\n</details>", "text") == "`````text\na\n````\n</details>\n`````"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("plain words", "plain words", id="plain words"),
        pytest.param("<img src=x> **b**", r"\<img src=x\> \*\*b\*\*", id="markup"),
        pytest.param("[a](https://evil.example)", r"\[a\](https://evil.example)", id="a link"),
        pytest.param("1. first", r"1\. first", id="a numbered list"),
        pytest.param("- item", r"\- item", id="a list"),
        pytest.param("# heading", r"\# heading", id="a heading"),
        pytest.param("a\u202eb", "a\ufffdb", id="reversed writing"),
    ],
)
def test_words_stay_words(text: str, shown: str) -> None:
    assert escaped(text) == shown


@pytest.mark.parametrize(
    "text", ["@octo/team", "see #7", "GH-9", "www.evil.example", "https://evil.example", "/acs approve", "  /acs ok"]
)
def test_nobody_is_notified_nothing_is_linked_and_nothing_reads_as_a_command(text: str) -> None:
    said = inert(text)

    for linked in ("@o", "#7", "GH-9", "www.", "://"):
        assert linked not in said
    assert not said.lstrip().startswith("/")
