"""Text that has to fit into a field of GitHub's."""

NOTE = "\n\n_Cut here: the rest is longer than GitHub shows._"


def cut(text: str, limit: int) -> str:
    """The text, or its beginning and a note that says so, in at most `limit` characters."""
    if len(text) <= limit:
        return text
    start = text[: limit - len(NOTE)]
    end_of_line = start.rfind("\n")
    return start[: end_of_line if end_of_line > 0 else None] + NOTE
