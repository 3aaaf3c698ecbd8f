"""One route of an HTTP service that takes and gives JSON, and an example of its use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from app.domain.yaml_text import Scalar

FieldKind = Literal["string", "number", "boolean"]
_SAMPLES: Mapping[FieldKind, Scalar] = {"string": "text", "number": 1, "boolean": True}


@dataclass(frozen=True, slots=True)
class RequestField:
    """A field of the JSON that a request must carry."""

    name: str
    kind: FieldKind

    @property
    def sample(self) -> Scalar:
        return _SAMPLES[self.kind]


@dataclass(frozen=True, slots=True)
class ResponseField:
    """A field of the answer. Its value is a constant, or comes from the path or the body of the request."""

    name: str
    origin: Literal["constant", "path", "body"]
    value: Scalar
    """The constant, or the name of what is taken from the request."""
    kind: FieldKind


@dataclass(frozen=True, slots=True)
class HttpRoute:
    """`path` has its parameters in braces, as in `/parcels/{id}`."""

    name: str
    method: str
    path: str
    description: str
    status: int
    request: tuple[RequestField, ...]
    response: tuple[ResponseField, ...]

    @property
    def segments(self) -> tuple[str, ...]:
        return tuple(self.path.strip("/").split("/"))

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of what is in braces, in their order."""
        return tuple(segment[1:-1] for segment in self.segments if segment.startswith("{"))

    @property
    def shape(self) -> tuple[str, ...]:
        """What decides whether two routes take the same requests."""
        return (self.method, *("{}" if segment.startswith("{") else segment for segment in self.segments))

    @property
    def reads(self) -> tuple[str, ...]:
        """The parts of a request that the answer is made from: `path`, `body`, in this order."""
        origins = {field.origin for field in self.response}
        return tuple(part for part in ("path", "body") if part in origins)

    @property
    def example_path(self) -> str:
        return "/" + "/".join(sample_of(segment) for segment in self.segments)

    @property
    def example_request(self) -> Mapping[str, Scalar]:
        return {field.name: field.sample for field in self.request}

    @property
    def example_response(self) -> Mapping[str, Scalar]:
        return {field.name: self._example_of(field) for field in self.response}

    def _example_of(self, field: ResponseField) -> Scalar:
        match field.origin:
            case "constant":
                return field.value
            case "path":
                return sample_of(f"{{{field.value}}}")
            case "body":
                return self.example_request[str(field.value)]


def sample_of(segment: str) -> str:
    """A segment of a path as somebody could ask for it: `{id}` becomes `some-id`."""
    return f"some-{segment[1:-1]}" if segment.startswith("{") else segment


def clashes(routes: Sequence[HttpRoute]) -> list[tuple[int, int]]:
    """Pairs of routes, by index, that take the same requests or have names that differ in case only."""
    seen: dict[tuple[str, ...], int] = {}
    found: list[tuple[int, int]] = []
    for index, route in enumerate(routes):
        for key in (route.shape, ("name", route.name.replace("_", "").lower())):
            if key in seen:
                found.append((seen[key], index))
            seen.setdefault(key, index)
    return found
