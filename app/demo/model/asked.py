"""What the local model was asked, kept so that tests can show what was in a prompt and what was not."""

import os.path
from collections.abc import Iterator
from threading import Lock
from typing import Literal, cast

from pydantic import BaseModel, ConfigDict

from app.demo.model.script import Say

Api = Literal["responses", "chat"]
CHARACTERS_PER_TOKEN = 4


class Question(BaseModel):
    """One request. `words` is all text that the model reads, in order; `body` is the request's JSON document."""

    model_config = ConfigDict(frozen=True)

    api: Api
    model: str
    words: str
    body: str


class Tokens(BaseModel):
    """What is reported as used; what a question shares with the beginning of an earlier one counts as cached."""

    model_config = ConfigDict(frozen=True)

    input: int
    cached: int
    output: int


class Asked:
    def __init__(self) -> None:
        self._lock = Lock()
        self._questions: list[Question] = []

    def all(self) -> list[Question]:
        with self._lock:
            return list(self._questions)

    def add(self, question: Question) -> int:
        """Keep it; how many characters its beginning shares with an earlier question to the same model."""
        with self._lock:
            same = [earlier.words for earlier in self._questions if earlier.model == question.model]
            self._questions.append(question)
        return max((_shared(earlier, question.words) for earlier in same), default=0)

    def forget(self) -> None:
        with self._lock:
            self._questions.clear()


def _shared(earlier: str, later: str) -> int:
    return len(os.path.commonprefix([earlier, later]))  # noqa: RUF071  # it is of characters that we want it


def words_of(document: object) -> Iterator[str]:
    """Every text in a request's instructions, messages and items, in order."""
    match document:
        case str():
            yield document
        case list():
            for one in cast("list[object]", document):
                yield from words_of(one)
        case dict():
            for name, one in cast("dict[str, object]", document).items():
                if name not in {"role", "type"}:
                    yield from words_of(one)
        case _:
            pass


def tokens(question: Question, shared: int, answer: Say) -> Tokens:
    written = len(answer.text) * answer.repeat + len(answer.refusal) + sum(len(str(call)) for call in answer.calls)
    return Tokens(
        input=-(-len(question.words) // CHARACTERS_PER_TOKEN),
        cached=shared // CHARACTERS_PER_TOKEN,
        output=-(-written // CHARACTERS_PER_TOKEN),
    )
