"""The gateway family's answers to a submit (engines.md 1.2 and 1.4)."""

from jobs.engines.base import Sent
from tests.engines.recorded import Refusal, reply
from tests.engines.recorded_envelopes import HTML, flat, nested

ACCEPTED = {
    "seed: id and task_id": (
        reply(200, {"id": "task_1", "task_id": "task_1", "status": "queued"}),
        "task_1",
    ),
    "id only": (reply(200, {"id": "task_2", "status": "queued"}), "task_2"),
    "documentation: task_id and status": (reply(200, {"task_id": "t3", "status": "queued"}), "t3"),
    "task_id wins over id": (reply(200, {"id": "other", "task_id": "t4"}), "t4"),
    "kling envelope": (reply(200, {"code": 0, "message": "ok", "data": {"task_id": "829"}}), "829"),
    "data is the id": (reply(200, {"code": "success", "data": "task_5"}), "task_5"),
    "integer id beside task_id": (reply(200, {"data": {"id": 77, "task_id": "task_6"}}), "task_6"),
    "wrapped twice": (reply(200, {"data": {"id": 7, "data": {"task_id": "t7"}}}), "t7"),
    "created": (reply(201, {"id": "task_8"}), "task_8"),
    "longest id": (reply(200, {"id": "t" * 600}), "t" * 600),
    "accepted with a status word of failure": (reply(200, {"id": "t9", "status": "failed"}), "t9"),
}

_MAYBE = {
    "2xx without a handle": (200, {"status": "queued"}, "answer_without_handle"),
    "2xx with only an integer id": (200, {"id": 12, "status": "queued"}, "answer_without_handle"),
    "2xx with an error envelope": (200, flat(1102, "no credit"), "answer_without_handle"),
    "2xx with text under data and an error code": (
        200,
        {"code": "x", "data": "t1"},
        "answer_without_handle",
    ),
    "2xx with a sentence under data": (200, {"data": "please wait"}, "answer_without_handle"),
    "2xx with an id that is too long": (200, {"id": "t" * 601}, "answer_without_handle"),
    "2xx that is not JSON": (200, b'{"id": "task_', "answer_without_handle"),
    "2xx that is empty": (200, b"", "answer_without_handle"),
    "2xx that is HTML": (200, HTML, "answer_without_handle"),
    "202 with null": (202, None, "answer_without_handle"),
    "a redirect": (302, b"", "redirected"),
    "a permanent redirect": (308, b"", "redirected"),
    "200 with a refusal's code": (200, flat("invalid_request"), "answer_without_handle"),
    "409 with a refusal's code": (409, flat("invalid_request"), "engine_down"),
    "408": (408, flat("timeout"), "engine_down"),
    "409": (409, flat("conflict"), "engine_down"),
    "425": (425, b"", "engine_down"),
    "500 with HTML": (500, HTML, "engine_down"),
    "500 do_request_failed": (500, flat("do_request_failed", "EOF"), "engine_down"),
    "500 fail_to_fetch_task": (500, flat("fail_to_fetch_task", "boom"), "engine_down"),
    "500 get_channel_failed, raised after a first vendor call": (
        500,
        flat("get_channel_failed", "no channel (retry)"),
        "engine_down",
    ),
    "500 build_request_failed": (500, flat("build_request_failed"), "engine_down"),
    "500 nested without code": (500, nested(""), "engine_down"),
    "500 panic": (500, nested("", "Panic detected", "new_api_panic"), "engine_down"),
    "503 with a polite JSON error": (503, flat(5001, "maintenance"), "engine_down"),
    "502 from a proxy": (502, HTML, "engine_down"),
    "504 from a proxy": (504, HTML, "engine_down"),
    "524": (524, b"", "engine_down"),
}

