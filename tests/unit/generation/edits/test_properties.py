"""What holds of any edits: all or none, nothing is lost on the way back, and no cut of the stream matters."""

from collections.abc import Mapping, Sequence

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from app.generation.edits.applying import apply
from app.generation.edits.edit import DeleteFile, Edit, RenameFile, Replace, WriteFile
from app.generation.edits.reading.forms import Form
from app.generation.edits.result import Applied, Rejected
from tests.fakes.checkout import FakeCheckout
from tests.unit.generation.edits.answering import FORMS, read, tree_after

QUICK = settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
PATHS = ("src/a.ts", "src/b.py", "docs/c.md", "d.txt")
LINE = st.text(alphabet="ab {}\t'\u2019\u00a0-\u2014", max_size=5)
MARKS = (
    *("src/a.ts", "```", "```ts", "````", "<<<<<<< SEARCH", "=======", ">>>>>>> REPLACE", "x = 1", "  y();", ""),
    *("*** Begin Patch", "*** Update File: src/a.ts", "*** Add File: b.ts", "@@ class A", "-x = 1", "+x = 2", " y();"),
    *("*** End of File", "*** End Patch", "*** Replace: src/a.ts :: A.b", "*** Import: src/a.ts", "*** End"),
    *("*** Delete File: d.txt", "*** Rename File: d.txt -> e.txt", "*** Move to: f.ts", "Some prose.", "src/b.py:"),
)


@st.composite
def trees(draw: st.DrawFn) -> dict[str, bytes]:
    """Files with lines that repeat, with any line ends, and with or without a last one and a byte order mark."""
    files: dict[str, bytes] = {}
    for path in PATHS:
        lines = draw(st.lists(LINE, max_size=8))
        ends = draw(st.lists(st.sampled_from(["\n", "\r\n"]), min_size=len(lines), max_size=len(lines)))
        text = "".join(map("".join, zip(lines, ends, strict=True))) + draw(st.sampled_from(["", "last"]))
        files[path] = draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + text.encode()
    return files


@st.composite
def replacements(draw: st.DrawFn, files: Mapping[str, bytes], path: str, line: int) -> Replace:
    """Lines that mostly are in the file, and others instead of some of them."""
    lines = files[path].decode().removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    start = draw(st.integers(0, len(lines) - 1))
    search = lines[start : start + draw(st.integers(1, 3))]
    if draw(st.booleans()):
        search = [f"  {text.strip()} " for text in search]
    replacement = draw(st.lists(st.one_of(LINE, st.sampled_from(search)), max_size=4))
    return Replace(path, tuple(search), tuple(replacement), line)


@st.composite
def changes(draw: st.DrawFn) -> tuple[dict[str, bytes], tuple[Edit, ...]]:
    """A tree, and some edits of it that may or may not go together."""
    files = draw(trees())
    edits: list[Edit] = []
    for line in range(1, draw(st.integers(2, 6))):
        path = draw(st.sampled_from([*PATHS, "new/e.ts", "D.txt"]))
        kind = draw(st.integers(0, 7))
        if path in files and kind < 5:
            edits.append(draw(replacements(files, path, line)))
        elif kind == 5:
            edits.append(DeleteFile(path, line))
        elif kind == 6:
            edits.append(RenameFile(path, f"moved/{line}", line))
        else:
            edits.append(WriteFile(path, draw(LINE), line))
    return files, tuple(edits)


@QUICK
@given(changes())
def test_a_change_is_whole_or_not_at_all(case: tuple[dict[str, bytes], tuple[Edit, ...]]) -> None:
    """What was rejected comes with no file; what was applied has every path that was named, and no other."""
    files, edits = case
    before = dict(files)

    result = apply(edits, FakeCheckout(files))

    assert files == before
    if isinstance(result, Rejected):
        assert result.problems
        assert {id(edit) for edit in result.matched} < {id(edit) for edit in edits}
    else:
        renamed = {edit.to for edit in edits if isinstance(edit, RenameFile)}
        assert {file.path for file in result.files} == {edit.path for edit in edits} | renamed
        assert tree_after(result, files) != files


@QUICK
@given(changes())
def test_what_matched_in_a_rejected_change_fits_without_the_rest(
    case: tuple[dict[str, bytes], tuple[Edit, ...]],
) -> None:
    """A repair prompt says that these need not be sent again: each has its place, whatever the others come to.

    What a file comes to as a whole, and which names are free, may depend on edits that are still missing.
    """
    files, edits = case
    result = apply(edits, FakeCheckout(files))
    assume(isinstance(result, Rejected) and result.matched)
    assert isinstance(result, Rejected)

    again = apply(result.matched, FakeCheckout(files))

    reasons = set[str]() if isinstance(again, Applied) else {problem.reason for problem in again.problems}
    assert reasons <= {"empty", "no change", "not found", "path"}


@QUICK
@given(trees(), st.data())
def test_an_edit_and_its_inverse_leave_nothing_behind(files: dict[str, bytes], data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(PATHS))
    edit = data.draw(replacements(files, path, 1))
    result = apply([edit], FakeCheckout(files))
    assume(isinstance(result, Applied))
    assert isinstance(result, Applied)

    after = tree_after(result, files)
    back = apply([WriteFile(path, files[path].decode())], FakeCheckout(after))

    assert isinstance(back, Applied)
    assert _without_line_ends(tree_after(back, after)) == _without_line_ends(files)


@QUICK
@given(st.lists(st.sampled_from(["one", "two", "three", "four", "five"]), min_size=3, unique=True), st.data())
def test_lines_that_were_replaced_are_replaced_back_byte_for_byte(lines: list[str], data: st.DataObject) -> None:
    end = data.draw(st.sampled_from(["\n", "\r\n"]))
    mark, last = data.draw(st.sampled_from(["", "\ufeff"])), data.draw(st.sampled_from(["", end]))
    base = {"a.ts": (mark + end.join(lines) + last).encode()}
    start = data.draw(st.integers(0, len(lines) - 1))
    search = tuple(lines[start : start + data.draw(st.integers(1, 2))])
    there = Replace("a.ts", search, ("new", *search[1:], "newer"))
    back = Replace("a.ts", there.replacement, search)

    result = apply([there], FakeCheckout(base))
    assert isinstance(result, Applied)
    after = tree_after(result, base)
    returned = apply([back], FakeCheckout(after))

    assert isinstance(returned, Applied)
    assert tree_after(returned, after) == base


@QUICK
@given(trees(), st.permutations(["a", "b", "c"]))
def test_deleting_and_renaming_can_be_taken_back(files: dict[str, bytes], names: Sequence[str]) -> None:
    there: list[Edit] = [RenameFile(path, f"to/{name}") for path, name in zip(PATHS, names, strict=False)]
    back: list[Edit] = [RenameFile(f"to/{name}", path) for path, name in zip(PATHS, names, strict=False)]

    result = apply(there, FakeCheckout(files))
    assert isinstance(result, Applied)
    after = tree_after(result, files)
    returned = apply(back, FakeCheckout(after))

    assert isinstance(returned, Applied)
    assert tree_after(returned, after) == files


@QUICK
@given(st.sampled_from(FORMS), st.lists(st.sampled_from(MARKS), max_size=40), st.integers(1, 30), st.booleans())
def test_no_cut_of_the_stream_matters(form: Form, lines: list[str], cut: int, has_crlf: bool) -> None:
    answer = ("\r\n" if has_crlf else "\n").join(lines)

    assert read(form, answer, cut=cut) == read(form, answer)


def _without_line_ends(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    return {path: content.replace(b"\r\n", b"\n").removesuffix(b"\n") for path, content in files.items()}
