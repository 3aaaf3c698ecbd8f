"""What is known of models: the table that ships with ACS, and what the operator's file says beside it."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from app.domain.usage import Price, dearest, micro_usd
from app.ports.model import Capabilities, EditFormat, Effort

Api = Literal["responses", "chat"]
LARGEST_FILE = 256 * 1024
_SNAPSHOT = re.compile(r"-\d{4}-\d{2}-\d{2}$")
_Tokens = Annotated[int, Field(ge=1, le=100_000_000)]
_Usd = Annotated[Decimal, Field(ge=0, le=1_000_000)]
_Written: TypeAlias = "dict[str, object]"  # what stands in a file about one model


class WrongModelsFile(Exception):
    """The operator's file of models cannot be used; the message lists everything that is wrong with it."""


class _File(BaseModel):
    """The form of a file; what it says of each model is looked at when it is completed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    unknown: _Written = {}
    models: dict[str, _Written] = {}


class _Price(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    input: _Usd
    cached_input: _Usd
    output: _Usd


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    api: Api
    edit_format: EditFormat
    efforts: tuple[Effort, ...]
    context_tokens: _Tokens
    max_output_tokens: _Tokens
    price: _Price | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What there is to know of one model; `api` is the one that its server speaks best."""

    api: Api
    capabilities: Capabilities


@dataclass(frozen=True)
class CapabilityTable:
    """What is known of every model, read from files by `read_capabilities`."""

    entries: Mapping[str, _Entry]
    unknown: _Entry

    def of(self, model: str) -> Known:
        """What is known of a model by its name, or by its name without the date of a snapshot."""
        entry = self.entries.get(model) or self.entries.get(_SNAPSHOT.sub("", model)) or self.unknown
        own = None if entry.price is None else _price(entry.price)
        has_no_such_tool = entry.api == "chat" and entry.edit_format == "apply_patch"
        capabilities = Capabilities(
            "v4a" if has_no_such_tool else entry.edit_format,
            entry.efforts,
            entry.context_tokens,
            entry.max_output_tokens,
            price=own or dearest(_price(one.price) for one in self.entries.values() if one.price),
            is_priced=own is not None,
        )
        return Known(entry.api, capabilities)


def read_capabilities(own_file: Path | None = None) -> CapabilityTable:
    """The shipped table, completed and overruled key by key by the operator's file where there is one.

    Raises:
        WrongModelsFile: the file cannot be read, or something in it is wrong.
    """
    shipped = _File.model_validate(tomllib.loads((files("app.adapters.model") / "models.toml").read_text()))
    own = _File() if own_file is None else _read(own_file)
    unknown = {**shipped.unknown, **own.unknown}
    written: dict[str, _Written] = dict(shipped.models)
    for name, model in own.models.items():
        written[name] = {**unknown, **written.get(name, {}), **model}
    try:
        entries = TypeAdapter(dict[str, _Entry]).validate_python({"unknown": unknown, **_keyed(written)})
    except ValidationError as error:
        raise WrongModelsFile(_all_of(error, own_file)) from None
    return CapabilityTable(
        {name.removeprefix("models."): entry for name, entry in entries.items() if name != "unknown"},
        entries["unknown"],
    )


def _keyed(written: Mapping[str, _Written]) -> dict[str, _Written]:
    return {f"models.{name}": model for name, model in written.items()}


def _read(path: Path) -> _File:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise WrongModelsFile(f"{path}: is larger than {LARGEST_FILE} bytes; it names models, one table each")
        return _File.model_validate(tomllib.loads(path.read_text()))
    except OSError as error:
        raise WrongModelsFile(f"{path}: cannot be read ({error.strerror}); ACS_MODELS_FILE names it") from error
    except ValidationError as error:
        raise WrongModelsFile(_all_of(error, path)) from None
    except ValueError as error:  # of TOML, and of UTF-8
        raise WrongModelsFile(f"{path}: is not TOML: {error}") from error


def _all_of(error: ValidationError, path: Path | None) -> str:
    problems = error.errors(include_input=False)
    said = [
        (problem["loc"], _unknown(problem["loc"]) if problem["type"] == "extra_forbidden" else problem["msg"])
        for problem in problems
    ]
    return "\n".join(f"{path or 'models.toml'}: {'.'.join(map(str, place))}: {words}" for place, words in said)


def _unknown(place: tuple[int | str, ...]) -> str:
    known = {1: _File.model_fields, 2: _Entry.model_fields}.get(len(place), _Price.model_fields)
    close = get_close_matches(str(place[-1]), known, n=1)
    return f"unknown key (did you mean {close[0]}?)" if close else f"unknown key (there are {', '.join(known)})"


def _price(written: _Price) -> Price:
    return Price(micro_usd(written.input), micro_usd(written.cached_input), micro_usd(written.output))
