"""Every way a task can fail, with codes and words as the engines of this family say them."""

from dataclasses import dataclass


class TaskFailed(Exception):
    """A task that ends as failed. ``code`` and the message go to the reader as they are."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Failure:
    """What the engine says about one kind of failure."""

    code: str
    message: str


FAILURES: dict[str, Failure] = {
    "moderation": Failure("content_policy_violation", "Failure to pass the risk control system"),
    "face_not_found": Failure("face_detection_error", "No human face was found in the image"),
    "audio_too_long": Failure(
        "audio_duration_too_long", "The audio is too long: at most 60 seconds are supported"
    ),
    "audio_too_short": Failure(
        "audio_duration_too_short", "The audio is too short: at least 2 seconds are needed"
    ),
    "audio_too_big": Failure("file_too_large", "The audio file is too large: at most 5 MB"),
    "audio_type": Failure("unsupported_audio_format", "Unsupported audio format"),
    "image_too_small": Failure(
        "image_too_small", "The image is too small: both sides need at least 300 px"
    ),
    "image_ratio": Failure(
        "invalid_parameter", "Image aspect ratio must be between 1:2.5 and 2.5:1"
    ),
    "unfetchable": Failure("file_download_error", "Failed to download the input file"),
    "out_of_credit": Failure("1101", "Account in arrears"),
    "concurrency": Failure(
        "concurrent_requests_limit", "Concurrency limit of the account exceeded"
    ),
    "vendor_timeout": Failure("generation_timeout", "任务超时"),
    "vendor_down": Failure("downstream_service_error", "Internal server error of the vendor"),
    "mismatch": Failure(
        "audio_duration_mismatch", "audio_duration_seconds differs from the audio's real duration"
    ),
    "unnamed": Failure("", "failed"),
}
