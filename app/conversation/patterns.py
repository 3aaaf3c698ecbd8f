"""What a pull request says of a pattern: every place that was edited and why, and every one that was left alone."""

from collections.abc import Sequence

from app.conversation.quoting import inert
from app.conversation.recipes import place_in_words
from app.domain.recipe import Place

MAX_SKIPPED = 100


def pattern_report(summary: str, edited: Sequence[Place], skipped: Sequence[Place], notes: Sequence[str]) -> str:
    """Markdown for the pull request; `summary` is Markdown already, everything else is text."""
    parts = [summary, "**Edited**", _list(edited)]
    if skipped:
        parts += ["**Left alone**", _list(skipped[:MAX_SKIPPED], more=len(skipped) - MAX_SKIPPED)]
    if notes:
        parts += ["**To know before merging**", "\n".join(f"- {inert(note, 1_000)}" for note in notes)]
    return "\n\n".join(parts)


def _list(places: Sequence[Place], *, more: int = 0) -> str:
    lines = [f"- {place_in_words(place)}" for place in places]
    return "\n".join([*lines, f"- and {more} more"] if more > 0 else lines)
