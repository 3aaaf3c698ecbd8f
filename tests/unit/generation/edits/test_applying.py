"""All edits or none, nothing but what they name, and every reason said."""

from collections.abc import Collection, Sequence

import pytest

from app.domain.change import GeneratedFile
from app.errors import RepoError
from app.generation.edits.applying import MAX_EDITS, apply
from app.generation.edits.edit import AddImport, DeleteFile, Edit, RenameFile, Replace, WriteFile
from app.generation.edits.result import Applied, Rejected
from tests.fakes.checkout import FakeCheckout

X = Replace("src/a.ts", ("x",), ("y",), 1)
FILES = {"src/a.ts": "x\n", "src/b.ts": "z\n"}


def messages(
    edits: Sequence[Edit], files: dict[str, str | bytes] | None = None, *, links: Collection[str] = ()
) -> list[str]:
    result = apply(edits, FakeCheckout(FILES if files is None else files, links=links))
    assert isinstance(result, Rejected)
    return [str(problem) for problem in result.problems]


def test_one_edit_that_does_not_fit_holds_back_all_others() -> None:
    wrong = Replace("src/b.ts", ("nowhere",), ("y",), 2)

    result = apply([X, wrong], FakeCheckout(FILES))

    assert isinstance(result, Rejected)
    assert [problem.path for problem in result.problems] == ["src/b.ts"]
    assert result.matched == (X,)


def test_lines_are_never_looked_for_in_another_file() -> None:
    assert messages([Replace("src/b.ts", ("x",), ("y",))]) == [
        "src/b.ts has no such lines: copy them from the file as it is now"
    ]
    assert messages([Replace("a.ts", ("x",), ("y",))]) == [
        "a.ts is not there: name a file of the repository as it is called now"
    ]


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        pytest.param("../a.ts", "holds an empty, . or .. segment", id="above the tree"),
        pytest.param("/etc/passwd", "is absolute", id="absolute"),
        pytest.param("src//a.ts", "holds an empty, . or .. segment", id="an empty segment"),
        pytest.param(".git/hooks/pre-commit", "is inside .git, or can be read as if it were", id="git's own folder"),
        pytest.param("src/.GIT /x", "is inside .git, or can be read as if it were", id="git's own folder, disguised"),
        pytest.param("a\x00b", "holds a backslash or a control character", id="NUL"),
        pytest.param("a\ud800b", "holds a backslash or a control character", id="half of a pair"),
        pytest.param(
            ".github/workflows/ci.yml", "is inside .github/workflows, which ACS never writes", id="a workflow"
        ),
        pytest.param("src", "is a folder", id="a folder"),
        pytest.param("src/a.ts/b.ts", "is below src/a.ts, which is a file", id="below a file"),
        pytest.param("vendor", "is a symbolic link or a submodule: name the file itself", id="a submodule"),
        pytest.param(
            "vendor/x.ts",
            "is below vendor, which is a symbolic link or a submodule: name the file itself",
            id="inside of a submodule",
        ),
    ],
)
@pytest.mark.parametrize("kind", [WriteFile, DeleteFile, RenameFile])
def test_no_edit_leaves_the_tree_or_goes_through_a_link(kind: type[Edit], path: str, reason: str) -> None:
    edit: Edit = (
        WriteFile(path, "x\n")
        if kind is WriteFile
        else DeleteFile(path)
        if kind is DeleteFile
        else RenameFile(path, "n")
    )

    assert messages([edit], links=["vendor"]) == [f"{path} {reason}"]
    assert messages([RenameFile("src/a.ts", path)], links=["vendor"]) == [
        f"src/a.ts cannot become {path}, which {reason}"
    ]


@pytest.mark.parametrize(
    ("edits", "other"),
    [
        pytest.param([WriteFile("SRC/c.ts", "x")], "src", id="a folder in another case"),
        pytest.param([WriteFile("src/A.TS", "x")], "src/a.ts", id="a file in another case"),
        pytest.param(
            [WriteFile("n/e\u0301.ts", "x"), WriteFile("n/\u00e9.ts", "x", 1)], "n/\u00e9.ts", id="composed letters"
        ),
        pytest.param([WriteFile("n/a", "x"), WriteFile("n/a/b", "x", 1)], "n/a", id="a file and a folder"),
        pytest.param([RenameFile("src/b.ts", "src/A.ts")], "src/a.ts", id="a new name in another case"),
    ],
)
def test_names_that_some_disks_cannot_tell_apart_are_refused(edits: Sequence[Edit], other: str) -> None:
    assert any(f"differs from {other} only in case" in message for message in messages(edits))


