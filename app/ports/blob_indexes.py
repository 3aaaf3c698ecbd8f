from collections.abc import Collection, Mapping
from typing import Protocol


class BlobIndexes(Protocol):
    """Remembers what was found out about contents, so that it need not be found out again.

    A key holds everything that the value depends on (the content's object id, and the version of what was done with
    it). Anything may be forgotten at any time; what was damaged is forgotten too.
    """

    def get_many(self, keys: Collection[str]) -> Mapping[str, bytes]:
        """What is remembered of these keys, exactly as it was put."""
        ...

    def put_many(self, entries: Mapping[str, bytes]) -> None:
        """Remember these from now on, as far as there is room."""
        ...
