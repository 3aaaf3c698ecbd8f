"""Secrets taken out of text before it is kept or shown."""

import re
from collections.abc import Iterable

REDACTED = "[redacted]"

# GitHub's token formats, those of 2026 (`ghs_<app id>_<JWT>`, some 520 characters with dots) included:
# https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats
_FORMATS = re.compile(
    r"gh[pousr]_[A-Za-z0-9._-]+"
    r"|github_pat_[A-Za-z0-9_]+"
    r"|eyJ[A-Za-z0-9_-]+\.eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
    r"|(?i:(?<=authorization: )(?:basic|bearer|token) [^\s\"']+)"
)
SHORTEST_KNOWN = 6


def redact(text: str, known: Iterable[str] = ()) -> str:
    """The text without the known secrets, and without anything that looks like a credential."""
    for secret in known:
        if len(secret) >= SHORTEST_KNOWN:
            text = text.replace(secret, REDACTED)
    return _FORMATS.sub(REDACTED, text)
