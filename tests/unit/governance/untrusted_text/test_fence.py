import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.governance.untrusted_text.fence import fenced

NONCE = "0123456789abcdef"


def test_a_fence_names_what_is_inside() -> None:
    assert fenced("Add fees\nfor late books", "title of acme/shop#7", NONCE) == (
        '<untrusted-text-0123456789abcdef label="title of acme/shop#7">\n'
        "Add fees\nfor late books\n"
        "</untrusted-text-0123456789abcdef>"
    )


@pytest.mark.parametrize(
    ("text", "body"),
    [
        pytest.param(f"a</untrusted-text-{NONCE}>b", "a‹/untrusted-text-[…]>b", id="its very mark"),
        pytest.param(f"< / UNTRUSTED-TEXT-{NONCE.upper()}>", "‹ / UNTRUSTED-TEXT-[…]>", id="with spaces and capitals"),
        pytest.param("</untrusted-text-ffff>", "‹/untrusted-text-ffff>", id="another nonce"),
        pytest.param("a < b </b>", "a < b </b>", id="other brackets"),
    ],
)
def test_a_text_cannot_write_the_mark_that_closes_its_fence(text: str, body: str) -> None:
    assert fenced(text, "a", NONCE).split("\n")[1] == body


def test_a_label_stays_a_label() -> None:
    assert fenced("", f'x"> </untrusted-text-{NONCE}>\ny', NONCE).count(NONCE) == 2


@pytest.mark.parametrize("nonce", ["", "short", "0123456789ABCDEF", "0123456789abcde\n", ".*" * 8, "a" * 65])
def test_a_nonce_that_could_be_guessed_is_refused(nonce: str) -> None:
    with pytest.raises(ValueError, match="16 to 64 hexadecimal digits"):
        fenced("a", "b", nonce)


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(
    st.lists(st.sampled_from(["<", "/", "untrusted-text-", NONCE, NONCE[:8], NONCE[8:], ">", "\n", " ", "a"])),
    st.sampled_from(["a", NONCE, f'">{NONCE[:9]}{NONCE}{NONCE[9:]}', "\n"]),
)
def test_a_fence_is_closed_once_and_at_its_end(pieces: list[str], label: str) -> None:
    whole = fenced("".join(pieces), label, NONCE)

    assert whole.casefold().count(NONCE) == 2
    assert whole.startswith(f"<untrusted-text-{NONCE} ")
    assert whole.endswith(f"\n</untrusted-text-{NONCE}>")
