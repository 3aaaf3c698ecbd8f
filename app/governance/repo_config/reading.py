"""One configuration file: its values, or everything that is wrong with it, each thing with its line and column."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from app.domain.config_check import ConfigProblem
from app.domain.did_you_mean import did_you_mean
from app.domain.plain_text import one_line
from app.domain.repo_config import ConfigFile
from app.domain.yaml_text import START, Document, Mark, Place, Yaml, parse_yaml, shown
from app.governance.repo_config.expectations import expectation, items
from app.governance.repo_config.keys import NOT_YET, all_keys, is_of_use, schema_of, sections, spelling, working_keys

LONGEST_KEY = 60


@dataclass(frozen=True, slots=True)
class Source:
    """A configuration file; `repository` is named where it is not the one at hand. Only an organisation's may lock."""

    path: str
    repository: str = ""
    may_lock: bool = False

    def __str__(self) -> str:
        return f"{self.repository}: {self.path}" if self.repository else self.path

    def problem(self, mark: Mark, message: str) -> ConfigProblem:
        return ConfigProblem(self.path, mark.line, mark.column, message, self.repository)


@dataclass(frozen=True, slots=True)
class Given:
    """What a valid file says. `keys` are the full names of the keys it sets and where, `locked` what it locks."""

    source: Source
    values: Mapping[str, Yaml]
    keys: Mapping[str, Mark]
    locked: Mapping[str, Mark]


Read = Given | tuple[ConfigProblem, ...]


def read_config(content: bytes, source: Source) -> Read:
    """Read a file, or say all that is wrong with it, in the order of its lines."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return (source.problem(Mark(content.count(b"\n", 0, error.start) + 1, 1), "this is not UTF-8 text"),)
    parsed = parse_yaml(text)
    found = [(fault.mark, fault.message) for fault in parsed.faults]
    if parsed.document is not None:
        faulty_lines = {mark.line for mark, _ in found}
        found += [misfit for misfit in _misfits(parsed.document, source) if misfit[0].line not in faulty_lines]
    if found or parsed.document is None:
        last = _lines(text)
        return tuple(source.problem(_within(mark, last), words) for mark, words in sorted(set(found)))
    values = cast("Mapping[str, Yaml]", parsed.document.value)
    return Given(source, values, _set_keys(parsed.document), _locked(parsed.document))


def _lines(text: str) -> int:
    return max(1, text.count("\n") + (not text.endswith("\n")))


def _within(mark: Mark, last: int) -> Mark:
    """What YAML misses at the end of a text stands on its last line: nothing can be said beside a line that is none."""
    return mark if mark.line <= last else Mark(last, 1)


def _misfits(document: Document, source: Source) -> Iterator[tuple[Mark, str]]:
    if not isinstance(document.value, dict):
        yield START, "the file must begin with `version: 1`, and have its other keys below that"
        return
    idle = _idle(document)
    for place in idle:
        yield document.key_of(place), f"{_name(place)} does not do anything in this version of ACS yet: leave it out"
    try:
        ConfigFile.model_validate(document.value)
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            place = _place(fault, document)
            if not any(place[: len(one)] == one for one in idle):
                yield _misfit(fault, place, document)
    yield from _locks(document, source)


def _idle(document: Document) -> list[Place]:
    """The keys and sections that are set here and that nothing obeys, the outermost ones."""
    known = {*all_keys(), *sections()}
    named = {place: ".".join(map(str, place)) for place in document.keys}
    idle = {place for place, name in named.items() if name in known and not is_of_use(name) and _is_path(place, name)}
    return [place for place in idle if place[:-1] not in idle]


def _is_path(place: Place, name: str) -> bool:
    """Whether the name has as many parts as the place: a key may be written with a dot in it."""
    return len(place) == name.count(".") + 1


def _misfit(fault: ErrorDetails, place: Place, document: Document) -> tuple[Mark, str]:
    match fault["type"]:
        case "extra_forbidden":
            return document.key_of(place), _unknown(place)
        case "missing":
            key = str(fault["loc"][-1])
            return document.mark_of(place), f"{key} is missing: begin the file with `{key}: 1`"
        case "value_error":
            said = fault["msg"].removeprefix("Value error, ")
            return document.mark_of(place), f"{_name(place)}: found {_found(fault)}; {said}"
        case _:
            return document.mark_of(place), f"{_name(place)}: found {_found(fault)}, expected {_expected(place)}"


def _name(place: Place) -> str:
    """`generation.constraints.forbiddenPaths, item 1`"""
    keys = ".".join(part for part in place if isinstance(part, str))
    return keys + "".join(f", item {part + 1}" for part in place if isinstance(part, int))


def _found(fault: ErrorDetails) -> str:
    """What stands there; text in quotes, so that it is told from a number."""
    value = fault["input"]
    if isinstance(value, str):
        return f'"{shown(value)}"'
    return "nothing" if value is None else shown(value)


def _place(fault: ErrorDetails, document: Document) -> Place:
    place: Place = ()
    for part in fault["loc"]:
        if (*place, part) in document.marks:
            place = (*place, part)
    return place


def _unknown(place: Place) -> str:
    *outer, last = (str(part) for part in place)
    siblings = _spellings(".".join(outer))
    meant = did_you_mean(last, siblings)
    if meant is None:
        elsewhere = {name.rpartition(".")[2]: name for name in working_keys()}
        near = did_you_mean(last, elsewhere)
        meant = elsewhere[near] if near else None
    where = f" in {'.'.join(outer)}" if outer else ""
    hint = f' (did you mean "{meant}"?)' if meant else f"; there are {', '.join(siblings)}"
    return f'unknown key "{one_line(last, LONGEST_KEY)}"{where}{hint}'


def _spellings(section: str) -> list[str]:
    """The keys of a section that are of use to somebody."""
    model = sections()[section]
    names = [spelling(model, field) for field in model.model_fields]
    prefix = f"{section}." if section else ""
    return [name for name in names if is_of_use(f"{prefix}{name}")]


def _expected(place: Place) -> str:
    path = [str(part) for part in place if not isinstance(part, int)]
    name = ".".join(path)
    if name in sections():
        return "a mapping with " + ", ".join(_spellings(name))
    key = all_keys().get(name)
    schema = key.schema if key else schema_of(ConfigFile, name)
    if len(path) < len(place):
        schema = items(schema)
    return expectation(schema)


def _set_keys(document: Document) -> Mapping[str, Mark]:
    """The keys that the file sets, below the sections, and where."""
    return {
        name: document.key_of(place)
        for place in document.keys
        if (name := ".".join(map(str, place))) in all_keys() and _is_path(place, name)
    }


def _locked(document: Document) -> Mapping[str, Mark]:
    value = document.value if isinstance(document.value, dict) else {}
    names = value.get("locked")
    listed = names if isinstance(names, list) else []
    return {str(name): document.mark_of(("locked", number)) for number, name in enumerate(listed)}


def _locks(document: Document, source: Source) -> Iterator[tuple[Mark, str]]:
    if ("locked",) in document.keys and not source.may_lock:
        yield document.key_of(("locked",)), "locked belongs into the organisation's file, in its repository .github"
        return
    known = {*all_keys(), *sections()} - {"", *NOT_YET}
    for name, mark in _locked(document).items():
        if name not in known:
            meant = did_you_mean(name, known)
            hint = f' (did you mean "{meant}"?)' if meant else ""
            yield mark, f'locked: there is no key "{one_line(name, LONGEST_KEY)}"{hint}'
