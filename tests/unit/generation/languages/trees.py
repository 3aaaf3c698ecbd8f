from collections.abc import Collection, Mapping


class InMemoryTree:
    """Files by path."""

    def __init__(self, *paths: str, **texts: str) -> None:
        self._texts: Mapping[str, str] = dict.fromkeys(paths, "") | texts

    @property
    def paths(self) -> Collection[str]:
        return self._texts.keys()

    def in_folder(self, folder: str) -> Collection[str]:
        return sorted(path for path in self._texts if path.rpartition("/")[0] == folder)

    def text(self, path: str) -> str | None:
        return self._texts.get(path)
