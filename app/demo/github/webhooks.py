"""Makes the deliveries: one thread, one after another, each signed; what fails is recorded and not tried again.

https://docs.github.com/en/webhooks/using-webhooks/handling-webhook-deliveries
"""

import hmac
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha1, sha256
from threading import Event, Thread
from time import monotonic

import httpx

from app.demo.github.outbox import Delivery, Message, Outcome
from app.demo.github.records import App
from app.demo.github.site import Site

TIMEOUT_SECONDS = 10.0
MAX_RESPONSE = 4096


def redeliver(site: Site, delivery: Delivery) -> None:
    """Queue the same delivery again, under the same GUID."""
    site.outbox.put(replace(delivery.message, redelivery=True))


def headers(app: App, message: Message) -> dict[str, str]:
    """https://docs.github.com/en/webhooks/webhook-events-and-payloads#delivery-headers"""
    secret, payload = app.webhook_secret.encode(), message.payload.encode()
    return {
        "Accept": "*/*",
        "Content-Type": "application/json",
        "User-Agent": f"GitHub-Hookshot/{sha256(app.slug.encode()).hexdigest()[:7]}",
        "X-GitHub-Delivery": message.guid,
        "X-GitHub-Event": message.event,
        "X-GitHub-Hook-ID": str(app.id),
        "X-GitHub-Hook-Installation-Target-ID": str(app.id),
        "X-GitHub-Hook-Installation-Target-Type": "integration",
        "X-Hub-Signature": f"sha1={hmac.new(secret, payload, sha1).hexdigest()}",
        "X-Hub-Signature-256": f"sha256={hmac.new(secret, payload, sha256).hexdigest()}",
    }


class Courier:
    """The thread that empties the outbox for as long as it runs."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="deliveries", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._site.outbox.wake.set()
        self._thread.join(TIMEOUT_SECONDS + 1)

    def _run(self) -> None:
        with httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False) as client:
            while not self._stopped.is_set():
                self._site.outbox.wake.clear()
                delivery = self._site.outbox.next()
                if delivery is None:
                    self._site.outbox.wake.wait(1.0)
                else:
                    self._site.outbox.done(delivery, self._attempt(client, delivery.message))

    def _attempt(self, client: httpx.Client, message: Message) -> Outcome:
        app = self._site.store.need(App, message.app_id)
        sent, began, at = headers(app, message), monotonic(), self._site.now()
        try:
            response = client.post(app.webhook_url, content=message.payload.encode(), headers=sent)
        except httpx.TimeoutException:
            return Outcome(at, monotonic() - began, "timed out", 504, sent, {}, "")
        except (httpx.HTTPError, httpx.InvalidURL):
            return Outcome(at, monotonic() - began, "failed to connect to host", 502, sent, {}, "")
        status = "OK" if response.is_success else f"Invalid HTTP Response: {response.status_code}"
        received: Mapping[str, str] = dict(response.headers)
        return Outcome(
            at, monotonic() - began, status, response.status_code, sent, received, response.text[:MAX_RESPONSE]
        )
