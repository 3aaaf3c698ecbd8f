"""Nothing new begins in a repository until somebody lets it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Paused:
    """Who paused a repository, when and why; the reason is theirs, and may be empty."""

    by: str
    at: datetime
    reason: str = ""
