from collections.abc import Collection, Mapping
from dataclasses import dataclass, field


@dataclass
class FakeBlobIndexes:
    """Remembers in a dictionary; `asked` counts the keys that it was asked for and did not have."""

    entries: dict[str, bytes] = field(default_factory=dict[str, bytes])
    asked: int = 0

    def get_many(self, keys: Collection[str]) -> Mapping[str, bytes]:
        found = {key: self.entries[key] for key in keys if key in self.entries}
        self.asked += len(keys) - len(found)
        return found

    def put_many(self, entries: Mapping[str, bytes]) -> None:
        self.entries.update(entries)
