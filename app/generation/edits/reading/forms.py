"""The forms in which a model can be asked to write edits, by name."""

from collections.abc import Mapping
from typing import Literal

from app.generation.edits.reading.reader import EditReader
from app.generation.edits.reading.search_replace import SearchReplaceReader
from app.generation.edits.reading.structural import StructuralReader
from app.generation.edits.reading.v4a import V4AReader
from app.generation.edits.reading.whole_file import WholeFileReader

Form = Literal["whole-file", "search-replace", "v4a", "structural"]

_READERS: Mapping[Form, type[EditReader]] = {
    "whole-file": WholeFileReader,
    "search-replace": SearchReplaceReader,
    "v4a": V4AReader,
    "structural": StructuralReader,
}


def reader_of(form: Form) -> EditReader:
    """A reader for one answer in this form."""
    return _READERS[form]()
