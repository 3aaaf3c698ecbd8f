"""What is wrong with a JSON document by the schemas of GitHub's description (OpenAPI 3.0)."""

from collections.abc import Iterable, Sequence

from tests.contract.local_github.world import Document, at
from tests.contract.openapi.validators import Direction, Node, errors

# GitHub sends these since 2022 or later; the description has them for some of the objects that have them.
DESCRIBED_ELSEWHERE = {"user_view_type", "client_id", "has_discussions", "web_commit_signoff_required"}


class Schemas:
    """Reads schemas of one description, which may refer to its components."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def departures(self, instance: Document, schema: Document, direction: Direction = "answered") -> list[str]:
        """Where the instance is not as the schema says, or has what the schema does not know of."""
        whole: Node = {"allOf": [schema], "components": at(self._document, "components")}
        unknown = (f"{where} is not described" for where in self._unknown(instance, [schema]))
        return [*errors(instance, whole, direction), *unknown]

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
