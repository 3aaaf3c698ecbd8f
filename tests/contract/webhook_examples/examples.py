"""The webhook payloads that GitHub publishes as examples. https://github.com/octokit/webhooks"""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.contract.local_github.world import Document, items, text
from tests.node.published import EXAMPLES, published

Payload = dict[str, Document]
INSTALLATION: Document = {"id": 1, "node_id": "MDIzOkludGVncmF0aW9uSW5zdGFsbGF0aW9uMQ=="}


@dataclass(frozen=True)
class Example:
    """One published payload: which event's, the how-manieth of it, and what was sent."""

    event: str
    index: int
    payload: Payload

    @property
    def action(self) -> str:
        return str(self.payload.get("action", ""))

    @property
    def guid(self) -> str:
        return f"{self.event.replace('_', '-')}-{self.index}"

    @property
    def has_installation(self) -> bool:
        return "installation" in self.payload

    @property
    def told_to_an_app(self) -> Payload:
        """The payload with an installation, which those that were sent to repositories and organisations lack."""
        return {**self.payload, "installation": self.payload.get("installation", INSTALLATION)}


def examples() -> Iterator[Example]:
    """All of them, in the order in which they are published."""
    for event in items(published(EXAMPLES)):
        for index, payload in enumerate(items(event, "examples")):
            assert isinstance(payload, dict)
            yield Example(text(event, "name"), index, payload)
