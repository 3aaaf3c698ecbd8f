import pytest

from app.domain.plain_text import one_line, plain


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        pytest.param("\x1b[31mred\x1b[0m", "red", id="colours"),
        pytest.param("\x1b]8;;https://evil.example\x07here\x1b]8;;\x07", "here", id="a terminal's hyperlink"),
        pytest.param("\x1b[2J\x1b[1;1Hall tests passed", "all tests passed", id="a cleared screen"),
        pytest.param("a\x00b\x07c\x08d", "abcd", id="control characters"),
        pytest.param("safe\u202egnp.exe", "safe\ufffdgnp.exe", id="text that runs backwards"),
        pytest.param("ad\u200bmin", "ad\ufffdmin", id="a zero-width space"),
        pytest.param("\ud800", "\ufffd", id="half of a character"),
        pytest.param("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour", id="every kind of line break"),
        pytest.param("größer 🚀\tok", "größer 🚀\tok", id="what people write"),
    ],
)
def test_text_is_what_a_reader_sees(written: str, seen: str) -> None:
    assert plain(written, 100) == seen


def test_long_text_is_cut_with_an_ellipsis() -> None:
    assert plain("abcdef", 5) == "abcd…"
    assert plain("abcde", 5) == "abcde"


def test_a_line_has_no_breaks() -> None:
    assert one_line(" one\n\n  two\tthree ", 100) == "one two three"
