"""A file of configuration is read whole or refused, with everything that is wrong, each thing in its place."""

import pytest

from app.governance.repo_config.keys import NOT_YET, all_keys
from app.governance.repo_config.reading import Given, Source, read_config

HERE = Source(".github/acs.yml")
ORGANISATION = Source("acs.yml", repository="octo/.github", may_lock=True)
VALID = b"""\
version: 1
generation:
  constraints:
    maxFiles: 20
    maxLinesPerFile: 400
    allowedDependencies: [zod, "@scope/name"]
    forbiddenPaths: [infra, "**/*.tf"]
pull_request: {base: release/2.x}
"""
IDLE = "does not do anything in this version of ACS yet: leave it out"


def problems(content: bytes, source: Source = HERE) -> list[str]:
    read = read_config(content, source)
    return [] if isinstance(read, Given) else [str(problem) for problem in read]


def test_a_valid_file_says_which_keys_it_sets_and_where() -> None:
    given = read_config(VALID, HERE)

    assert isinstance(given, Given)
    assert {name: (mark.line, mark.column) for name, mark in given.keys.items()} == {
        "generation.constraints.maxFiles": (4, 5),
        "generation.constraints.maxLinesPerFile": (5, 5),
        "generation.constraints.allowedDependencies": (6, 5),
        "generation.constraints.forbiddenPaths": (7, 5),
        "pull_request.base": (8, 16),
    }


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(VALID, id="every key"),
        pytest.param(VALID.replace(b"\n", b"\r\n"), id="lines as Windows ends them"),
        pytest.param(b"\xef\xbb\xbf" + VALID, id="a byte order mark"),
        pytest.param(b"version: 1", id="no key at all"),
        pytest.param(b"version: 1\ngeneration: {constraints: {maxFiles: null}}", id="a limit lifted"),
    ],
)
def test_what_is_valid_is_read(content: bytes) -> None:
    assert problems(content) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(
            b"", "1:1: the file must begin with `version: 1`, and have its other keys below that", id="an empty file"
        ),
        pytest.param(
            b"- version: 1",
            "1:1: the file must begin with `version: 1`, and have its other keys below that",
            id="a list",
        ),
        pytest.param(
            b"generation: {}", "1:1: version is missing: begin the file with `version: 1`", id="without a version"
        ),
        pytest.param(b"version: 2", "1:10: version: found 2, expected 1", id="a later version"),
        pytest.param(b"version: '1'", '1:10: version: found "1", expected 1', id="a version in quotes"),
        pytest.param(b"version: true", "1:10: version: found true, expected 1", id="a version that is true"),
        pytest.param(b"version: 1.0", "1:10: version: found 1.0, expected 1", id="a version with a fraction"),
        pytest.param(
            b"version: 1\ngenration: {}", '2:1: unknown key "genration" (did you mean "generation"?)', id="a typo"
        ),
        pytest.param(
            b"version: 1\ngeneration:\n  constraints:\n    maxFile: 3",
            '4:5: unknown key "maxFile" in generation.constraints (did you mean "maxFiles"?)',
            id="a typo further in",
        ),
        pytest.param(
            b"version: 1\nmaxFiles: 3",
            '2:1: unknown key "maxFiles" (did you mean "generation.constraints.maxFiles"?)',
            id="a key in the wrong place",
        ),
        pytest.param(
            b"version: 1\nzzz: 3",
            '2:1: unknown key "zzz"; there are generation, pull_request, version, locked',
            id="a key like no other",
        ),
        pytest.param(
            b"version: 1\ngeneration.constraints: 3",
            '2:1: unknown key "generation.constraints" (did you mean "generation"?)',
            id="a key with a dot",
        ),
        pytest.param(
            b"version: 1\ngeneration:",
            "2:12: generation: found nothing, expected a mapping with constraints",
            id="an empty section",
        ),
        pytest.param(
            b"version: 1\ngeneration: {constraints: {maxFiles: 0}}",
            "2:38: generation.constraints.maxFiles: found 0, expected a whole number, 1 to 1000",
            id="a number that is too small",
        ),
        pytest.param(
            b"version: 1\ngeneration: {constraints: {maxFiles: '3'}}",
            '2:38: generation.constraints.maxFiles: found "3", expected a whole number, 1 to 1000',
            id="a number in quotes",
        ),
        pytest.param(
            b"version: 1\ngeneration: {constraints: {maxFiles: 1e999}}",
            "2:38: generation.constraints.maxFiles: found Infinity, expected a whole number, 1 to 1000",
            id="a number without end",
        ),
        pytest.param(
            b"version: 1\ngeneration: {constraints: {forbiddenPaths: [infra, /etc]}}",
            '2:52: generation.constraints.forbiddenPaths, item 2: found "/etc"; it must be relative to the root of the '
            "repository, with / between folders and no . or ..",
            id="an absolute path",
        ),
        pytest.param(
            "version: 1\ngeneration: {constraints: {forbiddenPaths: [a\u202eb]}}".encode(),
            '2:45: generation.constraints.forbiddenPaths, item 1: found "a\ufffdb"; it holds a character that cannot '
            "be seen, or begins or ends with a space",
            id="a path that reads backwards",
        ),
        pytest.param(
            b"version: 1\npull_request: {base: '-x'}",
            '2:22: pull_request.base: found "-x", expected the name of a branch',
            id="a branch that reads as an option",
        ),
        pytest.param(
            b"version: 1\npull_request: {base: ''}",
            '2:22: pull_request.base: found "", expected the name of a branch',
            id="an empty text",
        ),
        pytest.param(b"version: 1\nversion: 1", '2:1: "version" stands here twice', id="a key that stands twice"),
        pytest.param(
            b"version: 1\ngeneration: &x {}",
            "2:13: anchors and aliases (& and *) are not read here; quote the text",
            id="an anchor",
        ),
        pytest.param(
            b"version: 1\n<<: {a: 1}", "2:1: merge keys (<<) are not read here; write the keys out", id="a merge key"
        ),
        pytest.param(b"version: '1\n", "1:1: found unexpected end of stream", id="an open quote"),
        pytest.param(b"version: 1\n# \xff", "2:1: this is not UTF-8 text", id="not UTF-8"),
        pytest.param(b"#" * 70_000, "1:1: longer than 64 KiB", id="too long"),
        pytest.param(b"[" * 30_000, "1:14: nested deeper than 12 levels", id="too deep"),
        pytest.param(
            b"version: 1\nlocked: []",
            "2:1: locked belongs into the organisation's file, in its repository .github",
            id="a lock that is not the organisation's",
        ),
        pytest.param(b"version: 1\nbudgets: {task_usd: ten}", f"2:1: budgets {IDLE}", id="a section without effect"),
        pytest.param(b"version: 1\ngeneration: {deep: 3}", f"2:14: generation.deep {IDLE}", id="a key without effect"),
    ],
)
def test_what_is_wrong_is_said_in_its_place(content: bytes, said: str) -> None:
    assert problems(content) == [f".github/acs.yml:{said}"]


