"""By which words of theirs engines say which reason: codes, and prose in English or Chinese.

The values are the ids of `jobs.engines.reasons`. Sources: engines.md 2 (Kling numbers), 3 (fal
types), 1.4 (gateway codes).
"""

import re

BY_CODE: dict[str, str] = {
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
_PATTERNS: tuple[tuple[str, tuple[str, ...]], ...] = (
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
#: Compiled, with the id of the reason that a match means.
BY_PROSE = tuple(
    (re.compile("|".join(patterns), re.IGNORECASE | re.DOTALL), code)
    for code, patterns in _PATTERNS
)
