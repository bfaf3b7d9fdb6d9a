"""How callbacks are signed: Standard Webhooks as Kling does it, and ED25519 as fal does it."""

import base64
import binascii
import hashlib
import hmac
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_PREFIX = "whsec_"


class BadSecret(Exception):
    """A webhook secret that is not ``whsec_`` and base64."""


def webhook_key(secret: str) -> bytes:
    """The signing key in a webhook secret. Raises BadSecret."""
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadSecret("the webhook secret is whsec_ and base64") from error
    if not key:
        raise BadSecret("the webhook secret is empty behind whsec_")
    return key


def webhook_signature(key: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """The value of ``webhook-signature``: HMAC-SHA256 over id, time and the raw body."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


class EdSigner:
    """An ED25519 key of this engine's own, kept in a file so that a restart does not change it."""

    def __init__(self, file: Path) -> None:
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            fresh = file.with_suffix(".new")
            fresh.touch(mode=0o600)
            fresh.write_bytes(os.urandom(32))
            fresh.replace(file)
        self._key = Ed25519PrivateKey.from_private_bytes(file.read_bytes())

    def signature(self, request_id: str, user_id: str, timestamp: int, body: bytes) -> str:
        """Hex over request, user, time and the body's SHA-256, joined by newlines."""
        parts = [request_id, user_id, str(timestamp), hashlib.sha256(body).hexdigest()]
        return self._key.sign("\n".join(parts).encode()).hex()

    def key_set(self) -> dict[str, object]:
        """The public key as a JSON Web Key Set."""
        public = self._key.public_key().public_bytes_raw()
        x = base64.urlsafe_b64encode(public).rstrip(b"=").decode()
        kid = hashlib.sha256(public).hexdigest()[:16]
        return {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": x, "kid": kid, "use": "sig"}]}
