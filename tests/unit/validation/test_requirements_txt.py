import pytest

from app.validation.requirements_txt import Unpinned, pins

HASH = "--hash=sha256:" + "0" * 64


def test_hashed_requirements_say_which_versions_they_pin() -> None:
    written = f"""\
# written by uv
--require-hashes
colorama==0.4.6 ; sys_platform == 'win32' \\
    {HASH} \\
    {HASH}
    # via pytest
Typing_Extensions==4.16.0 {HASH}  # for older Pythons
requests[security]==2.33.0 {HASH}
"""

    assert pins(written) == {"colorama": "0.4.6", "typing-extensions": "4.16.0", "requests": "2.33.0"}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        pytest.param("pytest==9.2.0", "pytest has no hash", id="no hash"),
        pytest.param(
            f"pytest>=9 {HASH}", "only packages with an exact version (`name==1.2.3`) are installed", id="a range"
        ),
        pytest.param(
            f"git+https://evil.example/x {HASH}",
            "only packages with an exact version (`name==1.2.3`) are installed",
            id="an address",
        ),
        pytest.param(
            "--index-url https://evil.example",
            "options are not allowed: list every package in this one file",
            id="another index",
        ),
        pytest.param("-r more.txt", "options are not allowed: list every package in this one file", id="another file"),
    ],
)
def test_what_would_install_something_else_is_named_by_its_line(line: str, why: str) -> None:
    assert pins(f"# pinned\niniconfig==2.3.1 \\\n  {HASH}\n{line}\n") == Unpinned(4, why)


def test_a_long_file_of_continued_lines_is_read_in_no_time() -> None:
    assert pins("a==1 \\\n" * 200_000) == Unpinned(1, "a has no hash")