def test_everything_that_is_wrong_is_said_at_once() -> None:
    content = (
        b"version: 3\ngeneration:\n  deep: yes\n  constraints:\n    maxFiles: many\n    maxFiles: 3\npullrequest: {}\n"
    )

    assert problems(content) == [
        ".github/acs.yml:1:10: version: found 3, expected 1",
        f".github/acs.yml:3:3: generation.deep {IDLE}",
        '.github/acs.yml:6:5: "maxFiles" stands here twice',
        '.github/acs.yml:7:1: unknown key "pullrequest" (did you mean "pull_request"?)',
    ]


@pytest.mark.parametrize("name", [pytest.param(name, id=name) for name in sorted(NOT_YET)])
def test_a_key_that_nothing_obeys_is_refused(name: str) -> None:
    *sections, key = name.split(".")
    lines = ["version: 1", *(f"{'  ' * depth}{section}:" for depth, section in enumerate(sections))]
    content = "\n".join([*lines, f"{'  ' * len(sections)}{key}: x"])

    (problem,) = problems(content.encode())
    assert IDLE in problem


def test_what_is_switched_off_is_a_key() -> None:
    assert all_keys().keys() > NOT_YET


@pytest.mark.parametrize(
    ("locked", "said"),
    [
        pytest.param("generation.constraints.maxFiles", [], id="a key"),
        pytest.param("generation", [], id="a section"),
        pytest.param(
            "generation.constraint",
            [
                'octo/.github: acs.yml:2:10: locked: there is no key "generation.constraint" '
                '(did you mean "generation.constraints"?)'
            ],
            id="a typo",
        ),
        pytest.param(
            "repair.max_rounds",
            ['octo/.github: acs.yml:2:10: locked: there is no key "repair.max_rounds"'],
            id="a key without effect",
        ),
    ],
)
def test_an_organisation_locks_keys_and_sections(locked: str, said: list[str]) -> None:
    assert problems(f"version: 1\nlocked: [{locked}]".encode(), ORGANISATION) == said
