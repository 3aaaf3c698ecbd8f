"""Whatever stands in the file, it is read or answered."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.domain.config_check import ConfigProblem
from app.governance.repo_config.merging import Effective, merge
from app.governance.repo_config.reading import Given, Source, read_config

KEYS = st.sampled_from(["version", "generation", "constraints", "maxFiles", "forbiddenPaths", "locked", "base", "<<"])
SCALARS = st.sampled_from(["1", "", "'", '"\\ud800"', "&a x", "*a", "!t x", "1e999", "[", "{", "- x", "\u2028", "\r"])


def line(indent: int, key: str, value: str, end: str) -> str:
    return f"{'  ' * indent}{key}: {value}{end}"


LINES = st.builds(
    line,
    st.integers(0, 3),
    KEYS,
    SCALARS,
    st.sampled_from(["\n", "\r\n", "\r", "", "\x85"]),
)


def check(content: bytes) -> None:
    read = read_config(content, Source(".github/acs.yml"))
    if isinstance(read, Given):
        assert isinstance(merge(read, None), Effective)
        return
    assert read
    for problem in read:
        assert isinstance(problem, ConfigProblem)
        assert 1 <= problem.line <= len(content.split(b"\n"))
        assert problem.column >= 1
        assert problem.message


@settings(max_examples=150, deadline=None, database=None)
@given(st.lists(LINES, max_size=8).map("".join))
@example("version: '1\n")
@example("version: 1\ngeneration: {constraints: {forbiddenPaths: ['\ud800']}}")
def test_any_text_is_read_or_answered_on_a_line_of_it(text: str) -> None:
    check(text.encode(errors="surrogatepass"))


@settings(max_examples=150, deadline=None, database=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_answered_on_a_line_of_them(content: bytes) -> None:
    check(content)
