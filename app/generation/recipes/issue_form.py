"""A GitHub issue form for a template or a pattern: what it writes into an issue is what `issue_body.py` reads.

https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-issue-forms
"""

from collections.abc import Callable, Sequence
from io import StringIO
from typing import cast

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

from app.domain.brief import BriefKind
from app.domain.yaml_text import Yaml
from app.generation.recipes.brief import FIELDS, LANGUAGES, Field
from app.generation.recipes.catalogue import Recipe
from app.generation.recipes.reading import title_of
from app.generation.recipes.schema import BooleanParameter, EnumParameter, Parameter, StringParameter

_ONE_LINE = ("string", "identifier", "path", "integer", "number", "scalar")
_LIMITS = "maxFiles, maxLinesPerFile and allowedDependencies, one on each line, such as maxFiles: 4."


def issue_form(recipe: Recipe, label: str = "acs") -> str:
    """The text of `.github/ISSUE_TEMPLATE/acs-NAME.yml`; issues made with it carry the label from the start."""
    manifest = recipe.manifest
    fields = [_parameter_field(name, spec) for name, spec in manifest.parameters.items()]
    return _yaml(
        {
            "name": manifest.title,
            "description": manifest.description,
            "labels": [label],
            "body": [
                _dropdown(recipe.kind, recipe.kind.capitalize(), "", (manifest.name,), required=True),
                *fields,
                _textarea("constraints", "Constraints", _LIMITS, "", required=False),
            ],
        }
    )


def brief_form(kind: BriefKind, label: str = "acs") -> str:
    """The text of `.github/ISSUE_TEMPLATE/acs-KIND.yml` for a request in plain words; `read_brief` reads its issues."""
    fields = [_brief_field(field) for field in FIELDS[kind]]
    return _yaml(
        {
            "name": kind.capitalize(),
            "description": f"Ask ACS for a change by a {kind}",
            "labels": [label],
            "body": [
                *fields,
                _dropdown("language", "Language", "", tuple(LANGUAGES), required=False),
                _textarea("constraints", "Constraints", _LIMITS, "", required=False),
            ],
        }
    )


def _brief_field(field: Field) -> Yaml:
    name = field.label.lower().replace(" ", "_")
    if field.is_line:
        attributes: dict[str, Yaml] = {"label": field.label, "description": field.description}
        return _field("input", name, attributes, required=field.is_required)
    return _textarea(name, field.label, field.description, "", required=field.is_required, as_yaml=False)


def _parameter_field(name: str, spec: Parameter) -> Yaml:
    title, is_required = title_of(name, spec), not spec.optional and spec.default is None
    if isinstance(spec, EnumParameter):
        return _dropdown(name, title, spec.description, spec.values, required=is_required)
    if isinstance(spec, BooleanParameter):
        return _dropdown(name, title, spec.description, ("false", "true"), required=is_required)
    is_words = isinstance(spec, StringParameter) and spec.multiline
    if spec.type in _ONE_LINE and not is_words:
        attributes: dict[str, Yaml] = {"label": title, "description": spec.description, "placeholder": spec.example}
        return _field("input", name, attributes, required=is_required)
    return _textarea(name, title, spec.description, spec.example, required=is_required, as_yaml=not is_words)


def _dropdown(name: str, title: str, description: str, options: Sequence[str], *, required: bool) -> Yaml:
    # quoted, because GitHub refuses what older YAML takes for true or false
    choices: list[Yaml] = [DoubleQuotedScalarString(option) for option in options]
    attributes: dict[str, Yaml] = {"label": title, "description": description, "options": choices}
    if required:
        attributes["default"] = 0
    return _field("dropdown", name, attributes, required=required)


def _textarea(name: str, title: str, description: str, value: str, *, required: bool, as_yaml: bool = True) -> Yaml:
    attributes: dict[str, Yaml] = {"label": title, "description": description}
    if value:
        attributes["value" if as_yaml else "placeholder"] = LiteralScalarString(value) if "\n" in value else value
    if as_yaml:
        attributes["render"] = "yaml"
    return _field("textarea", name, attributes, required=required)


def _field(kind: str, name: str, attributes: dict[str, Yaml], *, required: bool) -> Yaml:
    given: dict[str, Yaml] = {key: value for key, value in attributes.items() if value != ""}
    return {"type": kind, "id": name.replace("_", "-"), "attributes": given, "validations": {"required": required}}


def _yaml(value: Yaml) -> str:
    writer = YAML()
    writer.width = 4096  # one line for each text: folding is for people who write, this is generated
    writer.indent(mapping=2, sequence=4, offset=2)  # pyright: ignore[reportUnknownMemberType]
    dump = cast("Callable[[Yaml, StringIO], None]", writer.dump)  # pyright: ignore[reportUnknownMemberType]
    text = StringIO()
    dump(value, text)
    return text.getvalue()
