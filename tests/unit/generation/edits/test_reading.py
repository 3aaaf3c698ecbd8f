"""Answers become edits while they stream; what is incomplete or could mean two things is said with its line."""

import pytest

from app.generation.edits.edit import DeleteFile, Edit, RenameFile, Replace, ReplaceDefinition, WriteFile
from app.generation.edits.reading.forms import Form, reader_of
from app.generation.edits.reading.reader import MAX_ANSWER_CHARS, MAX_PROSE_CHARS
from tests.unit.generation.edits.answering import FORMS, block, by_name, patch, read, update, whole

CHANGE = Replace("a.ts", ("x",), ("y",), 3)


@pytest.mark.parametrize(
    ("form", "answer"),
    [
        pytest.param("search-replace", block("a.ts", "x\n", "y\n"), id="search-replace"),
        pytest.param("v4a", patch(update("a.ts", "-x\n+y\n@@ z\n z\n+w\n")), id="v4a"),
        pytest.param("whole-file", whole("a.ts", "y\n"), id="whole-file"),
        pytest.param("structural", by_name("a.ts", "f", "y\n"), id="structural"),
    ],
)
def test_an_edit_is_there_as_soon_as_its_last_line_is(form: Form, answer: str) -> None:
    reader = reader_of(form)
    seen = [len(reader.feed(f"{line}\n")) for line in [*answer.splitlines(), "And so on."]]

    assert sum(seen[:-1]) >= 1
    assert seen[-1] == 0
    assert reader.end()[1] == ()


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param("a.ts\n<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE\n", id="no fence"),
        pytest.param("```ts\na.ts\n<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE\n```\n", id="inside of the fence"),
        pytest.param("```ts:a.ts\n<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE\n```\n", id="beside the fence"),
        pytest.param("**`a.ts`**\n\n```ts\n<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE\n```\n", id="a blank line"),
        pytest.param("File: ./a.ts\n<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE", id="no newline at the end"),
        pytest.param("a.ts\r\n<<<<<<< SEARCH\r\nx\r\n=======\r\ny\r\n>>>>>>> REPLACE\r\n", id="CRLF"),
        pytest.param("a.ts\n<<<<<<<<< SEARCH\nx\n=========\ny\n>>>>>>>>> REPLACE\n", id="longer markers"),
    ],
)
def test_a_block_names_its_file_in_many_ways(answer: str) -> None:
    (edit,), problems = read("search-replace", answer)

    assert isinstance(edit, Replace)
    assert (edit.path, edit.search, edit.replacement, problems) == ("a.ts", ("x",), ("y",), ())


def test_a_block_right_after_another_is_of_the_same_file() -> None:
    second = block("", "z\n", "w\n")

    edits, problems = read("search-replace", block("a.ts", "x\n", "y\n") + second)

    assert [edit.path for edit in edits] == ["a.ts", "a.ts"]
    assert problems == ()


