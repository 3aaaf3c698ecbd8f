from collections.abc import Mapping
from types import MappingProxyType

import pytest

from app.generation.recipes.template import RecipeFaulty, parse_template

MANIFEST = """\
name: note
version: 1.0.0
title: Note
description: Writes a note
language: typescript
parameters:
  text:
    type: string
files:
  note:
    path: "{{ text }}.md"
    source: note.j2
    role: docs
pull_request:
  title: Add {{ text }}
  body: note.j2
"""


def problems(manifest: str = MANIFEST, files: Mapping[str, bytes | None] = MappingProxyType({})) -> list[str]:
    """What is wrong with the template; files are named without their extension, `None` leaves one out."""
    content = {"template.yml": manifest.encode(), "example.md": b"copy me", "files/note.j2": b"{{ text }}\n"}
    for name, changed in files.items():
        path = next(path for path in content if name in path)
        del content[path]
        if changed is not None:
            content[path] = changed
    try:
        parse_template("note", content, folder="t", origin="here")
    except RecipeFaulty as fault:
        return [str(problem) for problem in fault.problems]
    return []


def changed(old: str, new: str) -> list[str]:
    assert old in MANIFEST
    return problems(MANIFEST.replace(old, new))


def test_a_good_template_has_no_problems() -> None:
    assert problems() == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        pytest.param(
            "title: Note", "titel: Note", 't/template.yml:3: unknown key "titel" (did you mean "title"?)', id="key"
        ),
        pytest.param("version: 1.0.0\n", "", 't/template.yml:1: "version" is missing', id="a missing key"),
        pytest.param(
            "type: string",
            "type: strin",
            't/template.yml:8: text: there is no type "strin" (did you mean "string"?)',
            id="a type there is not",
        ),
        pytest.param(
            "type: string",
            "type: string\n    pattrn: x",
            't/template.yml:9: unknown key "pattrn" (did you mean "pattern"?)',
            id="a misspelt key of a parameter",
        ),
        pytest.param(
            "type: string",
            "type: string\n    pattern: (?=x)",
            "t/template.yml:9: pattern: this is not a regular expression of Rust's regex crate: look-around",
            id="a pattern that could take for ever",
        ),
        pytest.param(
            "name: note", "name: other", 't/template.yml:1: the name must be that of the folder, "note"', id="name"
        ),
        pytest.param(
            "source: note.j2",
            "source: nope.j2",
            "t/template.yml:12: there is no file files/nope.j2",
            id="a lost source",
        ),
        pytest.param(
            "source: note.j2",
            "source: ../note.j2",
            "t/template.yml:12: source: String should match pattern",
            id="a source outside the template",
        ),
        pytest.param(
            "body: note.j2", "body: nope.j2", "t/template.yml:16: there is no file files/nope.j2", id="a lost body"
        ),
        pytest.param(
            '"{{ text }}.md"',
            '"{{ text .md"',
            "t/template.yml:11: unexpected end of template",
            id="expression",
        ),
        pytest.param(
            "    source: note.j2\n",
            "",
            "t/template.yml:11: note: a file needs either source or append_line",
            id="no content",
        ),
        pytest.param(
            "role: docs",
            "role: test",
            "t/template.yml:11: note: framework and covers belong to files with the role test",
            id="a test of nothing",
        ),
        pytest.param(
            "role: docs",
            "role: test\n    framework: jest\n    covers: [code]",
            "t/template.yml:1: the document: covers names files that are not here: code",
            id="a test of what is not there",
        ),
        pytest.param(
            "  text:\n",
            "  path:\n",
            "t/template.yml:7: parameters: path cannot name a parameter: the word means something else here",
            id="a name that is taken",
        ),
        pytest.param(
            "title: Add {{ text }}", 'title: "{{ text"', "t/template.yml:15: unexpected end of template", id="title"
        ),
        pytest.param(
            "type: string",
            'type: string\n    default: "{{ text"',
            "t/template.yml:9: unexpected end of template",
            id="a default that is no expression",
        ),
        pytest.param("title: Note", "title: 'No", "t/template.yml:", id="broken YAML"),
    ],
)
def test_a_broken_manifest_is_reported_with_its_line(old: str, new: str, problem: str) -> None:
    assert any(said.startswith(problem) for said in changed(old, new)), changed(old, new)


@pytest.mark.parametrize(
    ("file", "content", "problem"),
    [
        pytest.param("template", None, "t/template.yml: there is no such file", id="no manifest"),
        pytest.param("example", None, "t/example.md: a complete issue to copy is missing", id="no example"),
        pytest.param("example", b"x" * 70_000, "t/example.md: longer than 64 KiB", id="an example that is too long"),
        pytest.param("note", b"one\n{% for %}", "t/files/note.j2:2: ", id="a source that is no template"),
        pytest.param("note", b"{% include 'x' %}", "t/files/note.j2:1: include is not available here", id="an include"),
        pytest.param("note", b"a\n\xff", "t/files/note.j2:2: not UTF-8 text", id="a source that is no text"),
        pytest.param("note", b"x" * 70_000, "t/files/note.j2: longer than 64 KiB", id="a source that is too long"),
    ],
)
def test_a_broken_file_is_reported_with_its_line(file: str, content: bytes | None, problem: str) -> None:
    said = problems(files={file: content})

    assert said[0].startswith(problem), said


def test_all_problems_are_reported_at_once() -> None:
    assert len(changed("title: Note\ndescription: Writes a note\n", "titel: Note\n")) == 3
