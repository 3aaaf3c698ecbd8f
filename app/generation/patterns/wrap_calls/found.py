from dataclasses import dataclass, replace

from app.domain.recipe import Place
from app.generation.patterns.editing import Edit
from app.generation.patterns.source import Source


@dataclass(frozen=True, slots=True)
class Found:
    """The calls in one file: those that are wrapped, with the edits that do so, and those that are left alone."""

    source: Source
    edits: tuple[Edit, ...]
    edited: tuple[Place, ...]
    skipped: tuple[Place, ...]

    def left_alone(self, why: str) -> "Found":
        """The same file with nothing wrapped in it."""
        skipped = tuple(Place(place.path, place.line, why) for place in self.edited)
        return replace(self, edits=(), edited=(), skipped=(*self.skipped, *skipped))
