import pytest

from app.domain.recipe import Problem
from app.generation.recipes.issue_body import FromBlock, FromForm, Unreadable, read_request


def fence(text: str, language: str = "yaml") -> str:
    return f"```{language}\n{text}\n```"


REQUEST = "template: x\nparameters: {a: 1}"
ASKED = FromBlock("x", {"a": 1}, None)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(fence(REQUEST), id="alone"),
        pytest.param(f"Some words.\n\n{fence(REQUEST)}\n\nMore words.", id="between words"),
        pytest.param(f"Words without a gap\n{fence(REQUEST)}", id="right below words"),
        pytest.param(fence(REQUEST).replace("\n", "\r\n"), id="with carriage returns"),
        pytest.param(fence(REQUEST, "yml"), id="as yml"),
        pytest.param(fence(REQUEST, "acs"), id="as acs"),
        pytest.param(fence(REQUEST, "YAML title=x"), id="with more words behind the language"),
        pytest.param(f"~~~yaml\n{REQUEST}\n~~~", id="with tildes"),
        pytest.param(fence("template: x\na: 1"), id="parameters beside the template"),
        pytest.param(fence('{"template": "x", "a": 1}'), id="as JSON"),
        pytest.param(fence("pattern: x\nparameters: {a: 1}"), id="as a pattern"),
        pytest.param(f"{fence('kind: Deployment', 'yaml')}\n{fence(REQUEST)}", id="beside another block"),
        pytest.param(f"<details>\n\n{fence(REQUEST)}\n\n</details>", id="folded away"),
    ],
)
def test_a_block_that_names_a_template_is_read(body: str) -> None:
    assert read_request(body) == ASKED


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("Just words about a template: x", id="words"),
        pytest.param("", id="nothing"),
        pytest.param(f"<!--\n{fence(REQUEST)}\n-->", id="in an HTML comment"),
        pytest.param("> " + fence(REQUEST).replace("\n", "\n> "), id="in a quote"),
        pytest.param("- " + fence(REQUEST).replace("\n", "\n  "), id="in a list"),
        pytest.param("    " + fence(REQUEST).replace("\n", "\n    "), id="in indented code"),
        pytest.param(f"````text\n{fence(REQUEST)}\n````", id="in another block"),
        pytest.param(fence(REQUEST, "python"), id="in another language"),
        pytest.param(fence("spec:\n  template: x"), id="below another key"),
        pytest.param("### Module\n\nshipping", id="a form without a template"),
        pytest.param("### Template\n\n_No response_", id="a form left empty"),
    ],
)
def test_what_names_no_template_is_none_of_our_business(body: str) -> None:
    request = read_request(body)

    assert request is None or request == FromForm("_No response_")


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        pytest.param(
            "Words\n\n" + fence("template: x\na: [1"),
            Problem("the issue, line 6", "expected ',' or ']', but got '<stream end>'", "YAML"),
            id="YAML that does not end",
        ),
        pytest.param(
            fence("module: x", "acs"),
            Problem("the block, template or pattern", None, "the name of a template, or of a pattern"),
            id="a block of ours without a template",
        ),
        pytest.param(
            fence("template: [x]"),
            Problem("the block, template or pattern", '["x"]', "the name of a template, or of a pattern"),
            id="a template that is a list",
        ),
        pytest.param(
            fence("template: x\npattern: y"),
            Problem("the block, template or pattern", "x and y", "the name of a template, or of a pattern"),
            id="a template and a pattern",
        ),
        pytest.param(
            f"{fence(REQUEST)}\n\n{fence(REQUEST)}",
            Problem("the issue", "more than one template or pattern", "one of them in an issue"),
            id="two blocks",
        ),
        pytest.param(
            f"{fence(REQUEST)}\n\n### Template\n\nx",
            Problem("the issue", "more than one template or pattern", "one of them in an issue"),
            id="a block and a form",
        ),
        pytest.param(
            "x" * 66_000, Problem("the issue", "more than 64 KiB", "at most 64 KiB of text"), id="a long issue"
        ),
    ],
)
def test_a_request_that_cannot_be_read_says_why(body: str, problem: Problem) -> None:
    assert read_request(body) == Unreadable((problem,))


def test_keys_beside_the_parameters_are_told_with_what_was_meant() -> None:
    request = read_request(fence(f"{REQUEST}\nconstraint: {{}}"))

    expected = "one of template, parameters, constraints"
    assert isinstance(request, FromBlock)
    assert request.problems == (Problem("the block", "constraint", expected, "constraints"),)


def test_parameters_must_be_an_object() -> None:
    request = read_request(fence("template: x\nparameters: [a]"))

    expected = "an object: name: value, one on each line"
    assert request == FromBlock("x", {}, None, (Problem("parameters", '["a"]', expected),))


def test_the_sections_of_a_form_are_read_as_they_were_written() -> None:
    body = (
        "### Template\n\n`x`\n\n### Module  Name\n\nshipping\n<!-- hint -->\n\n### Source folder\n\n_No response_\n\n"
        "### Table\n\n| a |\n|---|\n| 1 |\n\n#### Inside\n\n```yaml\n- b\n```\n"
    )

    assert read_request(body) == FromForm(
        "x",
        {"module name": "shipping", "table": "| a |\n|---|\n| 1 |\n\n#### Inside\n\n```yaml\n- b\n```"},
    )


def test_a_comment_between_sections_is_not_part_of_one() -> None:
    assert read_request("### Template\n\nx\n\n### Module\n\n<!-- the module\n\n### Fake\n-->\n\nshipping") == FromForm(
        "x", {"module": "shipping"}
    )


def test_a_section_that_stands_twice_is_noticed() -> None:
    request = read_request("### Template\n\nx\n\n### A\n\n1\n\n### a\n\n2")

    assert request == FromForm("x", {"a": "1"}, ("a",))


@pytest.mark.timeout(60)  # one that grows with the square of the length would take minutes
@pytest.mark.parametrize(
    "pattern", [">", "- ", "`", "```\n", "<!--\n", "[a]:\n", "* " * 9 + "\n", "#", "\ud800", "|-", "!["]
)
def test_hostile_markdown_names_no_recipe(pattern: str) -> None:
    assert read_request((pattern * 65_000)[:65_000]) is None
