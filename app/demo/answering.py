"""What answers in the demo where a model is asked: nothing, a script that was written for it, or a real model."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib.resources import as_file, files
from typing import Literal

from app.demo.model.local import LocalModel


@dataclass(frozen=True, slots=True)
class Answering:
    """What the demo says of it, and the settings by which ACS finds it; nothing said means that there is none."""

    words: str = ""
    settings: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)


Opening = Callable[[ExitStack], Answering]
"""Makes ready who answers, for as long as the demo lasts."""


def no_model(_closing: ExitStack) -> Answering:
    """The demo plays recipes alone."""
    return Answering()


def scripted(closing: ExitStack) -> Answering:
    """A local server that speaks a model's protocol and plays answers that were written by hand."""
    script = closing.enter_context(as_file(files("app.demo.model") / "plain_words.json"))
    server = closing.enter_context(LocalModel(script))
    return Answering("a script, not a model", {"OPENAI_BASE_URL": server.base_url, "ACS_MODEL": "scripted"})


def answering_by(model: Literal["scripted"] | None, *, key: str, base_url: str, name: str) -> Opening:
    """The script where it is asked for; else the model of whoever starts the demo, where there is one."""
    if model == "scripted":
        return scripted
    if not (key or base_url):
        return no_model
    given = {"OPENAI_API_KEY": key, "OPENAI_BASE_URL": base_url, "ACS_MODEL": name}
    settings = {setting: value for setting, value in given.items() if value}
    return lambda _: Answering(f"the model {name}" if name else "a model", settings)
