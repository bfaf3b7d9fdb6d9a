"""Signatures of callbacks: the scheme itself, apart from any engine."""

import hashlib
from base64 import b64encode

import pytest

from jobs.engines.base import NotFromTheEngine
from jobs.engines.standard_webhooks import key_of, verified_id

# The sample that Kling's documentation gives for checking one's own code.
DOCUMENTED_SECRET = "whsec_dGVzdHNlY3JldHRlc3RzZWNyZXR0ZXN0c2VjcmV0MTI="
DOCUMENTED_SIGNATURE = "v1,UsKlJP00XoQyOn410NM9xv34sP+Gl0jnOO9Lcpr7NJ4="
DOCUMENTED_BODY = (
    b'{"id":"1234567890","status":"succeeded","message":"",'
    b'"create_time":1781080778802,"update_time":1781080794151}'
)
DOCUMENTED_AT = 1_781_080_794


def sha256_mac(key: bytes, text: bytes) -> bytes:
    """HMAC-SHA256 written out from RFC 2104, so that the test does not share code with us."""
    padded = (key if len(key) <= 64 else hashlib.sha256(key).digest()).ljust(64, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded) + text).digest()
    return hashlib.sha256(bytes(byte ^ 0x5C for byte in padded) + inner).digest()


def headers(
    body: bytes, *, key: bytes, at: str = "1781080794", message: str = "m1"
) -> dict[str, str]:
    signed = f"{message}.{at}.".encode() + body
    return {
        "webhook-id": message,
        "webhook-timestamp": at,
        "webhook-signature": "v1," + b64encode(sha256_mac(key, signed)).decode(),
    }


def test_the_documented_sample_is_verified() -> None:
    given = {
        "webhook-id": "9876543210",
        "webhook-timestamp": str(DOCUMENTED_AT),
        "webhook-signature": DOCUMENTED_SIGNATURE,
    }
    key = key_of(DOCUMENTED_SECRET)
    now = DOCUMENTED_AT + 1.5
    assert verified_id(given, DOCUMENTED_BODY, key=key, now=now) == "9876543210"
    with pytest.raises(NotFromTheEngine):
        verified_id(given, DOCUMENTED_BODY.replace(b"succeeded", b"failed"), key=key, now=now)


@pytest.mark.parametrize("key_bytes", [16, 24, 64, 65, 200])
@pytest.mark.parametrize("body", [b"", b"{}", "ünï".encode(), bytes(range(256))])
def test_a_signature_made_by_other_code_is_verified(key_bytes: int, body: bytes) -> None:
    key = bytes(range(7, 7 + key_bytes))
    secret = "whsec_" + b64encode(key).decode()
    given = headers(body, key=key)
    assert verified_id(given, body, key=key_of(secret), now=DOCUMENTED_AT) == "m1"


def test_no_byte_of_the_body_may_differ() -> None:
    key = b"k" * 32
    given = headers(DOCUMENTED_BODY, key=key)
    for place in range(len(DOCUMENTED_BODY)):
        changed = bytearray(DOCUMENTED_BODY)
        changed[place] ^= 1
        with pytest.raises(NotFromTheEngine, match="signature"):
            verified_id(given, bytes(changed), key=key, now=DOCUMENTED_AT)


@pytest.mark.parametrize(
    ("seconds", "passes"), [(-301, False), (-300, True), (0, True), (300, True), (300.5, False)]
)
def test_a_message_counts_for_five_minutes_either_way(seconds: float, passes: bool) -> None:
    key = b"k" * 32
    given = headers(b"{}", key=key)
    if passes:
        assert verified_id(given, b"{}", key=key, now=DOCUMENTED_AT + seconds) == "m1"
    else:
        with pytest.raises(NotFromTheEngine, match="five minutes"):
            verified_id(given, b"{}", key=key, now=DOCUMENTED_AT + seconds)


@pytest.mark.parametrize(
    "at", ["", "soon", "-1781080794", "1781080794.0", " 1781080794", "١٧٨", "9" * 400]
)
def test_a_time_that_is_no_plain_number_is_refused_although_it_is_signed(at: str) -> None:
    key = b"k" * 32
    with pytest.raises(NotFromTheEngine, match="id and time"):
        verified_id(headers(b"{}", key=key, at=at), b"{}", key=key, now=DOCUMENTED_AT)


@pytest.mark.parametrize("spelling", ["whsec_{}", "{}", " whsec_{}\n"])
def test_a_secret_is_read_as_it_was_copied(spelling: str) -> None:
    key = b"k" * 32
    assert key_of(spelling.format(b64encode(key).decode())) == key


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "whsec_",
        "whsec_c2hvcnQ=",
        "whsec_not base64 at all!",
        "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMj",
        "ü" * 40,
    ],
)
def test_a_secret_with_which_anybody_could_sign_is_refused_without_being_shown(secret: str) -> None:
    with pytest.raises(ValueError, match="webhook secret") as caught:
        key_of(secret)
    assert len(secret) < 8 or secret not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
