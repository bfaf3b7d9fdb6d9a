"""Callbacks as Kling sends them, signed here by code of its own, and forgeries (engines.md 2)."""

import json
from base64 import b64decode, b64encode
from hashlib import sha256
from hmac import HMAC

from tests.engines.recorded import Call
from tests.engines.recorded_kling_submits import NOW, made

_KEY = b"0123456789abcdef0123456789abcdef"
SECRET = "whsec_" + b64encode(_KEY).decode()
_OLD_KEY = b"the secret before the last one.."
_ID = "8674665223082153551"

OLD_FORM = json.dumps(made(task_status="processing")["data"]).encode()
NEW_FORM = (
    b'{"id":"829_1","status":"succeeded","message":"","external_id":"8d7f","outputs":'
    b'[{"type":"video","id":"v1","url":"https://p1-kling.klingai.com/a.mp4"}],'
    b'"billing":[{"charge_type":"unit","amount":"14.8","package_type":"video"}],'
    b'"create_time":1781080778802,"update_time":1781080794151}'
)


def signature(body: bytes, *, key: bytes = _KEY, at: float = NOW, message_id: str = _ID) -> str:
    """The value behind `v1,`, by the words of the documentation."""
    signed = HMAC(key, digestmod=sha256)
    for part in (message_id.encode(), b".", str(int(at)).encode(), b".", body):
        signed.update(part)
    return b64encode(signed.digest()).decode()


def call(
    body: bytes = NEW_FORM,
    *,
    signatures: str = "",
    key: bytes = _KEY,
    at: float = NOW,
    message_id: str = _ID,
    handle: str = "",
) -> Call:
    """A callback signed with `key`, or with the signatures given."""
    own = "v1," + signature(body, key=key, at=at, message_id=message_id)
    return Call(
        headers={
            "webhook-id": message_id,
            "webhook-timestamp": str(int(at)),
            "webhook-signature": signatures or own,
        },
        body=body,
        event_id=message_id if handle else "",
        handle=handle,
    )


_GOOD = "v1," + signature(NEW_FORM)
_STALE = "v1," + signature(NEW_FORM, key=_OLD_KEY)

CALLBACKS = {
    "the newer form": call(handle="829_1"),
    "the older form": call(OLD_FORM, handle="829_1"),
    "the console's test": call(
        b'{"id":"913827032734642185","status":"submitted","outputs":[],"message":"",'
        b'"create_time":1785901861504,"update_time":1785901861504}',
        handle="913827032734642185",
    ),
    "spaces and a line's end in the body": call(b'{ "task_id" : "829_1" }\n', handle="829_1"),
    "two secrets, ours first": call(signatures=f"{_GOOD} {_STALE}", handle="829_1"),
    "two secrets, ours last": call(signatures=f"{_STALE} {_GOOD}", handle="829_1"),
    "beside a scheme of the future": call(signatures=f"v2,xyz v1a,abc {_GOOD}", handle="829_1"),
    "five minutes old": call(at=NOW - 300, handle="829_1"),
    "five minutes early": call(at=NOW + 300, handle="829_1"),
}

FORGERIES = {
    "no headers at all": Call(headers={}, body=NEW_FORM),
    "signed with another secret": call(key=_OLD_KEY),
    "signed with an empty secret": call(key=b""),
    "signed with the secret's text": call(key=SECRET.encode()),
    "signed with the secret's text behind whsec_": call(key=SECRET[6:].encode()),
    "more than five minutes old": call(at=NOW - 301),
    "more than five minutes early": call(at=NOW + 301),
    "another version's name before a good signature": call(signatures="v2," + signature(NEW_FORM)),
    "a good signature without a version": call(signatures=signature(NEW_FORM)),
    "a good signature of another message": call(
        signatures="v1," + signature(NEW_FORM, message_id="other")
    ),
    "the raw digest instead of base64": call(
        signatures="v1," + b64decode(signature(NEW_FORM)).hex()
    ),
    "an id with a space": call(message_id="8674 665"),
    "an id without end": call(message_id="8" * 256),
    "an id of nothing": call(message_id=""),
    "signed, but about no task": call(b'{"status":"succeeded"}'),
    "signed, but with a number for a task": call(b'{"id":829}'),
    "signed, but no JSON": call(b"task_id=829_1"),
    "signed, but a list": call(b'[{"id":"829_1"}]'),
    "signed, but empty": call(b""),
}
