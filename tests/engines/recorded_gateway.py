"""The gateway's entry in the contract suite."""

from assets.limits import STRICT
from jobs.engines.gateway import Gateway
from tests.engines.recorded import Entry, reply
from tests.engines.recorded_envelopes import CDN, nested
from tests.engines.recorded_looks import LOOK_ERRORS, LOOKS
from tests.engines.recorded_submits import ACCEPTED, REFUSALS

KEY = "sk-secret-0123456789"

GATEWAY = Entry(
    engine=Gateway(
        base_url="https://api.example.com/v1/",
        key=KEY,
        limits=STRICT,
        models=("kling-avatar-v2-standard", "kling-avatar-v2-pro"),
        is_local=False,
    ),
    key=KEY,
    submit_url="https://api.example.com/v1/video/generations",
    look_url="https://api.example.com/v1/video/generations/task_1",
    own_url="https://API.example.com:443/v1/videos/task_1/content",
    foreign_urls=(
        CDN,
        "http://api.example.com/media/a.mp4",
        "https://api.example.com:8443/media/a.mp4",
        "https://api.example.com.evil.example/a.mp4",
        "https://api.example.com@evil.example/a.mp4",
        "https://evil.example\\@api.example.com/a.mp4",
        "not a url",
    ),
    accepted=ACCEPTED,
    refusals=REFUSALS,
    looks=LOOKS,
    look_errors=LOOK_ERRORS,
    typed={"task_1": "task_1", "  task_1\n": "task_1"},
    quotes_key=reply(401, nested("", f"Incorrect API key provided: {KEY}, or {KEY[3:]}")),
)
