"""YAML as a person wrote it: plain values and the line each of them stands on, within hard limits.

Aliases, anchors, tags and merge keys are refused, so a short text cannot unfold into a large value. Plain scalars are
resolved by the JSON schema of YAML 1.2 (https://yaml.org/spec/1.2.2/#102-json-schema): `no` and `007` stay text.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, cast

from pydantic import JsonValue
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

Scalar: TypeAlias = str | int | float | bool
Yaml: TypeAlias = JsonValue
Place: TypeAlias = tuple[str | int, ...]

MAX_BYTES = 64 * 1024
MAX_DEPTH = 12
MAX_VALUES = 10_000

_WORDS: Mapping[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,30})")
_FLOAT = re.compile(r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][-+]?[0-9]{1,3})?")


class UnreadableYaml(Exception):
    """The text is not YAML that ACS reads; `line` counts from 1."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


@dataclass(frozen=True, slots=True)
class Document:
    value: Yaml
    lines: Mapping[Place, int]

    def line_of(self, place: Place) -> int:
        """The line of the value at a place, or of the nearest value around it that is there."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def read_yaml(text: str) -> Document:
    """Read one document.

    Raises:
        UnreadableYaml: it is malformed, larger or deeper than the limits, or uses what is refused.
    """
    if len(text.encode(errors="replace")) > MAX_BYTES:
        raise UnreadableYaml(f"longer than {MAX_BYTES // 1024} KiB", 1)
    reader = _Reader(_events(text))
    return Document(reader.document(), reader.lines)


def plain_scalar(text: str) -> Scalar | None:
    """What an unquoted word of YAML stands for."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text


@dataclass(frozen=True, slots=True)
class _Event:
    """One step of the parser: a scalar, or the start or end of a mapping, a sequence, or something around them."""

    kind: Literal["scalar", "mapping", "sequence", "alias", "end", "other"]
    line: int
    text: str
    is_plain: bool
    anchor: str | None
    tag: str | None


_KINDS: Mapping[str, Literal["scalar", "mapping", "sequence", "alias", "end"]] = {
    "ScalarEvent": "scalar",
    "MappingStartEvent": "mapping",
    "SequenceStartEvent": "sequence",
    "AliasEvent": "alias",
    "MappingEndEvent": "end",
    "SequenceEndEvent": "end",
}


def _events(text: str) -> Iterator[_Event]:
    """ruamel.yaml's events with types: the one place that reads its untyped objects."""
    parse = cast("Callable[[str], Iterator[Any]]", YAML(typ="safe", pure=True).parse)  # pyright: ignore[reportUnknownMemberType]
    try:
        for event in parse(text):
            yield _Event(
                kind=_KINDS.get(type(event).__name__, "other"),
                line=event.start_mark.line + 1,
                text=str(getattr(event, "value", "")),
                is_plain=getattr(event, "style", None) is None,
                anchor=getattr(event, "anchor", None),
                tag=getattr(event, "tag", None),
            )
    except MarkedYAMLError as error:
        fault = cast("Any", error)
        mark = fault.problem_mark or fault.context_mark
        raise UnreadableYaml(str(fault.problem or fault.context), mark.line + 1 if mark else 1) from error
    except YAMLError as error:
        raise UnreadableYaml("a character that YAML does not allow", 1) from error


class _Reader:
    """Builds values from events one at a time, so that limits stop it before the text unfolds."""

    def __init__(self, events: Iterator[_Event]) -> None:
        self._events = events
        self._values = 0
        self.lines: dict[Place, int] = {}

    def document(self) -> Yaml:
        values: list[Yaml] = []
        for event in self._events:
            if event.kind != "other":
                if values:
                    raise UnreadableYaml("a second document", event.line)
                values.append(self._value(event, ()))
        return values[0] if values else None

    def _value(self, event: _Event, at: Place) -> Yaml:
        self._check(event, at)
        self.lines[at] = event.line
        if event.kind == "sequence":
            return self._sequence(at)
        if event.kind == "mapping":
            return self._mapping(at)
        return plain_scalar(event.text) if event.is_plain else event.text

    def _check(self, event: _Event, at: Place) -> None:
        self._values += 1
        if event.kind == "alias" or event.anchor is not None:
            raise UnreadableYaml("anchors and aliases (& and *) are not read here; quote the text", event.line)
        if event.tag is not None:
            raise UnreadableYaml("tags (!) are not read here; quote the text", event.line)
        if len(at) > MAX_DEPTH:
            raise UnreadableYaml(f"nested deeper than {MAX_DEPTH} levels", event.line)
        if self._values > MAX_VALUES:
            raise UnreadableYaml(f"more than {MAX_VALUES} values", event.line)

    def _sequence(self, at: Place) -> list[Yaml]:
        items: list[Yaml] = []
        for event in self._until_the_end():
            items.append(self._value(event, (*at, len(items))))
        return items

    def _mapping(self, at: Place) -> dict[str, Yaml]:
        fields: dict[str, Yaml] = {}
        for event in self._until_the_end():
            self._check(event, at)
            if event.kind != "scalar":
                raise UnreadableYaml("a key must be a word", event.line)
            if event.text in fields:
                raise UnreadableYaml(f'"{event.text[:60]}" stands here twice', event.line)
            fields[event.text] = self._value(next(self._events), (*at, event.text))
        return fields

    def _until_the_end(self) -> Iterator[_Event]:
        for event in self._events:
            if event.kind == "end":
                return
            yield event
