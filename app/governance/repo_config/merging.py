"""The repository's values over the organisation's over the defaults, as far as nothing is locked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from app.domain.config_check import ConfigProblem
from app.domain.repo_config import RepoConfig
from app.domain.yaml_text import Yaml
from app.governance.repo_config.keys import Key, working_keys
from app.governance.repo_config.reading import Given, Read

NOT_MERGED = ("version", "locked")


@dataclass(frozen=True, slots=True)
class Effective:
    """What holds. `set_by` says for each key that is set in which file, `defaults` what of the organisation's."""

    config: RepoConfig
    set_by: Mapping[str, str] = field(default_factory=dict[str, str])
    defaults: str = ""

    def value(self, key: Key) -> str:
        return key.value_in(self.config)


@dataclass(frozen=True, slots=True)
class Invalid:
    """Nothing holds, because of what is wrong with the repository's file or the organisation's."""

    problems: tuple[ConfigProblem, ...]
    defaults: str = ""


def combine(own: Read | None, organisation: Read | None, *, defaults: str = "") -> Effective | Invalid:
    """What holds by two files, each as it was read; nothing does while either has problems."""
    if isinstance(own, tuple) or isinstance(organisation, tuple):
        read = (one for one in (own, organisation) if isinstance(one, tuple))
        return Invalid(tuple(problem for problems in read for problem in problems), defaults)
    return merge(own, organisation, defaults=defaults)


def merge(own: Given | None, organisation: Given | None, *, defaults: str = "") -> Effective | Invalid:
    """What holds, where the organisation's file is merged below the repository's own; lists are not joined."""
    problems = tuple(_overridden(own, organisation)) if own and organisation else ()
    if problems:
        return Invalid(problems, defaults)
    layers = [given for given in (organisation, own) if given is not None]
    values: dict[str, Yaml] = {}
    set_by: dict[str, str] = {}
    for given in layers:
        values = _over(given.values, values)
        set_by |= dict.fromkeys(given.keys, given.source.repository or given.source.path)
    config = RepoConfig.model_validate({name: one for name, one in values.items() if name not in NOT_MERGED})
    return Effective(config, set_by, defaults)


def _over(upper: Mapping[str, Yaml], lower: Mapping[str, Yaml]) -> dict[str, Yaml]:
    merged = dict(lower)
    for name, value in upper.items():
        below = merged.get(name)
        merged[name] = _over(value, below) if isinstance(value, dict) and isinstance(below, dict) else value
    return merged


def _overridden(own: Given, organisation: Given) -> Iterator[ConfigProblem]:
    for name, mark in own.keys.items():
        locks = [lock for lock in organisation.locked if f"{name}.".startswith(f"{lock}.")]
        if locks:
            at = f"{organisation.source}:{organisation.locked[locks[0]].line}"
            value = working_keys()[name].value_in(cast("Effective", merge(None, organisation)).config)
            yield own.source.problem(mark, f"{name} is locked by {at}, where it is {value}: leave it out here")
