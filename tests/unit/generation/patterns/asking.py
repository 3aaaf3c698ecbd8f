"""Issues that name a pattern, and what comes of them on a base."""

import json
from collections.abc import Collection, Mapping
from types import MappingProxyType

from app.domain.change import Change
from app.domain.recipe import CannotEdit, NotGenerated, NothingToEdit
from app.domain.yaml_text import Yaml
from app.generation.recipes.lane import Ready, generate, plan_recipe
from tests.fakes.checkout import FakeCheckout

Files = Mapping[str, str | bytes]


def ask(
    files: Files,
    pattern: str,
    parameters: Mapping[str, Yaml] = MappingProxyType({}),
    *,
    executable: Collection[str] = (),
    constraints: Yaml = None,
) -> Change | NotGenerated:
    """What the pattern makes of a repository with these files."""
    base = FakeCheckout(files, executable=executable)
    asked = {"pattern": pattern, "parameters": dict(parameters), "constraints": constraints}
    ready = plan_recipe("A title", f"```acs\n{json.dumps(asked)}\n```", base)
    assert isinstance(ready, Ready), ready
    return generate(ready, base, monotonic=lambda: 1.0)


def changed(files: Files, pattern: str, **parameters: Yaml) -> dict[str, str]:
    """The files of the change, which must be one, by path."""
    change = ask(files, pattern, parameters)
    assert isinstance(change, Change), change
    return {file.path: file.content for file in change}


def refused(files: Files, pattern: str, **parameters: Yaml) -> list[str]:
    """What stands in the way, each with its place."""
    answer = ask(files, pattern, parameters)
    assert isinstance(answer, CannotEdit), answer
    return [str(place) for place in answer.places]


def left_alone(files: Files, pattern: str, **parameters: Yaml) -> list[str]:
    """What was looked at where there was nothing to change."""
    answer = ask(files, pattern, parameters)
    assert isinstance(answer, NothingToEdit), answer
    return [str(place) for place in answer.skipped]


def after(files: Files, change: Mapping[str, str]) -> dict[str, str | bytes]:
    """The repository with the change in it; what the change deleted is left out by the caller."""
    return {**files, **change}
