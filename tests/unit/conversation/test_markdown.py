import pytest

from app.conversation.markdown import code_block, code_span


@pytest.mark.parametrize(
    ("text", "span"),
    [
        pytest.param("adds", "`adds`", id="plain words"),
        pytest.param("a `b` c", "``a `b` c``", id="backticks inside"),
        pytest.param("`b`", "`` `b` ``", id="backticks at the ends"),
        pytest.param("a ``` b", "````a ``` b````", id="many backticks"),
        pytest.param("one\n\n# two", "`one # two`", id="several lines"),
        pytest.param(" \n", "`(empty)`", id="nothing"),
        pytest.param("x" * 300, "`" + "x" * 199 + "…`", id="too much"),
    ],
)
def test_inline_code_ends_where_its_text_ends(text: str, span: str) -> None:
    assert code_span(text) == span


def test_a_block_is_fenced_by_more_than_it_contains() -> None:
    assert code_block("a\n````\n</details>") == "`````text\na\n````\n</details>\n`````"
