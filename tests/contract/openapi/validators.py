"""Where a JSON document breaks an OpenAPI 3.0 schema, read as GitHub means its schemas."""
# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# (the validators that the package makes carry no types)

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from jsonschema import Draft4Validator, ValidationError
from jsonschema.exceptions import best_match
from jsonschema.validators import extend
from openapi_schema_validator import OAS30ReadValidator, OAS30WriteValidator

from tests.contract.local_github.world import Document

Direction = Literal["asked", "answered"]
Node = dict[str, Document]


def errors(instance: Document, schema: Node, direction: Direction) -> list[str]:
    """What is wrong, and where; fields that are read-only count only in answers, write-only ones in requests."""
    validator = _VALIDATORS[direction](schema, format_checker=OAS30ReadValidator.FORMAT_CHECKER)
    return [_words(error) for error in validator.iter_errors(instance)]


def _words(error: ValidationError) -> str:
    """The error; where alternatives all fail, the reason of the likeliest one."""
    deepest = best_match([error])
    return f"{deepest.json_path}: {deepest.message[:300]}"


def _enum(_: object, values: Sequence[Document], instance: Document, schema: Node) -> Iterable[ValidationError]:
    if instance not in values and not _may_be_null(instance, schema):
        yield ValidationError(f"{instance!r} is not one of {values!r}")


def _any_of(validator: object, members: Document, instance: Document, schema: Node) -> Iterable[ValidationError]:
    if not _may_be_null(instance, schema):
        yield from Draft4Validator.VALIDATORS["anyOf"](validator, members, instance, schema)


def _may_be_null(instance: Document, schema: Mapping[str, Document]) -> bool:
    return instance is None and schema.get("nullable") is True


# The description means `nullable` also where it stands beside other words than `type`, and its alternatives overlap.
_AS_MEANT = {"enum": _enum, "anyOf": _any_of, "oneOf": _any_of}
_VALIDATORS = {"asked": extend(OAS30WriteValidator, _AS_MEANT), "answered": extend(OAS30ReadValidator, _AS_MEANT)}
