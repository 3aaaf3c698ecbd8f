"""Where lines are found, how far from the letter, and what of the file stays as it is."""

from collections.abc import Mapping

import pytest

from app.generation.edits.applying import apply
from app.generation.edits.edit import Replace
from app.generation.edits.result import Applied, Level, Rejected
from tests.fakes.checkout import FakeCheckout
from tests.unit.generation.edits.answering import outcome, patch, tree_after, update

TWICE = "class A:\n    def f(self):\n        return 1\n\n\nclass B:\n    def f(self):\n        return 1\n"


def replaced(text: str, search: str, replacement: str) -> str | Rejected:
    result = apply(
        [Replace("a.py", tuple(search.split("\n")), tuple(replacement.split("\n")))], FakeCheckout({"a.py": text})
    )
    return tree_after(result, {"a.py": text})["a.py"].decode() if isinstance(result, Applied) else result


@pytest.mark.parametrize(
    ("text", "search", "replacement", "expected"),
    [
        pytest.param(
            "a \nb\t\nc\n", "a\nb\nc", "a\nB\nc", "a \nB\nc\n", id="white space at ends stays where nothing changes"
        ),
        pytest.param(
            "  a\n\n    b\n", "a\n\n  b", "a\n\n  c\n", "  a\n\n    c\n\n", id="further left, with a blank line"
        ),
        pytest.param("a\n  b\n", "\ta\n\t  b", "\ta\n\t  c", "a\n  c\n", id="further right, by a tab"),
        pytest.param("\t\ta\n\t\t\tb\n", "a\n\tb", "a\n\tc", "\t\ta\n\t\t\tc\n", id="tabs"),
        pytest.param("a\r\nb\nc\r\n", "a\nb\nc", "a\nB\nc", "a\r\nB\r\nc\r\n", id="new lines end as most do"),
        pytest.param(
            "a\x0cb\n\u2028\nc\n", "a\x0cb\n\u2028", "a\x0cb\nx", "a\x0cb\nx\nc\n", id="only newlines end lines"
        ),
        pytest.param("x\n# “a” — b\n", '# "a" - b', "# a", None, id="new words for a line of other punctuation"),
        pytest.param("x\n# “a” — b\n", '# "a" - b', "", "x\n\n", id="a blank line for it"),
        pytest.param("a\n...\nb\n", "a\n...\nb", "a\nx\nb", "a\nx\nb\n", id="three dots that are code"),
        pytest.param("a\nx\nb\nc\n", "a\n...\nc", "A\n...\nC", "A\nx\nb\nC\n", id="three dots for what stays"),
    ],
)
def test_lines_are_replaced(text: str, search: str, replacement: str, expected: str | None) -> None:
    result = replaced(text, search, replacement)

    if expected is None:
        assert isinstance(result, Rejected)
    else:
        assert result == expected


@pytest.mark.parametrize(
    ("text", "search", "replacement", "message"),
    [
        pytest.param(
            "a\n  b\n",
            "  a\n    b",
            "  a\n    B\nc",
            "a.py is indented by 2 less than the searched lines, and the replacement's line “c” has no room for that: "
            "indent both as the file is",
            id="no room to shift",
        ),
        pytest.param(
            "if a:\n    b\n  c\n",
            "a:\nb\nc",
            "d",
            "a.py has no such lines: copy them from the file as it is now",
            id="another indentation on each line",
        ),
        pytest.param(
            "a = 10\n",
            "a = 1",
            "a = 2",
            "a.py has no such lines: copy them from the file as it is now",
            id="a part of a line",
        ),
        pytest.param(
            "a\nb\n",
            "a\n...",
            "c",
            "a.py has no such lines: copy them from the file as it is now",
            id="dots on one side only",
        ),
        pytest.param(
            "c\nx\na\n",
            "a\n...\nc",
            "A\n...\nC",
            "a.py has these lines in another order than they stand around the dots",
            id="pieces in another order",
        ),
        pytest.param(
            "first()\nsecond()\nthird()\n",
            "first()\nsecond()",
            "first()\n# ... rest of the code ...",
            "a.py would lose code for which “# ... rest of the code ...” stands: write all lines out",
            id="a comment for code",
        ),
        pytest.param(
            "# it’s a\n",
            "# it's a",
            "# it's b",
            "a.py has other Unicode punctuation at line 1 than was searched for: copy it to the letter",
            id="other punctuation would be lost",
        ),
        pytest.param(
            "a\n",
            "a",
            "a",
            "a.py would stay as it is: the replacement is the text that was searched for",
            id="no change",
        ),
        pytest.param(
            "a\n\n\n",
            "\n",
            "b",
            "a.py is there already: search for lines of it that say where the new ones belong",
            id="blank lines only",
        ),
        pytest.param(
            "a\nb\n",
            "a",
            "a\nb",
            "a.py has the replacement already, at line 1: leave this edit out, or say where else it belongs",
            id="what would be added is there",
        ),
    ],
)
def test_what_has_not_one_place_is_rejected(text: str, search: str, replacement: str, message: str) -> None:
    result = replaced(text, search, replacement)

    assert isinstance(result, Rejected)
    assert list(map(str, result.problems)) == [message]


