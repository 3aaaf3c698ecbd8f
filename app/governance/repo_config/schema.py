"""The JSON Schema of `.github/acs.yml`, for editors and other tools: draft 2020-12."""

import json
from collections.abc import Mapping
from typing import cast

from pydantic import JsonValue

from app.domain.repo_config import ConfigFile, Section
from app.governance.repo_config.keys import is_of_use, schema_of, spelling, subsections

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> str:
    """The schema as the text that stands in `docs/schema/acs.v1.json`."""
    head = {"$schema": DIALECT, "title": "ACS configuration (.github/acs.yml), version 1"}
    body = _section(ConfigFile, "")
    return json.dumps({**head, **body, "required": ["version"]}, indent=2, ensure_ascii=False) + "\n"


def _section(section: type[Section], prefix: str) -> Mapping[str, JsonValue]:
    inner = subsections(section)
    properties: dict[str, JsonValue] = {}
    fields = sorted(section.model_fields, key=lambda field: field != "version")
    for field in fields:
        name = f"{prefix}{spelling(section, field)}"
        if is_of_use(name):
            found = _section(inner[field], f"{name}.") if field in inner else schema_of(section, field)
            properties[spelling(section, field)] = cast("JsonValue", found)
    described = {"description": (section.__doc__ or "").strip()}
    return {**described, "type": "object", "additionalProperties": False, "properties": properties}
