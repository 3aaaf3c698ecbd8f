import pytest

from app.domain.repo import IssueRef, RepoRef
from app.domain.slug import branch_slug
from app.domain.task import branch_of

ISSUE = IssueRef(RepoRef("github.com", 1, 42, "octo", "shop"), 7)


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        pytest.param("Add a parser", "add-a-parser", id="plain words"),
        pytest.param("Größe: éàü!", "groe-eau", id="accents"),
        pytest.param("  ../../etc; rm -rf ~ `x` ", "etc-rm-rf-x", id="what a shell would read"),
        pytest.param("日本語", "", id="nothing of it is ASCII"),
        pytest.param("a" * 60, "a" * 40, id="one long word"),
        pytest.param("parse " * 20, "parse-parse-parse-parse-parse-parse", id="cut between words"),
    ],
)
def test_a_slug_is_letters_digits_and_hyphens(title: str, slug: str) -> None:
    assert branch_slug(title) == slug


def test_a_branch_names_the_issue_and_a_second_run_its_number() -> None:
    assert branch_of(ISSUE, "Add a parser", run=1) == "acs/issue-7-add-a-parser"
    assert branch_of(ISSUE, "日本語", run=1) == "acs/issue-7"
    assert branch_of(ISSUE, "Add a parser", run=2) == "acs/issue-7-add-a-parser-2"
