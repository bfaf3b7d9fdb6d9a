"""fal's answers to a look: the status, and the result behind COMPLETED (engines.md 3)."""

from jobs.engines.base import Phase
from tests.engines.recorded import Look, LookError, reply
from tests.engines.recorded_envelopes import HTML
from tests.engines.recorded_fal_failures import (
    COMPLETED,
    FAILURES,
    MAY_BE_BILLED,
    failed,
    over,
    status,
)
from tests.engines.recorded_fal_submits import refused

MEDIA = "https://v3.fal.media/files/panda/a.mp4"
_FILE = {"url": MEDIA, "content_type": None, "file_name": None, "file_size": None}
VIDEO = reply(200, {"video": _FILE, "duration": 18.5})
SHAPES = {
    "IN_QUEUE": Look(answer=status("IN_QUEUE", 202), phase=Phase.QUEUED),
    "IN_QUEUE with 200": Look(answer=status("IN_QUEUE"), phase=Phase.QUEUED),
    "IN_PROGRESS": Look(answer=status("IN_PROGRESS", 202, logs=[]), phase=Phase.RUNNING),
    "IN_PROGRESS in lower case": Look(answer=status(" in_progress "), phase=Phase.RUNNING),
    "an unknown word": Look(answer=status("WARMING_UP"), phase=Phase.RUNNING),
    "COMPLETED": Look(answer=COMPLETED, then=VIDEO, phase=Phase.SUCCEEDED, urls=(MEDIA,)),
    "COMPLETED without addresses in the answer": Look(
        answer=reply(200, {"status": "COMPLETED"}), then=VIDEO, phase=Phase.SUCCEEDED, urls=(MEDIA,)
    ),
    "COMPLETED with an error, and a video all the same": Look(
        answer=over(), then=VIDEO, phase=Phase.SUCCEEDED, urls=(MEDIA,)
    ),
    "OK, the webhook's word": Look(
        answer=status("OK"), then=VIDEO, phase=Phase.SUCCEEDED, urls=(MEDIA,)
    ),
    "COMPLETED and a result without a video": Look(
        answer=COMPLETED, then=reply(200, {"video": None}), phase=Phase.SUCCEEDED
    ),
    "COMPLETED and a video with a relative address": Look(
        answer=COMPLETED, then=reply(200, {"video": {"url": "/a.mp4"}}), phase=Phase.SUCCEEDED
    ),
    "COMPLETED and a result that is not there yet": Look(
        answer=COMPLETED,
        then=reply(400, {"detail": "Request is still in progress"}),
        phase=Phase.RUNNING,
    ),
    "COMPLETED and a status in place of the result": Look(
        answer=COMPLETED, then=status("IN_PROGRESS", 202), phase=Phase.RUNNING
    ),
    "an error beside COMPLETED, told as a list": failed(
        over([{"msg": "m"}]), reply(500, {"a": 1}), "engine_failed", '[{"msg": "m"}]'
    ),
    "an error beside COMPLETED, and no result at all": failed(
        over("Exhausted retries", "runner_disconnected"),
        reply(404, {"detail": "Not found"}),
        "engine_down",
        "Exhausted retries",
    ),
    "an unknown error beside COMPLETED, and no result at all": failed(
        over("Odd"), reply(404, {"detail": "Not found"}), "engine_failed", "Odd", bill=True
    ),
    "422 with a limit": failed(
        COMPLETED,
        reply(
            422,
            {
                "detail": [
                    {
                        "loc": ["body", "audio_url"],
                        "msg": "Audio is too long",
                        "type": "audio_duration_too_long",
                        "ctx": {"max_duration": 60, "provided_duration": 75.2},
                    }
                ]
            },
        ),
        "audio_too_long",
        "audio_url: Audio is too long (max_duration: 60, provided_duration: 75.2)",
        bill=True,
    ),
    "422 with two reasons": failed(
        COMPLETED,
        reply(
            422,
            {
                "detail": [
                    {"loc": ["body"], "msg": "one", "type": "image_too_small"},
                    {"loc": ["body", "audio_url"], "type": "unsupported_audio_format"},
                ]
            },
        ),
        "image_size",
        "one; audio_url: unsupported_audio_format",
        bill=True,
    ),
    "422 in prose": failed(
        COMPLETED,
        reply(422, {"detail": "No face detected in the image"}),
        "face_not_found",
        "No face detected in the image",
        bill=True,
    ),
    "422 that fal says it billed": Look(
        answer=COMPLETED,
        then=reply(422, refused("content_policy_violation"), x_fal_billable_units="12.5"),
        phase=Phase.FAILED,
        failure_code="moderation",
        failure_detail="image_url: boom (fal billed 12.5 units.)",
        may_be_billed=True,
    ),
    "422 that fal says it did not bill": failed(
        COMPLETED,
        reply(422, refused("content_policy_violation"), x_fal_billable_units="0"),
        "moderation",
        "image_url: boom",
    ),
    "5xx that fal says it billed": Look(
        answer=COMPLETED,
        then=reply(500, refused("internal_server_error"), x_fal_billable_units="3"),
        phase=Phase.FAILED,
        failure_code="engine_down",
        failure_detail="image_url: boom (fal billed 3 units.)",
        may_be_billed=True,
    ),
    "a fault that may pass": failed(
        over("boom", "internal_error"),
        reply(500, {"detail": "boom", "error_type": "internal_error"}, x_fal_retryable="true"),
        "engine_down",
        "boom (fal says that the same order may pass later.)",
    ),
    "403 of the model about its input": failed(
        COMPLETED,
        reply(403, refused("content_policy_violation")),
        "moderation",
        "image_url: boom",
        bill=True,
    ),
    "the status itself says FAILED": Look(
        answer=status("FAILED", error="boom", error_type="runner_server_error"),
        phase=Phase.FAILED,
        failure_code="engine_down",
        failure_detail="boom",
    ),
    "the status itself says ERROR": Look(
        answer=status("ERROR", error="boom"),
        phase=Phase.FAILED,
        failure_code="engine_failed",
        failure_detail=f"boom {MAY_BE_BILLED}",
        may_be_billed=True,
    ),
}

