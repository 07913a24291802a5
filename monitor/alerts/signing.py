"""The headers of Standard Webhooks: an id that stays, a time and signatures that are made per attempt."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from datetime import datetime

from monitor.model import Secret

_PREFIX = "whsec_"


def key(secret: Secret) -> bytes:
    """The bytes that sign. Raises ValueError, without the secret in it, if it is not base64 after ``whsec_``."""
    written = secret.reveal().removeprefix(_PREFIX)
    try:
        decoded = base64.b64decode(written + "=" * (-len(written) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("a webhook secret is whsec_ and base64") from None
    if not decoded:
        raise ValueError("a webhook secret may not be empty")
    return decoded


def headers(alert_id: str, body: bytes, secrets: tuple[Secret, ...], now: datetime) -> tuple[tuple[bytes, bytes], ...]:
    """One signature per secret, so that a receiver may change over in its own time; none, no signature."""
    at = str(int(now.timestamp())).encode()
    signed = alert_id.encode() + b"." + at + b"." + body
    signatures = b" ".join(b"v1," + _signature(key(secret), signed) for secret in secrets)
    named = ((b"webhook-id", alert_id.encode()), (b"webhook-timestamp", at))
    return (*named, (b"webhook-signature", signatures)) if signatures else named


def _signature(by: bytes, signed: bytes) -> bytes:
    return base64.b64encode(hmac.new(by, signed, hashlib.sha256).digest())
