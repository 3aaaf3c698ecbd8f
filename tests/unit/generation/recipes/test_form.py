"""A form that ACS ships, filled in by a person, comes back as the request it stands for."""

from app.domain.change import Constraints
from app.domain.yaml_text import Yaml, read_yaml
from app.generation.recipes.catalogue import Catalogue
from app.generation.recipes.issue_form import issue_form
from app.generation.recipes.lane import Ready
from app.generation.recipes.template import Template
from tests.fakes.checkout import FakeCheckout
from tests.unit.generation.recipes.issues import made, plan, wrong

FUNCTIONS = """```yaml
- name: rate
  description: The rate of a country.
  inputs: [country]
  output: percent
  examples: |
    | country | percent |
    | ------- | ------- |
    | DE      | 19      |
    | `NO`    | 25      |
```"""


def filled_in(**sections: str) -> str:
    given = {"Module": "vat", "Description": "VAT rates.", "Functions": FUNCTIONS, **sections}
    return "### Template\n\ntypescript-module\n\n" + "\n\n".join(
        f"### {head}\n\n{text}" for head, text in given.items()
    )


def form() -> dict[str, Yaml]:
    template = Catalogue(FakeCheckout({})).load("typescript-module")
    assert isinstance(template, Template)
    parsed = read_yaml(issue_form(template, "acs")).value
    assert isinstance(parsed, dict)
    return parsed


def test_a_form_that_was_filled_in_makes_the_change() -> None:
    files = made(filled_in(**{"Source folder": "_No response_", "Export from index": "true"}))

    assert list(files) == ["src/vat.ts", "src/index.ts", "docs/vat.md", "src/vat.test.ts"]
    assert '{ country: "NO", percent: 25 },' in files["src/vat.ts"]


def test_words_are_taken_as_they_stand() -> None:
    files = made(filled_in(Description="Rates: all of them, # really"))

    assert " * Rates: all of them, # really\n" in files["src/vat.ts"]


def test_constraints_stand_in_a_section_of_their_own() -> None:
    ready = plan(filled_in(Constraints="```yaml\nmaxFiles: 3\n```"))

    assert isinstance(ready, Ready)
    assert ready.constraints == Constraints(max_files=3)


def test_what_is_wrong_in_a_form_is_named_by_its_section() -> None:
    body = filled_in(**{"Module": "../x", "Functions": "- [", "Export from index": "maybe"})

    assert [where for where, *_ in wrong(body)] == ["functions", "module", "functions", "export_from_index"]


def test_a_misspelt_heading_is_noticed_and_a_strange_one_is_left_alone() -> None:
    body = filled_in(Modul="x").replace("### Module\n", "### Notes for the reader\n")

    assert wrong(body)[0] == ("modul", None, "a heading that the template knows", "module")
    assert len(wrong(body)) == 2


def test_a_heading_that_stands_twice_is_a_problem() -> None:
    assert wrong(filled_in() + "\n\n### Module\n\nother") == [
        ("module", "two sections", "one section of that name", None)
    ]


def test_the_form_asks_for_every_parameter_and_labels_the_issue() -> None:
    fields = form()["body"]
    assert isinstance(fields, list)

    assert form()["labels"] == ["acs"]
    assert [field["id"] for field in fields if isinstance(field, dict)] == [
        "template",
        "module",
        "description",
        "functions",
        "source-folder",
        "test-folder",
        "export-from-index",
        "constraints",
    ]


def test_fields_are_of_the_kind_that_their_parameters_need() -> None:
    fields = form()["body"]
    assert isinstance(fields, list)

    assert fields[0] == {
        "type": "dropdown",
        "id": "template",
        "attributes": {"label": "Template", "options": ["typescript-module"], "default": 0},
        "validations": {"required": True},
    }
    assert fields[6] == {
        "type": "dropdown",
        "id": "export-from-index",
        "attributes": {
            "label": "Export from index",
            "description": "Whether index.ts of the source folder exports everything from the module.",
            "options": ["false", "true"],
        },
        "validations": {"required": False},
    }
    functions = fields[3]
    assert isinstance(functions, dict)
    attributes = functions["attributes"]
    assert isinstance(attributes, dict)
    assert attributes["render"] == "yaml"


def test_the_example_in_the_form_is_one_that_works() -> None:
    fields = form()["body"]
    assert isinstance(fields, list)
    functions = fields[3]
    assert isinstance(functions, dict)
    attributes = functions["attributes"]
    assert isinstance(attributes, dict)

    files = made(filled_in(Functions=f"```yaml\n{attributes['value']}\n```"))

    assert "export function shippingPrice(" in files["src/vat.ts"]
