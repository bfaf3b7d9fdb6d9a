"""Why an engine refuses or fails, in classes of our own, with a sentence for people.

Engines say the same thing by number, by code word, or only in prose, English or Chinese.
`reason_for` turns any of them into one `Reason`; the engine's own words stay beside it.
Sources: engines.md 2 (Kling numbers), 3 (fal types), 1.4 (gateway codes), 5 (reasons to name).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Owner(StrEnum):
    """Who can mend it."""

    INPUT = "input"  # the person who made the clip
    ACCOUNT = "account"  # the operator: key, credit, address; no order passes until then
    WAIT = "wait"  # time
    ENGINE = "engine"  # the engine's people


@dataclass(frozen=True, slots=True)
class Reason:
    """One class of refusal: a stable id, who can mend it, and what to say."""

    code: str
    owner: Owner
    sentence: str


def _table(*reasons: Reason) -> dict[str, Reason]:
    return {reason.code: reason for reason in reasons}


REASONS = _table(
    Reason(
        "moderation",
        Owner.INPUT,
        "The engine's content check refused these inputs. "
        "Change the image, the spoken words or the prompt, then generate again.",
    ),
    Reason(
        "face_not_found",
        Owner.INPUT,
        "The engine found no face it can animate in the image. "
        "Choose a look with one clear face turned to the camera.",
    ),
    Reason(
        "audio_too_long",
        Owner.INPUT,
        "The engine says the audio take is too long. Shorten it or split it over two clips.",
    ),
    Reason(
        "audio_too_short",
        Owner.INPUT,
        "The engine says the audio take is too short. Use a take of at least two seconds.",
    ),
    Reason(
        "audio_mismatch",
        Owner.ENGINE,
        "The engine measured another length of the audio than the studio did. "
        "Upload the take once more; if that does not help, an admin should ask the engine.",
    ),
    Reason(
        "input_too_large",
        Owner.INPUT,
        "The engine says an input file is too large. Use a smaller image or a shorter audio take.",
    ),
    Reason(
        "image_size",
        Owner.INPUT,
        "The engine does not accept the size or shape of the image. "
        "Use a look with both sides of at least 300 pixels and a ratio of at most 2.5 to 1.",
    ),
    Reason(
        "input_type",
        Owner.INPUT,
        "The engine does not accept the file type of an input. "
        "Use a JPEG or PNG image and an MP3, WAV, M4A or AAC audio take.",
    ),
    Reason(
        "unfetchable_input",
        Owner.INPUT,
        "The engine could not download the image or the audio from this studio. "
        "Ask an admin to check that the studio's public address is reachable from the Internet.",
    ),
    Reason(
        "refused",
        Owner.INPUT,
        "The engine refused the order. Its own words are shown as the detail: "
        "change the input they name, then generate again.",
    ),
    Reason(
        "model_unknown",
        Owner.INPUT,
        "The engine does not offer this model. Choose another model, "
        "or ask an admin to have it enabled for the engine's account.",
    ),
    Reason(
        "wrong_key",
        Owner.ACCOUNT,
        "The engine does not accept the studio's key. An admin must correct it; the job waits.",
    ),
    Reason(
        "clock_wrong",
        Owner.ACCOUNT,
        "The engine does not accept the studio's signature because this server's clock differs "
        "from the engine's. An admin must set the clock right; the job waits.",
    ),
    Reason(
        "token_refused",
        Owner.WAIT,
        "The engine found the time in the studio's signature wrong. "
        "The studio signs anew and tries again by itself.",
    ),
    Reason(
        "key_not_allowed",
        Owner.ACCOUNT,
        "The engine's account may not do this with the studio's key. "
        "An admin must check the key's rights at the engine; the job waits.",
    ),
    Reason(
        "address_not_allowed",
        Owner.ACCOUNT,
        "The engine's account does not allow calls from this server's address. "
        "An admin must add it at the engine; the job waits.",
    ),
    Reason(
        "out_of_credit",
        Owner.ACCOUNT,
        "The engine's account is out of credit. An admin must top it up; the job waits.",
    ),
    Reason(
        "wrong_address",
        Owner.ACCOUNT,
        "There is no video engine at the configured address. "
        "An admin must correct the engine's address.",
    ),
    Reason(
        "rate_limited",
        Owner.WAIT,
        "The engine takes no more orders at the moment. The studio tries again by itself.",
    ),
    Reason(
        "engine_busy",
        Owner.WAIT,
        "The engine already renders as many videos as its account allows. "
        "The studio tries again by itself.",
    ),
    Reason(
        "engine_timeout",
        Owner.ENGINE,
        "The engine did not finish the video in its own time limit. Generate again later.",
    ),
    Reason(
        "engine_down",
        Owner.ENGINE,
        "The engine has a fault of its own or is under maintenance.",
    ),
    Reason(
        "cancelled_there",
        Owner.ENGINE,
        "The video was cancelled at the engine before it was finished.",
    ),
    Reason(
        "engine_failed",
        Owner.ENGINE,
        "The engine could not render the video and gave no reason we know. "
        "Its own words are shown as the detail.",
    ),
)

_BY_CODE: dict[str, str] = {
    **dict.fromkeys(("1000", "1001", "1002", "1003", "1004", "invalid_api_key"), "wrong_key"),
    **dict.fromkeys(("1100", "1101", "1102"), "out_of_credit"),
    **dict.fromkeys(
        ("insufficient_user_quota", "pre_consume_token_quota_failed", "insufficient_quota"),
        "out_of_credit",
    ),
    **dict.fromkeys(("1103", "access_denied"), "key_not_allowed"),
    **dict.fromkeys(("1202", "1203"), "wrong_address"),
    **dict.fromkeys(("1300", "1301", "content_policy_violation"), "moderation"),
    **dict.fromkeys(("sensitive_words_detected", "prompt_blocked"), "moderation"),
    "1302": "rate_limited",
    **dict.fromkeys(("1303", "concurrent_requests_limit"), "engine_busy"),
    "token_concurrency_limit_reached": "engine_busy",
    "1304": "address_not_allowed",
    **dict.fromkeys(("5000", "5001", "downstream_service_error"), "engine_down"),
    **dict.fromkeys(("downstream_service_unavailable", "internal_server_error"), "engine_down"),
    **dict.fromkeys(("runner_scheduling_failure", "runner_connection_timeout"), "engine_down"),
    **dict.fromkeys(("runner_disconnected", "runner_connection_refused"), "engine_down"),
    **dict.fromkeys(("runner_connection_error", "runner_incomplete_response"), "engine_down"),
    **dict.fromkeys(("runner_server_error", "internal_error"), "engine_down"),
    **dict.fromkeys(("5002", "generation_timeout"), "engine_timeout"),
    **dict.fromkeys(("request_timeout", "startup_timeout"), "engine_timeout"),
    **dict.fromkeys(("client_cancelled", "client_disconnected"), "cancelled_there"),
    "face_detection_error": "face_not_found",
    "audio_duration_too_long": "audio_too_long",
    "audio_duration_too_short": "audio_too_short",
    "audio_duration_mismatch": "audio_mismatch",
    **dict.fromkeys(("image_too_small", "image_too_large"), "image_size"),
    **dict.fromkeys(("file_download_error", "image_load_error"), "unfetchable_input"),
    **dict.fromkeys(("model_not_found", "model_price_error"), "model_unknown"),
    "model_mapping_failed": "model_unknown",
    **dict.fromkeys(("read_request_body_failed", "file_too_large"), "input_too_large"),
    **dict.fromkeys(("unsupported_image_format", "unsupported_audio_format"), "input_type"),
    **dict.fromkeys(("bad_request", "feature_not_supported"), "refused"),
    "no_media_generated": "engine_failed",
}

# Prose, first match wins. Narrow on purpose: engines quote the prompt back in their messages.
_BY_PROSE: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "out_of_credit",
        (
            r"insufficient[ _](user[ _])?(balance|credit|quota|funds)",
            r"(balance|quota|credits?) (is )?not enough|not enough (balance|credits?|quota)",
            r"exhausted balance|out of credits?|in arrears",
            r"resource pack(age)? (is )?(exhausted|depleted|expired)",
            r"余额不足|额度不足|欠费|资源包",
        ),
    ),
    (
        "moderation",
        (
            r"content[ _-]?(policy|safety|moderation|risk|security|filter)|risk control|moderation",
            r"sensitive (content|words?|information)|nsfw|platform policy|敏感|违规|风控|审核",
        ),
    ),
    (
        "face_not_found",
        (
            r"\bno (human |clear |valid )?faces?\b|face detection (failed|error)|人脸",
            r"\bfaces? (was |is |were |are |could )?not (be )?(found|detected|recogni[sz]ed)",
            r"(detect|find|recogni[sz]e) (a |any )?(human )?face",
        ),
    ),
    (
        "audio_too_long",
        (
            r"audio.{0,40}(too long|longer than|exceeds?.{0,20}(duration|second|length|limit))",
            r"音频.{0,10}过长",
        ),
    ),
    (
        "audio_too_short",
        (r"audio.{0,40}(too short|shorter than|at least .{0,12}second)", r"音频.{0,10}过短"),
    ),
    (
        "unfetchable_input",
        (
            (
                r"(failed|unable|cannot|could( not|n.t)) (to )?(download|fetch|load|access)"
                r".{0,40}(image|audio|file|url|input|media)"
                r"|failure (down)?loading (the )?(image|audio|file)"
            ),
            r"(image|audio|file|url).{0,30}(not accessible|unreachable|download(ing)? failed)",
            r"(image|audio|file|url).{0,30}could not be (downloaded|fetched|loaded)|下载失败",
        ),
    ),
    ("input_too_large", (r"(image|audio|file|body).{0,30}(too (large|big)|size exceeds?)|过大",)),
    (
        "image_size",
        (
            r"image.{0,40}(too small|resolution|aspect ratio|at least \d+ ?(px|pixels?))",
            r"image pixels? (is|are) invalid",
        ),
    ),
    (
        "input_type",
        (r"unsupported (image|audio|file|media).{0,12}(type|format)|(image|audio) format",),
    ),
    (
        "model_unknown",
        (
            r"model.{0,60}(not (found|supported|available|exist)|does not exist)",
            r"模型.{0,30}(不存在|无可用)",
        ),
    ),
    ("wrong_address", (r"\binvalid url \((get|post|put|head)",)),
    (
        "engine_busy",
        (r"concurren(t|cy).{0,40}(limit|exceed|too many)|parallel task|并发",),
    ),
    ("engine_timeout", (r"\btimed?[ -]?out\b|超时",)),
)
_PROSE = tuple(
    (re.compile("|".join(patterns), re.IGNORECASE | re.DOTALL), code)
    for code, patterns in _BY_PROSE
)


def reason_by_code(codes: Iterable[str]) -> Reason | None:
    """The reason of the first machine code that the table holds."""
    for code in codes:
        if code in _BY_CODE:
            return REASONS[_BY_CODE[code]]
    return None


def reason_for(codes: Iterable[str], text: str) -> Reason | None:
    """The reason by machine code, else by the engine's prose, else None."""
    if reason := reason_by_code(codes):
        return reason
    for pattern, code in _PROSE:
        if pattern.search(text):
            return REASONS[code]
    return None


def sentence_for(code: str) -> str:
    """Our sentence for a reason's id; for an id of another origin the general one."""
    return REASONS.get(code, REASONS["engine_failed"]).sentence