@pytest.mark.parametrize(
    ("form", "answer", "message"),
    [
        pytest.param(
            "search-replace",
            block("a.ts", "x\n", "y\n") + "And in the other file:\n" + block("", "z\n", "w\n"),
            "answer line 12: the block has no file name on the line above it, or above its fence",
            id="prose before a block without a name",
        ),
        pytest.param(
            "search-replace",
            "a.ts\n<<<<<<< SEARCH\nx\n=======\ny\n",
            "answer line 2: a.ts has a block that breaks off before its end: the answer was cut, or "
            "`>>>>>>> REPLACE` is missing",
            id="a cut answer",
        ),
        pytest.param(
            "search-replace",
            "a.ts\n<<<<<<< SEARCH\nx\n>>>>>>> REPLACE\n",
            "answer line 2: a.ts has a block that has no line of 7 equals signs between its two parts",
            id="no divider",
        ),
        pytest.param(
            "search-replace",
            block("a.rst", "Title\n=======\n", "Name\n=======\n"),
            "answer line 3: a.rst has a block that has a second line of 7 equals signs, on line 6: where such a line "
            "is part of the text, make the three markers longer",
            id="two dividers",
        ),
        pytest.param(
            "search-replace",
            "a.ts\n<<<<<<< SEARCH\nx\n=======\n" + block("b.ts", "x\n", "y\n"),
            "answer line 2: a.ts has a block that is not ended before another one begins on line 7",
            id="a block in a block",
        ),
        pytest.param(
            "whole-file",
            "a.ts\n```\nx\n",
            "answer line 2: a.ts has a block that is not closed: the answer was cut, or a fence inside of the file "
            "closed it",
            id="a fence that is not closed",
        ),
        pytest.param(
            "whole-file",
            whole("README.md", "# A\n\n```\nrun\n```\n\nThe end.\n"),
            "answer line 7: README.md is followed by a fence without a file name, line 7: if it belongs to the file, "
            "put more backticks around the file than it has inside",
            id="a bare fence inside of a file",
        ),
        pytest.param(
            "v4a",
            "*** Begin Patch\n*** Update File: a.ts\n-x\n+y\n",
            "answer line 2: the patch has no `*** End Patch`: the answer was cut, or the line is missing",
            id="a cut patch",
        ),
        pytest.param(
            "v4a",
            patch(update("a.ts", "-x\ny\n")),
            "answer line 4: a.ts has a line that begins neither with a space nor with `+` or `-`",
            id="a line without a sign",
        ),
        pytest.param(
            "v4a",
            patch("*** Add File: a.ts\nx"),
            "answer line 3: a.ts has a line of a new file that does not begin with `+`",
            id="a new file without signs",
        ),
        pytest.param(
            "v4a",
            patch(update("a.ts", " x\n")),
            "answer line 3: a.ts has a part without any `+` or `-`",
            id="a patch that changes nothing",
        ),
        pytest.param(
            "v4a",
            patch("a.ts"),
            "answer line 2: the patch has a line outside of any file: begin with `*** Update File: PATH`",
            id="no section",
        ),
        pytest.param(
            "structural",
            "*** Replace: a.ts :: f\nx\n",
            "answer line 1: a.ts has an edit that breaks off before its end: the answer was cut, or "
            "`*** End` is missing",
            id="a cut edit",
        ),
        pytest.param(
            "structural",
            "*** Replace: a.ts\nx\n*** End\n",
            "answer line 1: a.ts is to be edited by name, but none is given: write `*** Replace: PATH :: NAME`",
            id="no name",
        ),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(form: Form, answer: str, message: str) -> None:
    _, problems = read(form, answer)

    assert str(problems[0]) == message


@pytest.mark.parametrize("form", FORMS)
def test_an_answer_without_edits_is_a_problem(form: Form) -> None:
    _, problems = read(form, "I am sorry, I cannot do that.\n" * 3)

    assert list(map(str, problems)) == [
        "there is no edit in the 3 lines of the answer: give edits in the form that was asked for"
    ]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("line", ["So much to say. " * 10 + "\n", "no end of a line "], ids=["lines", "one line"])
def test_an_answer_of_prose_is_given_up_early(form: Form, line: str) -> None:
    reader = reader_of(form)

    fed = next(number for number in range(10**6) if not reader.feed(line) and reader.hopeless)

    assert fed * len(line) <= (MAX_PROSE_CHARS if "\n" in line else MAX_ANSWER_CHARS)
    assert reader.end() == ((), (reader.hopeless,))
    assert reader.hopeless is not None
    assert reader.hopeless.reason == ("too much prose" if "\n" in line else "too large")


def test_code_that_looks_like_an_edit_of_another_form_is_code() -> None:
    text = "```\n*** Begin Patch\n```ts\n*** End\n"

    edits, problems = read("search-replace", block("a.md", "x\n", text))

    assert [edit.replacement for edit in edits if isinstance(edit, Replace)] == [tuple(text.splitlines())]
    assert problems == ()


def test_an_edit_by_name_may_be_fenced_and_may_hold_its_own_end() -> None:
    edits, problems = read("structural", "**** Replace: a.ts :: A.f\n```ts\nf() {}\n*** End\n```\n**** End\n")

    assert edits == (ReplaceDefinition("a.ts", "A.f", ("f() {}", "*** End"), 1),)
    assert problems == ()


def test_a_patch_is_read_part_by_part() -> None:
    answer = patch(
        "*** Update File: a.ts\n*** Move to: b.ts\n@@ class A\n@@ f() {\n x\n-y\n+z\n\n*** End of File",
        "*** Add File: c.ts\n+one\n+",
        "*** Delete File: d.ts",
    )

    edits, problems = read("v4a", answer)

    expected: tuple[Edit, ...] = (
        RenameFile("a.ts", "b.ts", 3),
        Replace("a.ts", ("x", "y", ""), ("x", "z", ""), 4, ("class A", "f() {"), at_end=True, in_order=True),
        WriteFile("c.ts", "one\n\n", 11, only_new=True),
        DeleteFile("d.ts", 14),
    )
    assert edits == expected
    assert problems == ()
