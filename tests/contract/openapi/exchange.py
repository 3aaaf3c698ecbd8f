"""One request to the REST API and its answer, as they went over the wire."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from tests.contract.local_github.world import Document


@dataclass(frozen=True)
class Exchange:
    """Header names are in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    request_headers: Mapping[str, str]
    request_body: bytes
    status: int
    answer_headers: Mapping[str, str]
    answer_body: bytes

    def __str__(self) -> str:
        return f"{self.method} {self.path} → {self.status}"

    @property
    def is_refusal(self) -> bool:
        return self.status >= 400

    @property
    def asked(self) -> Document:
        return _document(self.request_body)

    @property
    def answered(self) -> Document:
        return _document(self.answer_body)

    @property
    def answer_type(self) -> str:
        """The media type of the answer, without its character set."""
        return self.answer_headers.get("content-type", "").partition(";")[0]


def _document(body: bytes) -> Document:
    document: Document = json.loads(body)
    return document
