"""What somebody probably meant by a word that nobody knows."""

import difflib
from collections.abc import Iterable

LONGEST_WORD = 60


def did_you_mean(word: str, words: Iterable[str]) -> str | None:
    """The one of the words that this is probably a misspelling of."""
    by_lower = {known.lower(): known for known in words}
    close = difflib.get_close_matches(word.lower()[:LONGEST_WORD], by_lower, n=1, cutoff=0.6)
    return by_lower[close[0]] if close else None
