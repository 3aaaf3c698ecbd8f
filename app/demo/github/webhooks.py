"""Makes the deliveries, each signed; what fails is recorded and not tried again.

One thread makes those of what happens, in its order. Another makes those that somebody asked for again, in the order in
which they were asked for, and neither waits for the other.

https://docs.github.com/en/webhooks/using-webhooks/handling-webhook-deliveries
"""

import hmac
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha1, sha256
from threading import Event, Thread
from time import monotonic

import httpx

from app.demo.github.faults import Faults
from app.demo.github.outbox import Delivery, Message, Outcome, Queue
from app.demo.github.records import App
from app.demo.github.site import Site

TIMEOUT_SECONDS = 10.0
MAX_RESPONSE = 4096
UNREACHABLE = "failed to connect to host"


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
    """The thread that empties one queue of the outbox for as long as it runs."""

    def __init__(self, site: Site, queue: Queue) -> None:
        self._site = site
        self._queue: Queue = queue
        self._wake = site.outbox.wake[queue]
        self._stopped = Event()
        self._thread = Thread(target=self._run, name=f"deliveries ({queue})", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._wake.set()
        self._thread.join(TIMEOUT_SECONDS + 1)

    def _run(self) -> None:
        with httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False) as client:
            while not self._stopped.is_set():
                self._wake.clear()
                attempt = self._site.outbox.next(self._queue)
                if attempt is None:
                    self._wake.wait(self._site.outbox.rest_seconds(self._queue))
                else:
                    self._site.outbox.done(attempt, self._attempt(client, attempt.message))

    def _attempt(self, client: httpx.Client, message: Message) -> Outcome:
        app = self._site.store.need(App, message.app_id)
        sent, began, at = headers(app, message), monotonic(), self._site.now()
        if Faults.load(self._site.store).deliveries.fail:
            return Outcome(at, 0.0, UNREACHABLE, 502, sent, {}, "")
        try:
            response = client.post(app.webhook_url, content=message.payload.encode(), headers=sent)
        except httpx.TimeoutException:
            return Outcome(at, monotonic() - began, "timed out", 504, sent, {}, "")
        except (httpx.HTTPError, httpx.InvalidURL):
            return Outcome(at, monotonic() - began, UNREACHABLE, 502, sent, {}, "")
        status = "OK" if response.is_success else f"Invalid HTTP Response: {response.status_code}"
        received: Mapping[str, str] = dict(response.headers)
        return Outcome(
            at, monotonic() - began, status, response.status_code, sent, received, response.text[:MAX_RESPONSE]
        )
