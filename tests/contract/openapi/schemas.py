"""What is wrong with a JSON document by the schemas of GitHub's description (OpenAPI 3.0)."""

from collections.abc import Iterable, Sequence
from typing import Literal, Protocol

from jsonschema import Draft4Validator
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.validators import extend
from openapi_schema_validator import OAS30ReadValidator, OAS30WriteValidator

from tests.contract.local_github.world import Document, at

Direction = Literal["asked", "answered"]
Node = dict[str, Document]


class _Validator(Protocol):
    def iter_errors(self, instance: Document) -> Iterable[ValidationError]: ...


class _Validators(Protocol):
    def __call__(self, schema: Document, *, format_checker: object) -> _Validator: ...


def _enum(_: object, values: Sequence[Document], instance: Document, schema: Node) -> Iterable[ValidationError]:
    if instance not in values and not _may_be_null(instance, schema):
        yield ValidationError(f"{instance!r} is not one of {values!r}")


def _any_of(validator: object, members: Document, instance: Document, schema: Node) -> Iterable[ValidationError]:
    if not _may_be_null(instance, schema):
        yield from Draft4Validator.VALIDATORS["anyOf"](validator, members, instance, schema)


def _may_be_null(instance: Document, schema: Node) -> bool:
    return instance is None and schema.get("nullable") is True


# The description means `nullable` also where it stands beside other words than `type`, and its alternatives overlap.
_AS_MEANT = {"enum": _enum, "anyOf": _any_of, "oneOf": _any_of}
_VALIDATORS: dict[Direction, _Validators] = {
    "asked": extend(OAS30WriteValidator, _AS_MEANT),
    "answered": extend(OAS30ReadValidator, _AS_MEANT),
}
_FORMATS: object = OAS30ReadValidator.FORMAT_CHECKER


# GitHub sends these since 2024; the description has them for some of the objects that have them.
DESCRIBED_ELSEWHERE = {"user_view_type", "client_id"}


class Schemas:
    """Reads schemas of one description, which may refer to its components."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def departures(self, instance: Document, schema: Document, direction: Direction = "answered") -> list[str]:
        """Where the instance is not as the schema says, or has what the schema does not know of."""
        whole: Document = {"allOf": [schema], "components": at(self._document, "components")}
        wrong = _VALIDATORS[direction](whole, format_checker=_FORMATS).iter_errors(instance)
        unknown = (f"{where} is not described" for where in self._unknown(instance, [schema]))
        return [*map(_words, wrong), *unknown]

    def resolved(self, node: Document) -> Node:
        """The object itself, where there may be a reference to it."""
        while isinstance(node, dict) and isinstance(reference := node.get("$ref"), str):
            node = at(self._document, *reference.removeprefix("#/").split("/"))
        return node if isinstance(node, dict) else {}

    def _unknown(self, instance: Document, schemas: Sequence[Document], where: str = "$") -> Iterable[str]:
        """The keys, at any depth, that none of the alternatives for their object has."""
        alternatives = [one for schema in schemas for one in self._alternatives(schema)]
        match instance:
            case list():
                items = [one["items"] for one in alternatives if "items" in one]
                for index, item in enumerate(instance):
                    yield from self._unknown(item, items, f"{where}[{index}]")
            case dict():
                objects = [one for one in alternatives if one.keys() & {"properties", "additionalProperties"}]
                for key, value in instance.items() if objects else ():
                    known = [schema for one in objects for schema in _of_key(one, key)]
                    if known:
                        yield from self._unknown(value, known, f"{where}.{key}")
                    elif key not in DESCRIBED_ELSEWHERE:
                        yield f"{where}.{key}"
            case _:
                return

    def _alternatives(self, schema: Document) -> Iterable[Node]:
        found = self.resolved(schema)
        yield found
        for word in ("allOf", "anyOf", "oneOf"):
            members = found.get(word)
            for member in members if isinstance(members, list) else ():
                yield from self._alternatives(member)


def _of_key(schema: Node, key: str) -> list[Document]:
    properties, more = schema.get("properties"), schema.get("additionalProperties")
    if isinstance(properties, dict) and key in properties:
        return [properties[key]]
    return [more if isinstance(more, dict) else {}] if more else []


def _words(error: ValidationError) -> str:
    """The error; where alternatives all fail, the reason of the likeliest one."""
    deepest = best_match([error])
    return f"{deepest.json_path}: {deepest.message[:300]}"
