"""Is this request GitHub's? https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries"""

import hmac
from collections.abc import Iterable
from hashlib import sha256

PREFIX = "sha256="


def sign(body: bytes, secret: str) -> str:
    """The value of `X-Hub-Signature-256` for a body."""
    return PREFIX + hmac.new(secret.encode(), body, sha256).hexdigest()


def is_signed(body: bytes, signature: str, secrets: Iterable[str]) -> bool:
    """Whether the signature is that of the raw body under any active secret; SHA-1 signatures never count.

    Every secret is tried, in constant time, so that an answer's time says nothing about which one fits.
    """
    if not signature.startswith(PREFIX):
        return False
    matches = [hmac.compare_digest(sign(body, secret).encode(), signature.encode()) for secret in secrets]
    return any(matches)
