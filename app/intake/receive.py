"""One webhook request: verify it, keep it, answer. Nothing else happens before the answer.

https://docs.github.com/en/webhooks/using-webhooks/best-practices-for-using-webhooks
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import structlog

from app.intake.signature import is_signed
from app.intake.subject import JsonObject, subject_of, takes_back, text_of
from app.ports.clock import Clock
from app.ports.journal import Journal, JournalDown, NewDelivery, Receipt, Wakeups

LARGEST_BYTES = 25 * 1024 * 1024
_GUID = re.compile(r"[A-Za-z0-9-]{1,64}")
_EVENT = re.compile(r"[a-z0-9_]{1,64}")

log = structlog.stdlib.get_logger()


@dataclass(frozen=True, slots=True)
class Sender:
    """Who may deliver here: one App on one host."""

    host: str
    app_id: int
    secrets: Sequence[str]


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    text: str
    correlation_id: str = ""


def receive(
    headers: Mapping[str, str],
    body: bytes,
    *,
    sender: Sender,
    trigger_label: str,
    journal: Journal,
    wakeups: Wakeups,
    clock: Clock,
) -> Answer:
    """The answer to one request: 202 once it is on disk, 503 when it cannot be, 4xx when it is not a delivery.

    The names of `headers` may be spelt in any case.
    """
    headers = {name.lower(): value for name, value in headers.items()}
    delivery = _read(headers, body, sender=sender, trigger_label=trigger_label, clock=clock)
    if isinstance(delivery, Answer):
        log.warning("delivery refused", status=delivery.status, reason=delivery.text, guid=_loggable(headers))
        return delivery
    try:
        receipt = journal.accept(delivery)
    except JournalDown as error:
        log.error("delivery not accepted", guid=delivery.guid, github_event=delivery.event, reason=str(error))
        return Answer(503, "The journal cannot keep this delivery now; redeliver it later.")
    log.info(
        "delivery accepted",
        guid=delivery.guid,
        github_event=delivery.event,
        action=delivery.action,
        lane=receipt.lane,
        is_new=receipt.is_new,
        state=receipt.state,
        correlation_id=receipt.correlation_id,
    )
    if receipt.state == "received":
        wakeups.wake(receipt.lane)
    return Answer(202, _said(receipt), receipt.correlation_id)


def _said(receipt: Receipt) -> str:
    if receipt.is_new:
        return "Accepted."
    return "Already done." if receipt.state == "done" else "Already accepted; it is being worked on."


def _loggable(headers: Mapping[str, str]) -> str:
    guid = headers.get("x-github-delivery", "")
    return guid if _GUID.fullmatch(guid) else ""


def _read(
    headers: Mapping[str, str], body: bytes, *, sender: Sender, trigger_label: str, clock: Clock
) -> NewDelivery | Answer:
    if not is_signed(body, headers.get("x-hub-signature-256", ""), sender.secrets):
        return Answer(401, "X-Hub-Signature-256 is missing or is not the signature of this body under our secret.")
    guid, event = headers.get("x-github-delivery", ""), headers.get("x-github-event", "")
    if not _GUID.fullmatch(guid) or not _EVENT.fullmatch(event):
        return Answer(400, "X-GitHub-Delivery and X-GitHub-Event are both required.")
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        return Answer(400, "The body is not JSON; set the webhook's content type to application/json.")
    if not isinstance(payload, dict):
        return Answer(400, "The body is not a JSON object.")
    fields = cast(JsonObject, payload)
    return NewDelivery(
        app_id=sender.app_id,
        guid=guid,
        event=event,
        action=text_of(fields.get("action")) or "",
        body=body,
        subject=subject_of(fields, host=sender.host),
        cancels=takes_back(event, fields, trigger_label=trigger_label),
        received_at=clock.now(),
    )
