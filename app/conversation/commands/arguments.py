"""What a command takes after its verb, by type: what is read as one, and how people are told what belongs there."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.domain.command import CommandProblem
from app.domain.did_you_mean import did_you_mean

LONGEST_TEXT = 200
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2212"  # what telephones make of two hyphens


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of value: `name` stands for it in a usage line, `expected` says in words what it is."""

    name: str
    expected: str
    pattern: re.Pattern[str]
    choices: tuple[str, ...] = ()

    def takes(self, value: str) -> bool:
        return self.pattern.fullmatch(value) is not None and (not self.choices or value in self.choices)


TEXT = Kind(
    "TEXT", f"text of at most {LONGEST_TEXT} characters, in double quotes", re.compile(rf".{{1,{LONGEST_TEXT}}}")
)
PATH = Kind(
    "PATH",
    "the path of a file in this repository, such as docs/story.md",
    re.compile(r"(?!.*(?:^|/)\.{0,2}(?:/|$))[^\\:*?\"<>|]{1,200}"),
)
GUID = Kind("GUID", "the GUID of a delivery, as the App's settings list it", re.compile(r"[A-Za-z0-9-]{8,64}"))


def one_of(name: str, choices: Sequence[str]) -> Kind:
    """One word of a closed list."""
    return Kind(name, "one of " + ", ".join(choices), re.compile(r"[a-z-]+"), tuple(choices))


@dataclass(frozen=True, slots=True)
class Parameter:
    """An argument or an option; an option without a kind is there or not, and takes no value."""

    name: str
    does: str
    kind: Kind | None = None
    is_required: bool = False


Given = Mapping[str, str]


def read_arguments(
    words: Sequence[str], argument: Parameter | None, options: Sequence[Parameter]
) -> Given | CommandProblem:
    """The values by the names of their parameters, or the first thing that is wrong."""
    given: dict[str, str] = {}
    left = list(words)
    while left:
        word = left.pop(0)
        if word.startswith("--") or word[:1] in _DASHES:
            problem = _read_option(word, left, options, given)
        else:
            problem = _read_argument(word, argument, given)
        if problem:
            return problem
    if argument and argument.is_required and argument.name not in given:
        return CommandProblem("missing_argument", "nothing", _expected(argument))
    return given


def _read_argument(word: str, argument: Parameter | None, given: dict[str, str]) -> CommandProblem | None:
    if argument is None or argument.name in given:
        return CommandProblem("unexpected_argument", word, "nothing more")
    return _take(argument, word, given)


def _read_option(
    word: str, left: list[str], options: Sequence[Parameter], given: dict[str, str]
) -> CommandProblem | None:
    name, equals, value = word.partition("=")
    names = [f"--{option.name}" for option in options]
    if name not in names:
        expected = "one of " + ", ".join(names) if names else "no options"
        return CommandProblem("unknown_option", name, expected, _meant(name, names))
    option = options[names.index(name)]
    if option.name in given:
        return CommandProblem("duplicate_option", name, f"{name} once")
    if option.kind is None:
        given[option.name] = name
        return CommandProblem("unexpected_value", word, f"{name} alone") if equals else None
    if not equals:
        if not left or left[0].startswith("--"):
            return CommandProblem("missing_value", name, _expected(option))
        value = left.pop(0)
    return _take(option, value, given)


def _take(parameter: Parameter, value: str, given: dict[str, str]) -> CommandProblem | None:
    kind = parameter.kind
    if kind and not kind.takes(value):
        return CommandProblem("bad_value", value, _expected(parameter), did_you_mean(value, kind.choices))
    given[parameter.name] = value
    return None


def _expected(parameter: Parameter) -> str:
    return parameter.kind.expected if parameter.kind else parameter.does


def _meant(name: str, names: Sequence[str]) -> str | None:
    return did_you_mean("--" + name.lstrip("-" + _DASHES), names)
