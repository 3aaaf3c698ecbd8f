"""Every key of `.github/acs.yml`, by its full name such as `generation.constraints.maxFiles`."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import cast

from pydantic import BaseModel, JsonValue, TypeAdapter

from app.domain.plain_text import one_line
from app.domain.repo_config import ConfigFile, RepoConfig, Section

# Keys that nothing reads yet. A file that sets one is refused, so that nobody relies on it: take a key out of this set
# in the change that makes something obey it. Schema and reference page leave these out.
NOT_YET = frozenset(
    {
        "trigger.label",
        "generation.deep",
        "generation.plan.approval",
        "generation.plan.above_usd",
        "generation.never_send",
        "generation.instructions",
        "budgets.task_usd",
        "budgets.repository_day_usd",
        "repair.max_rounds",
        "pull_request.draft",
        "pull_request.labels",
        "pull_request.reviewers",
    }
)
LONGEST_VALUE = 120


@dataclass(frozen=True, slots=True)
class Key:
    """A key that has a value of its own. `schema` is its JSON Schema, `fields` lead to its value in the model."""

    name: str
    fields: tuple[str, ...]
    description: str
    schema: Mapping[str, JsonValue]

    @property
    def default(self) -> str:
        return self.value_in(RepoConfig())

    def value_in(self, config: RepoConfig) -> str:
        """The key's value, as one would write it in YAML, on one line."""
        value: object = config
        for field in self.fields:
            value = getattr(value, field)
        plain = TypeAdapter(object).dump_python(value, mode="json")
        return "not set" if plain is None else one_line(_written(plain), LONGEST_VALUE)


def _written(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@cache
def all_keys() -> Mapping[str, Key]:
    """Every key below the sections, whether anything reads it or not, in the order of the models."""
    return {key.name: key for key in _keys(RepoConfig, (), ())}


@cache
def working_keys() -> Mapping[str, Key]:
    """The keys that something obeys."""
    return {name: key for name, key in all_keys().items() if name not in NOT_YET}


def is_of_use(name: str) -> bool:
    """Whether something obeys this key, or any key of this section."""
    return name in ConfigFile.model_fields.keys() - RepoConfig.model_fields.keys() or any(
        f"{key}.".startswith(f"{name}.") for key in working_keys()
    )


@cache
def sections() -> Mapping[str, type[Section]]:
    """The sections by their full names; that of the whole file is empty."""
    return {".".join(path): section for path, section in _sections(ConfigFile, ())}


def subsections(section: type[BaseModel]) -> Mapping[str, type[Section]]:
    """The sections that stand directly in this one, by field."""
    found = {name: field.annotation for name, field in section.model_fields.items()}
    return {name: kind for name, kind in found.items() if isinstance(kind, type) and issubclass(kind, Section)}


def spelling(section: type[BaseModel], field: str) -> str:
    """How people write the key of a field."""
    return section.model_fields[field].alias or field


def schema_of(section: type[BaseModel], field: str) -> Mapping[str, JsonValue]:
    """The JSON Schema of a field, with its description and default."""
    properties = cast("Mapping[str, Mapping[str, JsonValue]]", section.model_json_schema()["properties"])
    schema = {name: value for name, value in properties[spelling(section, field)].items() if name != "title"}
    if schema.get("type") == "number":
        schema["default"] = float(cast("str", schema["default"]))  # JSON Schema would have it as text
    return schema


def _keys(section: type[BaseModel], path: tuple[str, ...], fields: tuple[str, ...]) -> Iterator[Key]:
    inner = subsections(section)
    for field, facts in section.model_fields.items():
        at = (*path, spelling(section, field))
        if field in inner:
            yield from _keys(inner[field], at, (*fields, field))
        else:
            schema = schema_of(section, field)
            yield Key(".".join(at), (*fields, field), facts.description or "", schema)


def _sections(section: type[Section], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], type[Section]]]:
    yield path, section
    for field, inner in subsections(section).items():
        yield from _sections(inner, (*path, spelling(section, field)))
