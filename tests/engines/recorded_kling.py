"""Kling's two entries in the contract suite: with an API key, and with a pair of keys."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace

import jwt

from assets.limits import STRICT
from jobs.engines.base import Inline
from jobs.engines.kling import Kling
from tests.engines.recorded import Entry, reply
from tests.engines.recorded_kling_callbacks import CALLBACKS, FORGERIES, SECRET
from tests.engines.recorded_kling_looks import LOOK_ERRORS, LOOK_UP_ERRORS, LOOK_UPS, LOOKS
from tests.engines.recorded_kling_submits import (
    ACCEPTED,
    KEY_REFUSALS,
    NOW,
    PAIR_REFUSALS,
    REFUSALS,
    said,
)

KEY = "kling-key-0123456789abcdef"
ACCESS_KEY = "AbAccessKey0123456789AbAccessKey"
SECRET_KEY = "SecretKey0123456789SecretKey0123"
MODELS = ("kling-avatar-v2-standard", "kling-avatar-v2-pro")
_TASKS = "https://api-singapore.klingai.com/v1/videos/avatar/image2video"


def _fields(files: Inline) -> Mapping[str, object]:
    return {
        "image": b64encode(files.image).decode(),
        "sound_file": b64encode(files.audio).decode(),
    }


KLING = Entry(
    engine=Kling(
        base_url="https://api-singapore.klingai.com/v1/",
        key=KEY,
        limits=STRICT,
        models=MODELS,
        webhook_secret=SECRET,
        clock=lambda: NOW,
    ),
    key=KEY,
    secrets=(SECRET,),
    submit_url=_TASKS,
    look_url=f"{_TASKS}/829_1",
    handle_1="829_1",
    typed={"829_1": "829_1", " 829_1\n": "829_1"},
    own_url="https://API-singapore.klingai.com:443/files/a.mp4",
    foreign_urls=(
        "https://p1-kling.klingai.com/kcdn/a.mp4",
        "https://api-beijing.klingai.com/files/a.mp4",
        "http://api-singapore.klingai.com/files/a.mp4",
        "https://api-singapore.klingai.com:8443/files/a.mp4",
        "https://api-singapore.klingai.com.evil.example/a.mp4",
        "https://api-singapore.klingai.com@evil.example/a.mp4",
        "https://evil.example\\@api-singapore.klingai.com/a.mp4",
        "not a url",
    ),
    accepted=ACCEPTED,
    refusals=REFUSALS | KEY_REFUSALS,
    looks=LOOKS,
    look_errors=LOOK_ERRORS,
    quotes_key=reply(401, said(1002, f"{KEY} is invalid, and {SECRET} is no key")),
    look_up_url=f"{_TASKS}/8d7f",
    look_ups=LOOK_UPS,
    look_up_errors=LOOK_UP_ERRORS,
    inline=_fields,
    callbacks=CALLBACKS,
    forgeries=FORGERIES,
)

_PAIR = Kling(
    base_url="https://api-singapore.klingai.com",
    access_key=ACCESS_KEY,
    secret_key=SECRET_KEY,
    limits=STRICT,
    models=MODELS,
    clock=lambda: NOW,
)
_TOKEN = _PAIR.look_request("1").headers["authorization"].removeprefix("Bearer ")


def _is_signed(authorization: str) -> bool:
    """True for a token that the secret key signed and that Kling would take at this moment."""
    claims = jwt.decode(
        authorization.removeprefix("Bearer "),
        SECRET_KEY,
        algorithms=["HS256"],
        options={"verify_exp": False, "verify_nbf": False},
    )
    return bool(claims == {"iss": ACCESS_KEY, "exp": int(NOW) + 1800, "nbf": int(NOW) - 5})


KLING_PAIR = replace(
    KLING,
    engine=_PAIR,
    key=SECRET_KEY,
    secrets=(ACCESS_KEY, _TOKEN),
    authorises=_is_signed,
    refusals=REFUSALS | PAIR_REFUSALS,
    quotes_key=reply(401, said(1002, f"{SECRET_KEY} of {ACCESS_KEY} did not sign {_TOKEN}")),
    callbacks={},
    forgeries={},
)
