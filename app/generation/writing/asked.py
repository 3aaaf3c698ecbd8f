"""What a run was asked for, as far as a reader of the issue sees it."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.task import Run
from app.generation.context.reading import RequestText
from app.governance.untrusted_text.findings import Sanitised
from app.governance.untrusted_text.provenance import Provenance
from app.governance.untrusted_text.sanitise import sanitised, sanitised_line


@dataclass(frozen=True, slots=True)
class Asked:
    """The words of a request, with what was taken out of them; frozen when it was asked for."""

    title: Sanitised
    body: Sanitised
    by: str
    frozen_at: datetime

    @property
    def text(self) -> RequestText:
        return RequestText(self.title.text, self.body.text)

    @property
    def provenance(self) -> tuple[Provenance, ...]:
        """Whose words were read; who may start a run has write permission at least."""
        parts = (("title of the issue", self.title), ("text of the issue", self.body))
        return tuple(Provenance(what, self.by, "write", self.frozen_at, found) for what, found in parts)


def asked(run: Run) -> Asked:
    """What the run was asked for."""
    return Asked(sanitised_line(run.title), sanitised(run.body), run.requested_by.login, run.asked_at or run.started_at)
