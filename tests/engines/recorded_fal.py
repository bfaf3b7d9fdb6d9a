"""fal's entry in the contract suite (engines.md 3)."""

from jobs.engines.base import CancelAnswer, Response
from jobs.engines.fal import LIMITS, Fal
from tests.engines.recorded import Entry, LookError, reply
from tests.engines.recorded_envelopes import CDN, HTML
from tests.engines.recorded_fal_calls import CALLBACKS, FORGERIES, NOW
from tests.engines.recorded_fal_looks import LOOK_ERRORS, LOOKS
from tests.engines.recorded_fal_submits import ACCEPTED, QUEUE, REFUSALS, TASK_1

KEY = "0b1c2d3e-aaaa-bbbb:5f6a7b8c9d0e1f2a"

CANCELS: dict[str, tuple[Response, CancelAnswer]] = {
    "202": (reply(202, {"status": "CANCELLATION_REQUESTED"}), CancelAnswer.ACCEPTED),
    "202 without a body": (reply(202), CancelAnswer.ACCEPTED),
    "200 taken out of the queue": (reply(200, {"status": "OK"}), CancelAnswer.ACCEPTED),
    "200 and finished": (reply(200, {"status": "ALREADY_COMPLETED"}), CancelAnswer.TOO_LATE),
    "400": (reply(400, {"status": "ALREADY_COMPLETED"}), CancelAnswer.TOO_LATE),
    "400 in prose": (reply(400, {"detail": "Request is finished"}), CancelAnswer.TOO_LATE),
    "404": (reply(404, {"status": "NOT_FOUND"}), CancelAnswer.UNKNOWN_TASK),
    "404 in prose": (reply(404, {"detail": "Request not found"}), CancelAnswer.UNKNOWN_TASK),
}
CANCEL_ERRORS = {
    "202 of a proxy": LookError(answer=reply(202, HTML), code="unreadable"),
    "400 of a proxy": LookError(answer=reply(400, HTML), code="unreadable"),
    "404 of a proxy": LookError(answer=reply(404, HTML), code="unreadable"),
    "401": LookError(answer=reply(401, {"detail": "no"}), code="wrong_key", pauses=True),
    "429": LookError(answer=reply(429, {}, retry_after="4"), code="rate_limited", retry_after=4.0),
    "500 that speaks of a finished request": LookError(
        answer=reply(500, {"status": "ALREADY_COMPLETED"}), code="engine_down"
    ),
}

FAL = Entry(
    engine=Fal(
        key=KEY,
        limits=LIMITS,
        models=("kling-avatar-v2-standard", "kling-avatar-v2-pro"),
        clock=lambda: NOW,
    ),
    key=KEY,
    secrets=(KEY, KEY.partition(":")[2]),
    authorises=lambda header: header == f"Key {KEY}",
    submit_url=f"{QUEUE}/fal-ai/kling-video/ai-avatar/v2/pro",
    handle_1=TASK_1,
    look_url=f"{TASK_1}/status",
    typed={
        "task_1": TASK_1,
        "  task_1\n": TASK_1,
        TASK_1: TASK_1,
        f"{TASK_1}/": TASK_1,
        f"{TASK_1}/status": TASK_1,
        f"{TASK_1}/status?logs=1": TASK_1,
        f"{TASK_1}/cancel": TASK_1,
        f"{QUEUE}/relay/x/requests/a-1": f"{QUEUE}/relay/x/requests/a-1",
        f"{QUEUE}/a/requests/1 {QUEUE}/b/requests/1/status {QUEUE}/c/requests/1/cancel": (
            f"{QUEUE}/a/requests/1 {QUEUE}/b/requests/1/status {QUEUE}/c/requests/1/cancel"
        ),
    },
    own_url="https://QUEUE.fal.run:443/fal-ai/kling-video/requests/task_1",
    foreign_urls=(
        CDN,
        "https://v3.fal.media/files/a/b.mp4",
        "https://fal.run/fal-ai/kling-video",
        "https://rest.fal.ai/.well-known/jwks.json",
        "http://queue.fal.run/a.mp4",
        "https://queue.fal.run:8443/a.mp4",
        "https://queue.fal.run.evil.example/a.mp4",
        "https://queue.fal.run@evil.example/a.mp4",
        "https://evil.example\\@queue.fal.run/a.mp4",
        "not a url",
    ),
    accepted=ACCEPTED,
    refusals=REFUSALS,
    looks=LOOKS,
    look_errors=LOOK_ERRORS,
    quotes_key=reply(401, {"detail": f"Key {KEY} is wrong; its secret is {KEY.partition(':')[2]}"}),
    cancel_call=("PUT", f"{TASK_1}/cancel"),
    cancels=CANCELS,
    cancel_errors=CANCEL_ERRORS,
    callbacks=CALLBACKS,
    forgeries=FORGERIES,
)