def test_a_name_may_change_its_case() -> None:
    result = apply([RenameFile("src/a.ts", "src/A.ts", 1), X], FakeCheckout(FILES, executable=["src/a.ts"]))

    assert isinstance(result, Applied)
    assert result.files == (
        GeneratedFile("src/A.ts", "y\n", "create", "100755"),
        GeneratedFile("src/a.ts", "", "delete", "100755"),
    )


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        pytest.param(
            [X, DeleteFile("src/a.ts", 2)],
            "answer line 2: src/a.ts is edited in ways that exclude each other: lines, deletion",
            id="lines of a deleted file",
        ),
        pytest.param(
            [RenameFile("src/a.ts", "c.ts", 1), RenameFile("src/a.ts", "d.ts", 2)],
            "answer line 2: src/a.ts is edited in ways that exclude each other: renaming",
            id="two new names",
        ),
        pytest.param(
            [RenameFile("src/a.ts", "src/b.ts", 1)],
            "answer line 1: src/a.ts cannot become src/b.ts, which is there already",
            id="a name that is taken",
        ),
        pytest.param(
            [RenameFile("src/a.ts", "c.ts", 1), WriteFile("c.ts", "x", 2)],
            "answer line 1: src/a.ts cannot become c.ts, which is written by another edit too",
            id="a name that is written",
        ),
        pytest.param(
            [WriteFile("src/a.ts", "y\n", 1, only_new=True)],
            "answer line 1: src/a.ts is there already: say which of its lines change",
            id="a new file that is there",
        ),
        pytest.param(
            [WriteFile("c.ts", " \n", 1)],
            "answer line 1: c.ts would be a new file with nothing in it",
            id="an empty new file",
        ),
        pytest.param(
            [WriteFile("c.ts", "// ... rest of the file\n", 1)],
            "answer line 1: c.ts would lose code for which “// ... rest of the file” stands: write the whole file out",
            id="a new file that is not written out",
        ),
        pytest.param(
            [WriteFile("c.ts", "a\x00b", 1)],
            "answer line 1: c.ts would get a character that is no text: U+0000 or half of a pair",
            id="a NUL in a file",
        ),
        pytest.param(
            [AddImport("bad.py", ("import os",), 1)],
            "answer line 1: bad.py is not UTF-8 text (line 2): it cannot be edited",
            id="no text",
        ),
        pytest.param(
            [Replace("great.ts", ("x",), ("y",), 1)],
            "answer line 1: great.ts is larger than the 512 KiB that ACS edits",
            id="a great file",
        ),
        pytest.param([], "there is no edit in the answer", id="no edits"),
        pytest.param(
            [WriteFile(f"{number}.ts", "x") for number in range(MAX_EDITS + 1)],
            "there are 1,001 edits in the answer, more than the 1,000 that ACS applies at once",
            id="too many edits",
        ),
    ],
)
def test_what_cannot_be_is_said(edits: Sequence[Edit], message: str) -> None:
    files = {**FILES, "bad.py": b"x\n\xff\n", "great.ts": b"x\n" * 300_000}

    assert messages(edits, files) == [message]


def test_a_file_that_is_larger_than_can_be_read_is_said() -> None:
    class Great(FakeCheckout):
        def read(self, path: str) -> bytes | None:
            raise RepoError("too large")

    result = apply([X], Great(FILES))

    assert isinstance(result, Rejected)
    assert [str(problem) for problem in result.problems] == ["answer line 1: src/a.ts is larger than ACS reads"]


def test_what_is_no_text_can_be_renamed_and_deleted() -> None:
    files = {"logo.png": b"\x89PNG\xff", "old.png": b"\xff"}

    result = apply([RenameFile("logo.png", "img/logo.png"), DeleteFile("old.png")], FakeCheckout(files))

    assert isinstance(result, Applied)
    assert [(file.path, file.operation, file.content_bytes) for file in result.files] == [
        ("img/logo.png", "create", b"\x89PNG\xff"),
        ("logo.png", "delete", b""),
        ("old.png", "delete", b""),
    ]


def test_an_empty_file_that_means_something_may_be_new() -> None:
    result = apply([WriteFile("lending/__init__.py", "")], FakeCheckout(FILES))

    assert isinstance(result, Applied)
    assert result.files == (GeneratedFile("lending/__init__.py", "", "create"),)


def test_a_whole_file_keeps_the_line_ends_of_lines_that_do_not_change() -> None:
    result = apply([WriteFile("a.ts", "a\nB\nc\nd\n")], FakeCheckout({"a.ts": "a\nb\nc\r\nd\r\n"}))

    assert isinstance(result, Applied)
    assert result.files[0].content == "a\nB\nc\r\nd\r\n"
