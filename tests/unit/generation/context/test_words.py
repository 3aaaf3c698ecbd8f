import pytest

from app.generation.context.words import words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("lateFee", {"latefee", "late", "fee"}, id="camel case"),
        pytest.param("LATE_FEES", {"late_fee", "late", "fee"}, id="constant"),
        pytest.param("HTTPServer2x", {"httpserver2x", "http", "server"}, id="initials"),
        pytest.param("late fees, please", {"late", "fee"}, id="prose"),
        pytest.param("Gebühren für Bücher", {"gebühren", "für", "bücher"}, id="letters with marks"),
        pytest.param("class glass", {"glass"}, id="no plural"),
        pytest.param("a" * 41 + " b", set[str](), id="long and short"),
    ],
)
def test_words_of_code_and_prose_meet(text: str, expected: set[str]) -> None:
    assert set(words(text)) == expected


def test_words_are_counted() -> None:
    assert words("fee lateFee fees")["fee"] == 3
