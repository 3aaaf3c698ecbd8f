"""Reading the YAML that describes a recipe, with the line of everything that is wrong with it."""

from collections.abc import Iterable
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from app.domain.did_you_mean import did_you_mean
from app.domain.recipe import RecipeProblem
from app.domain.yaml_text import Document, Place, UnreadableYaml, read_yaml
from app.generation.recipes.schema import PARAMETER_TYPES

EXAMPLE = "example.md"
MAX_SOURCE_BYTES = 64 * 1024

M = TypeVar("M", bound=BaseModel)


class RecipeFaulty(Exception):
    """A recipe's own files are wrong; `problems` has all that was found."""

    def __init__(self, problems: tuple[RecipeProblem, ...]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


def text_of(path: str, content: bytes) -> str:
    """A file of a recipe as text with plain newlines.

    Raises:
        RecipeFaulty: it is too long, or not UTF-8.
    """
    if len(content) > MAX_SOURCE_BYTES:
        raise RecipeFaulty((RecipeProblem(path, None, "longer than 64 KiB"),))
    try:
        return content.decode().replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise RecipeFaulty((RecipeProblem(path, line, "not UTF-8 text"),)) from error


def document_of(text: str, path: str) -> Document:
    """The YAML of a manifest.

    Raises:
        RecipeFaulty: it is none.
    """
    try:
        return read_yaml(text)
    except UnreadableYaml as error:
        faults = (RecipeProblem(path, fault.mark.line, fault.message) for fault in error.faults)
        raise RecipeFaulty(tuple(faults)) from error


def manifest_of(document: Document, path: str, model: type[M], parts: Iterable[type[BaseModel]]) -> M:
    """The manifest a document holds; `parts` are the models inside it, whose keys a misspelt one may have meant.

    Raises:
        RecipeFaulty: with every key and value that is wrong.
    """
    try:
        return model.model_validate(document.value)
    except ValidationError as error:
        keys = {name for one in (model, *parts, *PARAMETER_TYPES) for name in one.model_fields}
        details = error.errors(include_url=False)
        raise RecipeFaulty(
            tuple(
                RecipeProblem(path, document.line_of(_place(each, document)), _message(each, keys)) for each in details
            )
        ) from error


def _place(error: ErrorDetails, document: Document) -> Place:
    """Where the fault is; pydantic also names the variants of a union on the way, which stand nowhere."""
    place: Place = ()
    for part in error["loc"]:
        if (*place, part) in document.marks:
            place = (*place, part)
    return place


def _message(error: ErrorDetails, known_keys: Iterable[str]) -> str:
    key = str(error["loc"][-1]) if error["loc"] else "the document"
    match error["type"]:
        case "extra_forbidden":
            return f'unknown key "{key}"' + _meant(key, known_keys)
        case "missing":
            return f'"{key}" is missing'
        case "union_tag_invalid":
            context = error.get("ctx", {})
            types = str(context.get("expected_tags")).replace("'", "").split(", ")
            return f'{key}: there is no type "{context.get("tag")}"' + _meant(str(context.get("tag")), types)
        case _:
            return f"{key}: {error['msg'].removeprefix('Value error, ')}"


def _meant(word: str, words: Iterable[str]) -> str:
    meant = did_you_mean(word, words)
    return f' (did you mean "{meant}"?)' if meant else ""
