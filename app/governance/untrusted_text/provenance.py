"""Every text that a model was given: whose it is, what they may do, and as of when."""

from dataclasses import dataclass
from datetime import datetime

from app.governance.untrusted_text.findings import Sanitised
from app.ports.code_host import Permission


@dataclass(frozen=True, slots=True)
class Provenance:
    """One text that was read. `what` says which (`title of the issue`, `README.md`).

    `by` and `permission` are those of the person who wrote it, as of `frozen_at`, the moment whose text it is; both are
    `None` for what the repository holds at the base commit.
    """

    what: str
    by: str | None
    permission: Permission | None
    frozen_at: datetime
    found: Sanitised