LOOKS = SHAPES | FAILURES

_OF_THE_STATUS = {
    "404": LookError(answer=reply(404, {"detail": "Request not found"}), code="task_unknown"),
    "404 of a proxy": LookError(answer=reply(404, HTML), code="unreadable"),
    "401": LookError(answer=reply(401, {"detail": "no"}), code="wrong_key", pauses=True),
    "403": LookError(answer=reply(403, {"detail": "no"}), code="key_not_allowed", pauses=True),
    "403 out of credit": LookError(
        answer=reply(403, {"detail": "User is locked. Reason: Exhausted balance."}),
        code="out_of_credit",
        pauses=True,
    ),
    "429": LookError(answer=reply(429, {}, retry_after="3"), code="rate_limited", retry_after=3.0),
    "408": LookError(answer=reply(408), code="engine_down"),
    "500": LookError(answer=reply(500, {"detail": "x"}), code="engine_down"),
    "502 with HTML": LookError(answer=reply(502, HTML), code="engine_down"),
    "503 with a wait": LookError(
        answer=reply(503, b"", retry_after="9"), code="engine_down", retry_after=9.0
    ),
    "405": LookError(answer=reply(405, {"detail": "Method Not Allowed"}), code="unreadable"),
    "a redirect": LookError(answer=reply(302), code="unreadable"),
    "200 with HTML": LookError(answer=reply(200, HTML), code="unreadable"),
    "200 that is cut off": LookError(answer=reply(200, b'{"status": "COMP'), code="unreadable"),
    "200 with a list": LookError(answer=reply(200, []), code="unreadable"),
}
# A passing fault right behind COMPLETED must not end a job that is finished and paid for.
_FAULTS_OF_THE_RESULT = {
    "500 flat that the status did not tell of": LookError(
        answer=reply(500, {"detail": "x", "error_type": "internal_error"}),
        after=COMPLETED,
        code="engine_down",
    ),
    "502 with HTML, told": LookError(answer=reply(502, HTML), after=over(), code="engine_down"),
    "401, told": LookError(answer=reply(401), after=over(), code="wrong_key", pauses=True),
    "429, told": LookError(answer=reply(429), after=over(), code="rate_limited"),
    "200 with nothing in it": LookError(answer=reply(200, {}), after=COMPLETED, code="unreadable"),
}
LOOK_ERRORS = (
    {
        f"status: {name}": error
        for name, error in (
            _OF_THE_STATUS
            | {"200 without a status": LookError(answer=reply(200, {"a": 1}), code="unreadable")}
        ).items()
    }
    | {
        f"result: {name}": LookError(
            answer=error.answer,
            after=COMPLETED,
            code=error.code,
            pauses=error.pauses,
            retry_after=error.retry_after,
        )
        for name, error in _OF_THE_STATUS.items()
    }
    | {f"result: {name}": error for name, error in _FAULTS_OF_THE_RESULT.items()}
)
