"""The gateway family's answers to a look (engines.md 1.3 and 1.5)."""

from jobs.engines.base import Phase
from jobs.engines.words import known_words
from tests.engines.recorded import Look, LookError, reply
from tests.engines.recorded_envelopes import CDN, HTML, URL, flat, nested

_PLACES: dict[str, dict[str, object]] = {
    "video_url": {"video_url": URL},
    "url": {"url": URL},
    "result_url": {"result_url": URL},
    "result.outputs as text": {"result": {"outputs": [URL]}},
    "result.outputs as object": {"result": {"outputs": [{"url": URL}]}},
    "outputs as text": {"outputs": [URL]},
    "outputs as object": {"outputs": [{"url": URL}]},
    "output as text": {"output": URL},
    "output as list": {"output": [URL]},
    "output.video_url": {"output": {"video_url": URL}},
    "output.works": {"output": {"works": [{"video": {"resource": URL}}]}},
    "video.url": {"video": {"url": URL}},
    "task_result.videos": {"task_result": {"videos": [{"id": "v", "url": URL}]}},
    "metadata.url": {"metadata": {"url": URL}},
    "resultJson": {"resultJson": '{"resultUrls": ["' + URL + '"]}'},
    "works": {"works": [{"resource": {"resource": URL}}]},
    "fail_reason of an old gateway": {"fail_reason": URL},
}
_IN_ORDER = tuple(f"https://cdn.example/{number}.mp4" for number in range(14))
_ALL_PLACES = {
    "video_url": _IN_ORDER[0],
    "url": _IN_ORDER[1],
    "result_url": _IN_ORDER[2],
    "result": {"outputs": [_IN_ORDER[3]]},
    "outputs": [_IN_ORDER[4]],
    "output": {"video_url": _IN_ORDER[5], "works": [{"video": {"resource": _IN_ORDER[6]}}]},
    "video": {"url": _IN_ORDER[7]},
    "task_result": {"videos": [{"url": _IN_ORDER[8]}]},
    "metadata": {"url": _IN_ORDER[9]},
    "resultJson": '{"resultUrls": ["' + _IN_ORDER[10] + '"]}',
    "works": [{"resource": _IN_ORDER[11]}],
    "fail_reason": _IN_ORDER[12],
}

_FAILURES: dict[str, tuple[dict[str, object], str, str]] = {
    "error.message": ({"error": {"message": "boom", "code": "x"}}, "engine_failed", "boom"),
    "error as text": ({"error": "boom"}, "engine_failed", "boom"),
    "fail_reason": ({"fail_reason": "boom"}, "engine_failed", "boom"),
    "failMsg": ({"failMsg": "boom"}, "engine_failed", "boom"),
    "task_status_msg": ({"task_status_msg": "内容审核未通过"}, "moderation", "内容审核未通过"),
    "message": ({"message": "boom"}, "engine_failed", "boom"),
    "detail.msg": ({"detail": [{"msg": "boom"}]}, "engine_failed", "boom"),
    "no reason at all": ({"error": None}, "engine_failed", ""),
    "error.message before fail_reason": (
        {"error": {"message": "first"}, "fail_reason": "second"},
        "engine_failed",
        "first",
    ),
    "kling number": ({"error": {"code": 1301, "message": "m"}}, "moderation", "m"),
    "fal type": ({"error_type": "face_detection_error", "error": "e"}, "face_not_found", "e"),
    "kie code": ({"failCode": "generation_timeout", "failMsg": "f"}, "engine_timeout", "f"),
    "audio too long": (
        {"fail_reason": "Audio exceeds the limit"},
        "audio_too_long",
        "Audio exceeds the limit",
    ),
    "gateway's Chinese timeout": ({"fail_reason": "任务超时"}, "engine_timeout", "任务超时"),
}


def _word_looks() -> dict[str, Look]:
    looks = {}
    for word, phase in known_words().items():
        failed = phase in (Phase.FAILED, Phase.CANCELLED, Phase.EXPIRED)
        body = {"id": "task_1", "status": f" {word.upper()} "}
        failure = "engine_failed" if failed else ""
        looks[f"word {word}"] = Look(answer=reply(200, body), phase=phase, failure_code=failure)
    return looks


