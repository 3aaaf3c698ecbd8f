"""The log of webhook deliveries. https://docs.github.com/en/rest/apps/webhooks"""

import json

from app.demo.github.outbox import Delivery
from app.demo.github.serialize import Fields, stamp


def hook_delivery_item(delivery: Delivery) -> Fields:
    message, outcome = delivery.message, delivery.outcome
    return {
        "id": delivery.id,
        "guid": message.guid,
        "delivered_at": stamp(outcome.delivered_at),
        "redelivery": message.redelivery,
        "duration": round(outcome.duration, 2),
        "status": outcome.status,
        "status_code": outcome.status_code,
        "event": message.event,
        "action": message.action,
        "installation_id": message.installation_id,
        "repository_id": message.repository_id,
        "throttled_at": None,
    }


def hook_delivery(delivery: Delivery, url: str) -> Fields:
    message, outcome = delivery.message, delivery.outcome
    return {
        **hook_delivery_item(delivery),
        "url": url,
        "request": {"headers": dict(outcome.request_headers), "payload": json.loads(message.payload)},
        "response": {"headers": dict(outcome.response_headers), "payload": outcome.response_payload},
    }
