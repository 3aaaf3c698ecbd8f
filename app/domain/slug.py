"""Names made from people's words."""

import re
import unicodedata

LONGEST = 40


def branch_slug(words: str) -> str:
    """Lower-case letters, digits and single hyphens, at most 40 characters; empty when nothing of the words is left.

    Everything else is dropped, so the result is a safe last part of a ref name.
    https://git-scm.com/docs/git-check-ref-format
    """
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(slug) <= LONGEST:
        return slug
    cut = slug[: LONGEST + 1]
    return cut[: cut.rfind("-")] if "-" in cut[10:] else slug[:LONGEST]