def _place_looks() -> dict[str, Look]:
    looks = {}
    for name, place in _PLACES.items():
        done = {"status": "completed", **place}
        for wrapped, body in (
            ("top", done),
            ("data", {"code": "success", "data": done}),
            ("data.data", {"data": {"status": "SUCCESS", "data": place}}),
        ):
            looks[f"url at {name}, {wrapped}"] = Look(
                answer=reply(200, body), phase=Phase.SUCCEEDED, urls=(URL,)
            )
        looks[f"url at {name}, still running"] = Look(
            answer=reply(200, {"status": "processing", **place}), phase=Phase.RUNNING
        )
    return looks


def _failure_looks() -> dict[str, Look]:
    looks = {}
    for name, (body, code, detail) in _FAILURES.items():
        failed = {"status": "FAILURE", **body}
        for wrapped, answer in (("top", failed), ("data", {"code": "success", "data": failed})):
            looks[f"failure at {name}, {wrapped}"] = Look(
                answer=reply(200, answer),
                phase=Phase.FAILED,
                failure_code=code,
                failure_detail=detail,
            )
    return looks


def _w(**task: object) -> dict[str, object]:
    """Shape W: the gateway's own row in an envelope."""
    return {"code": "success", "message": "", "data": {"id": 41, "task_id": "task_1", **task}}


SHAPES = {
    "W running": Look(
        answer=reply(200, _w(status="IN_PROGRESS", progress="30%", fail_reason="")),
        phase=Phase.RUNNING,
        progress=30,
    ),
    "W done": Look(
        answer=reply(200, _w(status="SUCCESS", progress="100%", result_url=CDN)),
        phase=Phase.SUCCEEDED,
        progress=100,
        urls=(CDN,),
    ),
    "W failed, with the sentence in result_url too": Look(
        answer=reply(
            200, _w(status="FAILURE", progress="100%", fail_reason="bad", result_url="bad")
        ),
        phase=Phase.FAILED,
        progress=100,
        failure_code="engine_failed",
        failure_detail="bad",
    ),
    "W done, with a sentence where the URL belongs": Look(
        answer=reply(200, _w(status="SUCCESS", result_url="see https://x.example/a.mp4 for it")),
        phase=Phase.SUCCEEDED,
    ),
    "W swept as failed while the vendor's body says processing": Look(
        answer=reply(200, _w(status="FAILURE", data={"data": {"task_status": "processing"}})),
        phase=Phase.FAILED,
        failure_code="engine_failed",
    ),
    "W done, URL only in the vendor's own body": Look(
        answer=reply(
            200,
            _w(
                status="SUCCESS",
                data={
                    "code": 0,
                    "message": "SUCCEED",
                    "data": {"task_status": "succeed", "task_result": {"videos": [{"url": CDN}]}},
                },
            ),
        ),
        phase=Phase.SUCCEEDED,
        urls=(CDN,),
    ),
    "G done": Look(
        answer=reply(
            200,
            {"code": "success", "data": {"status": "succeeded", "url": CDN, "error": None}},
        ),
        phase=Phase.SUCCEEDED,
        urls=(CDN,),
    ),
    "O running": Look(
        answer=reply(200, {"id": "t", "status": "in_progress", "progress": 42, "seconds": "8"}),
        phase=Phase.RUNNING,
        progress=42,
    ),
    "O failed": Look(
        answer=reply(
            200, {"status": "failed", "error": {"message": "m", "code": "content_policy_violation"}}
        ),
        phase=Phase.FAILED,
        failure_code="moderation",
        failure_detail="m",
    ),
    "D done": Look(
        answer=reply(200, {"status": "succeeded", "url": CDN, "metadata": {"duration": 5}}),
        phase=Phase.SUCCEEDED,
        urls=(CDN,),
    ),
    "seed done, the same URL twice": Look(
        answer=reply(200, {"status": "completed", "video_url": URL, "result": {"outputs": [URL]}}),
        phase=Phase.SUCCEEDED,
        urls=(URL,),
    ),
    "done without any URL": Look(
        answer=reply(200, {"status": "completed"}), phase=Phase.SUCCEEDED, urls=()
    ),
    "done with a relative URL": Look(
        answer=reply(200, {"status": "completed", "video_url": "/media/a.mp4"}),
        phase=Phase.SUCCEEDED,
    ),
    "all places, in the documented order": Look(
        answer=reply(200, {"status": "completed", **_ALL_PLACES, "data": {"url": _IN_ORDER[13]}}),
        phase=Phase.SUCCEEDED,
        urls=_IN_ORDER,
    ),
    "an unknown word": Look(answer=reply(200, {"status": "rendering-faces"}), phase=Phase.RUNNING),
    "an envelope's success above a task in work": Look(
        answer=reply(200, {"status": "success", "data": {"status": "processing"}}),
        phase=Phase.RUNNING,
    ),
    "kling numeric success": Look(
        answer=reply(200, {"status": 99, "works": [{"resource": CDN}]}),
        phase=Phase.SUCCEEDED,
        urls=(CDN,),
    ),
    "status under task_status in a list": Look(
        answer=reply(200, {"code": 0, "data": [{"task_status": "submitted"}]}), phase=Phase.QUEUED
    ),
    "progress as a fraction of a percent": Look(
        answer=reply(200, {"status": "running", "progress": "12.5 %"}),
        phase=Phase.RUNNING,
        progress=12,
    ),
    "progress that makes no sense": Look(
        answer=reply(200, {"status": "running", "progress": "nearly"}), phase=Phase.RUNNING
    ),
}

