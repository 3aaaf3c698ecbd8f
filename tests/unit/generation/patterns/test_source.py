"""Files of anybody, read and edited within limits: what cannot be is said with its place, and nothing takes long."""

import pytest

from app.domain.recipe import Place
from app.generation.patterns.editing import Edit, edited, spliced
from app.generation.patterns.source import (
    NotEditable,
    grammar_of,
    parse,
    read_source,
    read_sources,
)
from tests.fakes.checkout import FakeCheckout


def place_of(path: str, content: bytes) -> Place:
    with pytest.raises(NotEditable) as caught:
        read_source(FakeCheckout({path: content}), path)
    return caught.value.place


@pytest.mark.parametrize(
    ("path", "content", "expected"),
    [
        pytest.param("a.md", b"x", Place("a.md", None, "is not JavaScript, TypeScript or Python"), id="no code"),
        pytest.param(
            "a.d.ts", b"", Place("a.d.ts", None, "is not JavaScript, TypeScript or Python"), id="declarations"
        ),
        pytest.param("a.js", b"a\n\xff", Place("a.js", 2, "is not UTF-8 text: save it as UTF-8"), id="not UTF-8"),
        pytest.param("a.js", b"let a;\nlet = = 1;\n", Place("a.js", 2, "cannot be parsed here"), id="a syntax error"),
        pytest.param("a.js", b"if (a { b }", Place("a.js", 1, "cannot be parsed here"), id="a missing token"),
        pytest.param(
            "a.js",
            b"a;\n" + b"b;" * 6_000,
            Place("a.js", 2, "is longer than 10,000 characters: nobody wrote it by hand"),
            id="minified",
        ),
        pytest.param("a.py", b"def f(:\n  pass", Place("a.py", 1, "cannot be parsed here"), id="broken Python"),
    ],
)
def test_what_is_no_code_is_refused_with_its_place(path: str, content: bytes, expected: Place) -> None:
    assert place_of(path, content) == expected


def test_a_file_that_is_not_there_is_refused() -> None:
    with pytest.raises(NotEditable, match=r"^a\.js: is not there$"):
        read_source(FakeCheckout({}), "a.js")


def test_files_that_are_too_much_together_are_refused() -> None:
    base = FakeCheckout({f"{number:02}.js": b"xyz;\n" * 100_000 for number in range(9)})

    with pytest.raises(NotEditable, match=r"04\.js: and the files before it are more code than is looked at in one go"):
        read_sources(base, base.paths(), mentioning="x")

    assert read_sources(base, base.paths(), mentioning="q") == ([], [])


def test_strange_letters_are_counted_like_any_others() -> None:
    text = "// 日本語 🚀 \u202e\nconst 変数 = '\u200b𝕏'; f(変数);\n"
    source = read_source(FakeCheckout({"a.js": text}), "a.js")
    call = source.root.find_all(kind="call_expression")[0]
    at = call.range()

    assert source.text[at.start.index : at.end.index] == "f(変数)"
    assert source.place(call, "x") == Place("a.js", 2, "x")


def test_only_the_edited_bytes_change() -> None:
    content = "\ufeffa(1);\r\nb(2); // x\rc(3);\n\r\nd(4)".encode()
    source = read_source(FakeCheckout({"a.js": content}, executable=["a.js"]), "a.js")

    file = edited(source, [Edit(2, 3, "10"), Edit(7, 7, "x;\ny;\n")])

    assert file.content_bytes == "\ufeffa(10);\r\nx;\r\ny;\r\nb(2); // x\rc(3);\n\r\nd(4)".encode()
    assert (file.mode, file.operation) == ("100755", "modify")


@pytest.mark.parametrize(
    ("path", "text", "edit", "words"),
    [
        pytest.param("a.js", "f(1);", Edit(2, 3, "("), "would not parse", id="no JavaScript"),
        pytest.param("a.py", "def f():\n    pass\n", Edit(13, 17, "("), "would not parse", id="no grammar of Python"),
        pytest.param(
            "a.py", "if a:\n    b\n    c\n", Edit(12, 16, "      "), "would not be Python", id="no indentation"
        ),
        pytest.param("a.js", "f(1); // x\n", Edit(5, 10, ""), "would lose a comment", id="a lost comment"),
    ],
)
def test_an_edit_that_breaks_the_file_is_refused(path: str, text: str, edit: Edit, words: str) -> None:
    source = read_source(FakeCheckout({path: text}), path)

    with pytest.raises(NotEditable, match=words):
        edited(source, [edit])


def test_edits_that_overlap_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="two edits overlap at character 2"):
        spliced("abcdef", [Edit(0, 3, "x"), Edit(2, 4, "y")])


def test_edits_at_the_same_place_are_made_in_their_order() -> None:
    assert spliced("ab", [Edit(1, 1, "1"), Edit(1, 1, "2"), Edit(1, 2, "x")]) == "a12x"


@pytest.mark.parametrize(
    ("path", "grammar"),
    [
        pytest.param("a.tsx", "tsx", id="tsx"),
        pytest.param("a.mts", "typescript", id="mts"),
        pytest.param("a.cjs", "javascript", id="cjs"),
        pytest.param("a.d.mts", None, id="declarations"),
        pytest.param("Makefile", None, id="anything else"),
    ],
)
def test_the_grammar_is_that_of_the_extension(path: str, grammar: str | None) -> None:
    assert grammar_of(path) == grammar


def test_an_empty_file_is_code_without_anything_in_it() -> None:
    assert parse("a.js", "", "javascript").children() == []