def test_the_level_and_the_line_of_each_hunk_are_told() -> None:
    files = {"a.py": "a\nb  \n    c\n# it’s\nd\n"}
    edits = [
        Replace("a.py", ("a",), ("A",), 1),
        Replace("a.py", ("b",), ("B",), 2),
        Replace("a.py", ("c",), ("C",), 3),
        Replace("a.py", ("# it's", "d"), ("# it's", "D"), 4),
    ]

    result = apply(edits, FakeCheckout(files))

    assert isinstance(result, Applied)
    assert [(hunk.line, hunk.level) for hunk in result.hunks] == [
        (1, Level.EXACT),
        (2, Level.TRAILING_WHITE_SPACE),
        (3, Level.INDENTATION),
        (5, Level.PUNCTUATION),
    ]
    assert [hunk.line for hunk in result.inexact] == [2, 3, 5]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param("@@ class B:\n-        return 1\n+        return 2\n", 7, id="an anchor"),
        pytest.param(
            "@@ class A:\n@@ def f(self):\n-        return 1\n+        return 2\n", 2, id="the block of an anchor"
        ),
        pytest.param(
            "@@ -6,3 +6,3 @@ class B:\n-        return 1\n+        return 2\n", 7, id="line numbers are no anchor"
        ),
        pytest.param("-        return 1\n+        return 2\n*** End of File\n", 7, id="the end of the file"),
        pytest.param(
            "-class B:\n+class C:\n@@\n-        return 1\n+        return 2\n", 7, id="below the change before"
        ),
        pytest.param("-        return 1\n+        return 2\n", "ambiguous", id="nothing to tell them apart"),
        pytest.param("@@ class C:\n-        return 1\n+        return 2\n", "anchor not found", id="no such anchor"),
        pytest.param(
            "@@ def f(self):\n-        return 1\n+        return 2\n", "ambiguous", id="an anchor that is there twice"
        ),
        pytest.param("-class A:\n+class C:\n*** End of File\n", "not found", id="not at the end"),
    ],
)
def test_a_patch_says_which_of_equal_places_it_means(change: str, expected: int | str) -> None:
    files: Mapping[str, str] = {"a.py": TWICE}

    result = outcome("v4a", patch(update("a.py", change)), files)

    if isinstance(expected, str):
        assert isinstance(result, Rejected)
        assert [problem.reason for problem in result.problems] == [expected]
    else:
        assert isinstance(result, Applied)
        lines = TWICE.splitlines()
        after = tree_after(result, files)["a.py"].decode().splitlines()
        assert [at for at, line in enumerate(after) if line == "        return 2"] == [expected]
        assert len(after) == len(lines)


def test_an_edit_may_be_of_lines_that_the_one_before_it_made() -> None:
    edits = [Replace("a.py", ("a",), ("b", "c"), 1), Replace("a.py", ("b", "c"), ("d",), 2)]

    result = apply(edits, FakeCheckout({"a.py": "a\n"}))

    assert isinstance(result, Applied)
    assert [file.content for file in result.files] == ["d\n"]


def test_an_edit_of_lines_that_only_a_later_one_makes_is_rejected() -> None:
    edits = [Replace("a.py", ("b", "c"), ("d",), 1), Replace("a.py", ("a",), ("b", "c"), 2)]

    result = apply(edits, FakeCheckout({"a.py": "a\n"}))

    assert isinstance(result, Rejected)
    assert [problem.reason for problem in result.problems] == ["not found"]


def test_insertions_at_one_place_have_no_order() -> None:
    edits = [Replace("a.py", ("a",), ("a", "b"), 1), Replace("a.py", ("z",), ("c", "z"), 2)]

    result = apply(edits, FakeCheckout({"a.py": "a\nz\n"}))

    assert isinstance(result, Rejected)
    assert [problem.reason for problem in result.problems] == ["overlapping"]


def test_great_files_and_searches_that_nearly_match_take_no_time() -> None:
    """Quadratic work would show here: the limit of the test run would end it."""
    text = "    x = 1\n" * 50_000
    edits = [Replace("a.py", ("  x = 1",) * 5_000 + (f"y{number}",), ("z",), number) for number in range(4)]

    result = apply(edits, FakeCheckout({"a.py": text}))

    assert isinstance(result, Rejected)
    assert {problem.reason for problem in result.problems} == {"not found"}
