"""How fal's requests fail: every type, told of in the status or not (engines.md 3)."""

from jobs.engines.base import Phase, Response
from tests.engines.recorded import Look, reply
from tests.engines.recorded_fal_submits import TASK_1, queued, refused

MAY_BE_BILLED = "(fal may bill this failure.)"


def status(word: str, code: int = 200, **more: object) -> Response:
    """An answer to a look at the status."""
    return reply(code, queued(TASK_1, status=word, **more))


COMPLETED = status("COMPLETED", logs=None, metrics={"inference_time": 190.2})


def over(error: object = "boom", kind: str | None = None) -> Response:
    """COMPLETED with an error beside it."""
    return status("COMPLETED", error=error, error_type=kind)


# The model's own refusals, each with HTTP 422 unless it says otherwise.
_OF_THE_MODEL = {
    "content_policy_violation": "moderation",
    "face_detection_error": "face_not_found",
    "file_download_error": "unfetchable_input",
    "image_load_error": "unfetchable_input",
    "image_too_small": "image_size",
    "image_too_large": "image_size",
    "file_too_large": "input_too_large",
    "audio_duration_too_long": "audio_too_long",
    "audio_duration_too_short": "audio_too_short",
    "unsupported_image_format": "input_type",
    "unsupported_audio_format": "input_type",
    "feature_not_supported": "refused",
    "no_media_generated": "engine_failed",
    "missing": "refused",
    "string_too_long": "refused",
    "a_type_of_next_year": "refused",
}
_FAULTS_OF_THE_MODEL = {
    "downstream_service_error": (400, "engine_down", True),
    "downstream_service_unavailable": (503, "engine_down", False),
    "generation_timeout": (504, "engine_timeout", False),
    "internal_server_error": (500, "engine_down", False),
    "a_fault_of_next_year": (500, "engine_failed", False),
}
_OF_FAL = {
    "request_timeout": (504, "engine_timeout"),
    "startup_timeout": (504, "engine_timeout"),
    "runner_scheduling_failure": (503, "engine_down"),
    "runner_connection_timeout": (503, "engine_down"),
    "runner_disconnected": (503, "engine_down"),
    "runner_connection_refused": (503, "engine_down"),
    "runner_connection_error": (503, "engine_down"),
    "runner_incomplete_response": (502, "engine_down"),
    "runner_server_error": (500, "engine_down"),
    "internal_error": (500, "engine_down"),
}
_CANCELLED = ("client_cancelled", "client_disconnected")


def failed(
    first: Response, then: Response, code: str, detail: str = "boom", *, bill: bool = False
) -> Look:
    return Look(
        answer=first,
        then=then,
        phase=Phase.FAILED,
        failure_code=code,
        failure_detail=f"{detail} {MAY_BE_BILLED}" if bill else detail,
        may_be_billed=bill,
    )


def _failures() -> dict[str, Look]:
    looks = {}
    for told, first in (("told", over("Invalid status code")), ("not told", COMPLETED)):
        for kind, code in _OF_THE_MODEL.items():
            then = reply(422, refused(kind))
            looks[f"{kind}, {told}"] = failed(first, then, code, "image_url: boom", bill=True)
        for kind, (http, code, bill) in _FAULTS_OF_THE_MODEL.items():
            then = reply(http, refused(kind))
            looks[f"{kind}, {told}"] = failed(first, then, code, "image_url: boom", bill=bill)
    for kind, (http, code) in _OF_FAL.items():
        flat = reply(http, {"detail": "boom", "error_type": kind}, x_fal_error_type=kind)
        looks[f"{kind} in both answers"] = failed(over("boom", kind), flat, code)
        looks[f"{kind} in the status only"] = failed(over("boom", kind), reply(500, {"a": 1}), code)
        looks[f"{kind} in the header only"] = failed(
            over(), reply(http, {"detail": "boom"}, x_fal_error_type=kind), code
        )
    for kind in _CANCELLED:
        looks[kind] = Look(
            answer=over("gone", kind),
            then=reply(499, {"detail": "gone", "error_type": kind}),
            phase=Phase.CANCELLED,
            failure_code="cancelled_there",
            failure_detail=f"gone {MAY_BE_BILLED}",
            may_be_billed=True,
        )
    return looks


FAILURES = _failures()
