import io

import pytest

from app.adapters.sandbox.output import drain, plain
from app.adapters.sandbox.sandbox import BubblewrapSandbox
from app.ports.sandbox import Limits, Step


@pytest.mark.parametrize(
    ("written", "read"),
    [
        pytest.param("\x1b[1;31mred\x1b[0m", "red", id="colour"),
        pytest.param("\x1b[2J\x1b[Hgone?", "gone?", id="clearing the screen"),
        pytest.param("\x1b]0;title\x07text", "text", id="a window title"),
        pytest.param("\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\", "click", id="a link"),
        pytest.param("\x1b]0;never ended\nnext line", "0;never ended\nnext line", id="a title without an end"),
        pytest.param("\x1bP1$r\x1b\\text", "text", id="device control"),
        pytest.param("\x9b31mred", "31mred", id="a control sequence of one byte"),
        pytest.param("50 %\r100 %\r\ndone", "50 %\n100 %\ndone", id="carriage returns"),
        pytest.param("bell\x07 back\x08space\x00 del\x7f", "bell backspace del", id="other control characters"),
        pytest.param("tab\tbed, naïve, 日本", "tab\tbed, naïve, 日本", id="plain text"),
    ],
)
def test_output_is_plain_text(written: str, read: str) -> None:
    assert plain(written) == read


@pytest.mark.parametrize(
    ("written", "limit", "read"),
    [
        (b"", 10, ""),
        (b"0123456789", 10, "0123456789"),
        (b"0123456789x", 10, "01234\n… 1 bytes left out …\n6789x"),
        (b"begin" + b"-" * 1_000_000 + b"enddd", 10, "begin\n… 1000000 bytes left out …\nenddd"),
    ],
)
def test_output_beyond_its_limit_keeps_its_two_ends(written: bytes, limit: int, read: str) -> None:
    assert drain(io.BytesIO(written), limit) == read


def test_output_that_is_not_text_is_read_all_the_same(sandbox: BubblewrapSandbox) -> None:
    outcome = sandbox.run(Step(argv=("printf", r"\377caf\303\251\033[31m!")))

    assert outcome.output == "\ufffdcafé!"


def test_standard_output_and_error_come_in_the_order_they_were_written(sandbox: BubblewrapSandbox) -> None:
    outcome = sandbox.run(Step(argv=("sh", "-c", "echo one; echo two >&2; echo three")))

    assert outcome.output == "one\ntwo\nthree\n"


def test_the_end_of_a_flood_is_kept(sandbox: BubblewrapSandbox) -> None:
    step = Step(argv=("sh", "-c", "echo begin; seq 1000000; echo end"), limits=Limits(output_bytes=1000))

    output = sandbox.run(step).output

    assert output.startswith("begin\n1\n2\n")
    assert output.endswith("\n1000000\nend\n")
    assert len(output) < 1100