LOOK_ERRORS = {
    "400 task_not_exist": LookError(
        answer=reply(400, flat("task_not_exist", "task_not_exist")), code="task_unknown"
    ),
    "404": LookError(answer=reply(404, nested("not_found", "gone")), code="task_unknown"),
    "200 with task_not_exist": LookError(
        answer=reply(200, flat("task_not_exist")), code="task_unknown"
    ),
    "404 of a proxy": LookError(answer=reply(404, HTML), code="unreadable"),
    "404 of a wrong path": LookError(
        answer=reply(404, nested("", "Invalid URL (GET /v1/x)", "invalid_request_error")),
        code="wrong_address",
        pauses=True,
    ),
    "401": LookError(answer=reply(401, nested("")), code="wrong_key", pauses=True),
    "403": LookError(answer=reply(403, {}), code="key_not_allowed", pauses=True),
    "200 with 401 in the body": LookError(
        answer=reply(200, {"code": 401, "msg": "no"}), code="wrong_key", pauses=True
    ),
    "429": LookError(answer=reply(429, {}, retry_after="3"), code="rate_limited", retry_after=3.0),
    "429 out of credit": LookError(
        answer=reply(429, flat(1102)), code="out_of_credit", pauses=True
    ),
    "500": LookError(answer=reply(500, flat("get_task_failed")), code="engine_down"),
    "502 with HTML": LookError(answer=reply(502, HTML), code="engine_down"),
    "503 with a wait": LookError(
        answer=reply(503, b"", retry_after="9"), code="engine_down", retry_after=9.0
    ),
    "408": LookError(answer=reply(408), code="engine_down"),
    "400 of another kind": LookError(answer=reply(400, flat("odd")), code="unreadable"),
    "a redirect": LookError(answer=reply(302), code="unreadable"),
    "200 with HTML": LookError(answer=reply(200, HTML), code="unreadable"),
    "200 that is cut off": LookError(answer=reply(200, b'{"status": "comp'), code="unreadable"),
    "200 without a status": LookError(answer=reply(200, {"id": "t"}), code="unreadable"),
    "200 with a list": LookError(answer=reply(200, []), code="unreadable"),
    "200 with an HTTP status as status": LookError(
        answer=reply(200, {"status": 200, "message": "ok"}), code="unreadable"
    ),
}

LOOKS = _word_looks() | _place_looks() | _failure_looks() | SHAPES