REFUSALS = {
    name: Refusal(answer=reply(status, body), code=code, sent=Sent.MAYBE)
    for name, (status, body, code) in _MAYBE.items()
} | {
    "400 invalid_request": Refusal(
        answer=reply(400, flat("invalid_request", "prompt is required")),
        code="refused",
        permanent=True,
        detail="prompt is required",
    ),
    "400 with HTML": Refusal(answer=reply(400, HTML), code="refused", permanent=True),
    "400 kling content safety by number": Refusal(
        answer=reply(400, {"code": 1301, "message": "x", "request_id": "r"}),
        code="moderation",
        permanent=True,
    ),
    "400 with the vendor's body as text in the message": Refusal(
        answer=reply(400, flat("fail_to_fetch_task", '{"code":1301,"message":"risk"}')),
        code="moderation",
        permanent=True,
    ),
    "400 moderation in Chinese": Refusal(
        answer=reply(400, flat("task_failed", "内容违规")), code="moderation", permanent=True
    ),
    "400 sensitive words": Refusal(
        answer=reply(400, nested("sensitive_words_detected", "blocked")),
        code="moderation",
        permanent=True,
    ),
    "400 no face": Refusal(
        answer=reply(400, flat("task_failed", "No face detected in the image")),
        code="face_not_found",
        permanent=True,
    ),
    "400 audio too long": Refusal(
        answer=reply(400, flat("task_failed", "The audio duration is too long, max 60s")),
        code="audio_too_long",
        permanent=True,
    ),
    "400 audio too short": Refusal(
        answer=reply(400, flat("task_failed", "audio is too short")),
        code="audio_too_short",
        permanent=True,
    ),
    "400 input cannot be fetched": Refusal(
        answer=reply(400, flat("task_failed", "Failed to download the image from image_url")),
        code="unfetchable_input",
        permanent=True,
    ),
    "400 vendor's packages full, in prose": Refusal(
        answer=reply(400, flat("task_failed", "parallel task over resource pack limit")),
        code="engine_busy",
    ),
    "400 vendor's timeout in prose is still final": Refusal(
        answer=reply(400, flat("task_failed", "request timed out")),
        code="engine_timeout",
        permanent=True,
    ),
    "400 out of credit in prose": Refusal(
        answer=reply(400, flat("task_failed", "Account balance not enough")),
        code="out_of_credit",
        pauses=True,
    ),
    "400 model without a price": Refusal(
        answer=reply(400, flat("model_price_error", "no price")),
        code="model_unknown",
        permanent=True,
    ),
    "401": Refusal(answer=reply(401, nested("", "Invalid token")), code="wrong_key", pauses=True),
    "401 with HTML": Refusal(answer=reply(401, HTML), code="wrong_key", pauses=True),
    "402": Refusal(answer=reply(402, {}), code="out_of_credit", pauses=True),
    "403": Refusal(answer=reply(403, HTML), code="key_not_allowed", pauses=True),
    "403 of a firewall that speaks of content": Refusal(
        answer=reply(403, {"message": "blocked by content security policy"}),
        code="key_not_allowed",
        pauses=True,
    ),
    "403 out of quota": Refusal(
        answer=reply(403, flat("insufficient_user_quota", "额度不足")),
        code="out_of_credit",
        pauses=True,
    ),
    "403 prompt blocked by code": Refusal(
        answer=reply(403, nested("prompt_blocked")), code="moderation", permanent=True
    ),
    "404 where no engine is": Refusal(
        answer=reply(404, HTML), code="wrong_address", permanent=True, pauses=True
    ),
    "404 model does not exist": Refusal(
        answer=reply(404, nested("", "The model kling-x does not exist")),
        code="model_unknown",
        permanent=True,
    ),
    "413": Refusal(answer=reply(413, HTML), code="input_too_large", permanent=True),
    "422": Refusal(
        answer=reply(422, {"detail": [{"msg": "face", "type": "face_detection_error"}]}),
        code="face_not_found",
        permanent=True,
        detail="face",
    ),
    "422 without a known type": Refusal(
        answer=reply(422, {"detail": [{"msg": "field required", "type": "missing"}]}),
        code="refused",
        permanent=True,
        detail="field required",
    ),
    "429": Refusal(answer=reply(429, nested("", "slow down")), code="rate_limited"),
    "429 with seconds": Refusal(
        answer=reply(429, {}, retry_after="17"), code="rate_limited", retry_after=17.0
    ),
    "429 with a date, judged by the answer's own clock": Refusal(
        answer=reply(
            429,
            {},
            date="Wed, 21 Oct 2015 07:28:00 GMT",
            retry_after="Wed, 21 Oct 2015 07:30:30 GMT",
        ),
        code="rate_limited",
        retry_after=150.0,
    ),
    "429 with nonsense": Refusal(
        answer=reply(429, {}, retry_after="soon"), code="rate_limited", retry_after=None
    ),
    "429 with a week": Refusal(
        answer=reply(429, {}, retry_after="604800"), code="rate_limited", retry_after=86_400.0
    ),
    "429 too fast": Refusal(answer=reply(429, flat(1302)), code="rate_limited"),
    "429 packages full": Refusal(answer=reply(429, flat(1303)), code="engine_busy"),
    "429 concurrency of the token": Refusal(
        answer=reply(429, nested("token_concurrency_limit_reached")), code="engine_busy"
    ),
    "429 account problem": Refusal(
        answer=reply(429, flat(1100)), code="out_of_credit", pauses=True
    ),
    "429 arrears": Refusal(answer=reply(429, flat(1101)), code="out_of_credit", pauses=True),
    "429 package empty": Refusal(
        answer=reply(429, flat("1102")), code="out_of_credit", pauses=True
    ),
    "429 out of credit in prose": Refusal(
        answer=reply(429, nested("", "Insufficient balance")), code="out_of_credit", pauses=True
    ),
    "429 address not allowed": Refusal(
        answer=reply(429, flat(1304)), code="address_not_allowed", pauses=True
    ),
    "429 blaming the audio in prose": Refusal(
        answer=reply(429, flat("x", "audio too long")), code="rate_limited"
    ),
    "500 invalid_request, raised before any vendor call": Refusal(
        answer=reply(500, flat("invalid_request", "bad field")), code="refused", permanent=True
    ),
    "500 model_price_error, raised before any vendor call": Refusal(
        answer=reply(500, flat("model_price_error")), code="model_unknown", permanent=True
    ),
    "503 no channel for the model, raised before any vendor call": Refusal(
        answer=reply(503, nested("model_not_found", "no available channel")),
        code="model_unknown",
        permanent=True,
    ),
}
