"""YAML as a person wrote it: plain values and the line each of them stands on, within hard limits.

Aliases, anchors, tags and merge keys are refused, so a short text cannot unfold into a large value. Plain scalars are
resolved by the JSON schema of YAML 1.2 (https://yaml.org/spec/1.2.2/#102-json-schema): `no` and `007` stay text.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, cast

from pydantic import JsonValue
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from app.domain.plain_text import one_line

Scalar: TypeAlias = str | int | float | bool
Yaml: TypeAlias = JsonValue
Place: TypeAlias = tuple[str | int, ...]

MAX_BYTES = 64 * 1024
MAX_DEPTH = 12
MAX_VALUES = 10_000

_WORDS: Mapping[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,30})")
_FLOAT = re.compile(r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][-+]?[0-9]{1,3})?")


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in the text; lines and columns count from 1."""

    line: int
    column: int


START = Mark(1, 1)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that ACS does not read, and where it stands."""

    message: str
    mark: Mark


class UnreadableYaml(Exception):
    """The text is not YAML that ACS reads; `faults` has all that was found, first one first."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(fault.message for fault in faults))
        self.faults = faults

    @property
    def message(self) -> str:
        return self.faults[0].message

    @property
    def line(self) -> int:
        return self.faults[0].mark.line


@dataclass(frozen=True, slots=True)
class Document:
    """The values of a text. `marks` are where each stands, `keys` where the key before it does."""

    value: Yaml
    marks: Mapping[Place, Mark]
    keys: Mapping[Place, Mark]

    def mark_of(self, place: Place) -> Mark:
        """Where the value at a place stands, or the nearest value around it that is there."""
        return _nearest(place, self.marks)

    def key_of(self, place: Place) -> Mark:
        """Where the key of a place stands; an item of a list has none, and stands for itself."""
        return self.keys.get(place) or self.mark_of(place)

    def line_of(self, place: Place) -> int:
        return self.mark_of(place).line


def _nearest(place: Place, marks: Mapping[Place, Mark]) -> Mark:
    while place and place not in marks:
        place = place[:-1]
    return marks.get(place, START)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What could be read of a text, and every fault in it; no document where a fault stopped the reading."""

    document: Document | None
    faults: tuple[Fault, ...]


def read_yaml(text: str) -> Document:
    """Read one document.

    Raises:
        UnreadableYaml: it is malformed, larger or deeper than the limits, or uses what is refused.
    """
    parsed = parse_yaml(text)
    if parsed.document is None or parsed.faults:
        raise UnreadableYaml(parsed.faults)
    return parsed.document


def parse_yaml(text: str) -> Parsed:
    """Read as much of one document as there is, for those who want to say everything that is wrong at once."""
    if len(text.encode(errors="replace")) > MAX_BYTES:
        return Parsed(None, (Fault(f"longer than {MAX_BYTES // 1024} KiB", START),))
    reader = _Reader(_events(text))
    try:
        value = reader.document()
    except _Stop as stop:
        return Parsed(None, _in_order([*reader.faults, stop.fault]))
    return Parsed(Document(value, reader.marks, reader.keys), _in_order(reader.faults))


def _in_order(faults: list[Fault]) -> tuple[Fault, ...]:
    return tuple(sorted(faults, key=lambda fault: fault.mark))


class _Stop(Exception):
    """A fault after which nothing more can be read."""

    def __init__(self, message: str, mark: Mark) -> None:
        super().__init__(message)
        self.fault = Fault(message, mark)


def shown(given: Yaml) -> str:
    """What was given, on one short line."""
    return one_line(given if isinstance(given, str) else json.dumps(given, ensure_ascii=False, default=str), 60)


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
    mark: Mark
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
                mark=_mark(event.start_mark),
                text=str(getattr(event, "value", "")),
                is_plain=getattr(event, "style", None) is None,
                anchor=getattr(event, "anchor", None),
                tag=getattr(event, "tag", None),
            )
    except MarkedYAMLError as error:
        fault = cast("Any", error)
        mark = fault.problem_mark or fault.context_mark
        raise _Stop(str(fault.problem or fault.context), _mark(mark) if mark else START) from error
    except YAMLError as error:
        raise _Stop("a character that YAML does not allow", START) from error


def _mark(mark: Any) -> Mark:
    return Mark(mark.line + 1, mark.column + 1)


class _Reader:
    """Builds values from events one at a time, so that limits stop it before the text unfolds."""

    def __init__(self, events: Iterator[_Event]) -> None:
        self._events = events
        self._values = 0
        self.marks: dict[Place, Mark] = {}
        self.keys: dict[Place, Mark] = {}
        self.faults: list[Fault] = []

    def document(self) -> Yaml:
        values: list[Yaml] = []
        for event in self._events:
            if event.kind != "other":
                if values:
                    raise _Stop("a second document", event.mark)
                values.append(self._value(event, ()))
        return values[0] if values else None

    def _value(self, event: _Event, at: Place) -> Yaml:
        self._check(event, at)
        self.marks[at] = event.mark
        if event.kind == "sequence":
            return self._sequence(at)
        if event.kind == "mapping":
            return self._mapping(at)
        return plain_scalar(event.text) if event.is_plain else event.text

    def _check(self, event: _Event, at: Place) -> None:
        self._values += 1
        if event.kind == "alias" or event.anchor is not None:
            self._note("anchors and aliases (& and *) are not read here; quote the text", event)
        if event.tag is not None:
            self._note("tags (!) are not read here; quote the text", event)
        if len(at) > MAX_DEPTH:
            raise _Stop(f"nested deeper than {MAX_DEPTH} levels", event.mark)
        if self._values > MAX_VALUES:
            raise _Stop(f"more than {MAX_VALUES} values", event.mark)

    def _note(self, message: str, event: _Event) -> None:
        self.faults.append(Fault(message, event.mark))

    def _sequence(self, at: Place) -> list[Yaml]:
        items: list[Yaml] = []
        for event in self._until_the_end():
            items.append(self._value(event, (*at, len(items))))
        return items

    def _mapping(self, at: Place) -> dict[str, Yaml]:
        fields: dict[str, Yaml] = {}
        for event in self._until_the_end():
            self._check(event, at)
            if event.kind not in ("scalar", "alias"):
                raise _Stop("a key must be a word", event.mark)
            if event.text in fields:
                self._note(f'"{one_line(event.text, 60)}" stands here twice', event)
            if event.text == "<<" and event.is_plain:
                self._note("merge keys (<<) are not read here; write the keys out", event)
            place = (*at, event.text)
            fields[event.text] = self._value(next(self._events), place)
            self.keys[place] = event.mark
        return fields

    def _until_the_end(self) -> Iterator[_Event]:
        for event in self._events:
            if event.kind == "end":
                return
            yield event
