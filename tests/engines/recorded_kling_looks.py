"""Kling's answers to a look at a task and to a look-up by our own id (engines.md 2)."""

from jobs.engines.base import Phase, Response
from jobs.engines.words import known_words
from tests.engines.recorded import Look, LookError, reply
from tests.engines.recorded_envelopes import HTML, nested
from tests.engines.recorded_kling_submits import made, said

URL = "https://p1-kling.klingai.com/kcdn/v/a.mp4?sign=1"
MARKED = "https://p1-kling.klingai.com/kcdn/v/marked.mp4"
_VIDEOS = {"videos": [{"id": "v1", "url": URL, "watermark_url": MARKED, "duration": "18.5"}]}


def _look(phase: Phase, *, urls: tuple[str, ...] = (), **task: object) -> Look:
    return Look(answer=reply(200, made(**task)), phase=phase, urls=urls)


def _failed(code: str, text: str, *, billed: bool = False, **task: object) -> Look:
    return Look(
        answer=reply(200, made(task_status="failed", task_status_msg=text, **task)),
        phase=Phase.FAILED,
        failure_code=code,
        failure_detail=text,
        may_be_billed=billed,
    )


def _word_looks() -> dict[str, Look]:
    looks = {}
    for word, phase in known_words().items():
        failed = phase in (Phase.FAILED, Phase.CANCELLED, Phase.EXPIRED)
        looks[f"word {word}"] = Look(
            answer=reply(200, made(task_status=f" {word.upper()} ")),
            phase=phase,
            failure_code="engine_failed" if failed else "",
        )
    return looks


LOOKS = _word_looks() | {
    "submitted": _look(Phase.QUEUED, task_status="submitted"),
    "processing": _look(Phase.RUNNING, task_status="processing", task_status_msg=""),
    "succeed, with what it cost": _look(
        Phase.SUCCEEDED,
        urls=(URL,),
        task_status="succeed",
        task_result=_VIDEOS,
        final_unit_deduction="14.8",
        final_balance_deduction={"quota": "2.07", "list_price": "2.07"},
    ),
    "succeeded, the newer word": _look(
        Phase.SUCCEEDED, urls=(URL,), task_status="succeeded", task_result=_VIDEOS
    ),
    "succeeded, the newer place": _look(
        Phase.SUCCEEDED,
        urls=(URL,),
        task_status="succeeded",
        outputs=[{"type": "video", "id": "v1", "url": URL, "watermark_url": MARKED}],
    ),
    "several videos, in Kling's order": _look(
        Phase.SUCCEEDED,
        urls=(URL, MARKED),
        task_status="succeed",
        task_result={"videos": [{"url": URL}, {"url": MARKED}]},
    ),
    "done without a video": _look(
        Phase.SUCCEEDED, task_status="succeed", task_result={"videos": []}
    ),
    "done with a watermarked video only": _look(
        Phase.SUCCEEDED, task_status="succeed", task_result={"videos": [{"watermark_url": MARKED}]}
    ),
    "done with a sentence where the URL belongs": _look(
        Phase.SUCCEEDED, task_status="succeed", task_result={"videos": [{"url": "see the console"}]}
    ),
    "a video beside a task in work does not count": _look(
        Phase.RUNNING, task_status="processing", task_result=_VIDEOS
    ),
    "an unknown word": _look(Phase.RUNNING, task_status="rehearsing"),
    "failed by the content check, while the envelope says SUCCEED": _failed(
        "moderation", "Failure to pass the risk control system"
    ),
    "failed by the content check, in Chinese": _failed("moderation", "内容审核未通过"),
    "failed over the image": _failed("image_size", "Image pixel is invalid"),
    "failed over the face": _failed("face_not_found", "No face detected in the image"),
    "failed over the address of an input": _failed(
        "unfetchable_input", "Failed to download the audio file"
    ),
    "failed without a reason": _failed("engine_failed", ""),
    "failed, with nothing deducted": _failed(
        "engine_failed", "boom", final_unit_deduction="0", final_balance_deduction={"quota": "0.00"}
    ),
    "failed, with an empty deduction": _failed("engine_failed", "boom", final_unit_deduction=""),
    "failed, and deducted all the same": _failed(
        "engine_failed", "boom", billed=True, final_unit_deduction="14.8"
    ),
    "failed, and deducted from the balance": _failed(
        "engine_failed", "boom", billed=True, final_balance_deduction={"quota": "2.07"}
    ),
    "failed, with a deduction that cannot be read": _failed(
        "engine_failed", "boom", billed=True, final_unit_deduction="about ten"
    ),
}


def _paused(status: int, code: int, reason: str) -> LookError:
    return LookError(answer=reply(status, said(code, "no")), code=reason, pauses=True)


_ERRORS = {
    "1000": _paused(401, 1000, "wrong_key"),
    "1001": _paused(401, 1001, "wrong_key"),
    "1002": _paused(401, 1002, "wrong_key"),
    "1100": _paused(429, 1100, "out_of_credit"),
    "1101": _paused(429, 1101, "out_of_credit"),
    "1102": _paused(429, 1102, "out_of_credit"),
    "1102 on 200": _paused(200, 1102, "out_of_credit"),
    "1103": _paused(403, 1103, "key_not_allowed"),
    "1202": _paused(404, 1202, "wrong_address"),
    "1304": _paused(429, 1304, "address_not_allowed"),
    "1302": LookError(
        answer=reply(429, said(1302, "slow"), retry_after="3"), code="rate_limited", retry_after=3.0
    ),
    "1303": LookError(answer=reply(429, said(1303, "busy")), code="engine_busy"),
    "5000": LookError(answer=reply(500, said(5000, "boom")), code="engine_down"),
    "5001 with a wait": LookError(
        answer=reply(503, said(5001, "later"), retry_after="9"), code="engine_down", retry_after=9.0
    ),
    "5002": LookError(answer=reply(504, said(5002, "timeout")), code="engine_down"),
    "5002 on 200": LookError(answer=reply(200, said(5002, "timeout")), code="engine_down"),
    "1200": LookError(answer=reply(400, said(1200, "bad id")), code="unreadable"),
    "1201 says that there is no such task": LookError(
        answer=reply(400, said(1201, "Task 829_1 not found")), code="task_unknown"
    ),
    "1200 says so in Chinese": LookError(
        answer=reply(400, said(1200, "任务829_1不存在")), code="task_unknown"
    ),
    "1301 makes no sense here": LookError(answer=reply(400, said(1301)), code="unreadable"),
    "a list of tasks, the first of which is not ours": LookError(
        answer=reply(200, said(0, "SUCCEED", [{"task_id": "1", "task_status": "succeed"}])),
        code="unreadable",
    ),
    "a task beside an error's number": LookError(
        answer=reply(200, said(1200, "bad", {"task_id": "1", "task_status": "failed"})),
        code="unreadable",
    ),
    "all well without a task": LookError(
        answer=reply(200, said(0, "SUCCEED", {})), code="unreadable"
    ),
    "404 of a proxy": LookError(answer=reply(404, HTML), code="unreadable"),
    "404 of a proxy that speaks JSON": LookError(
        answer=reply(404, {"message": "no Route matched"}), code="unreadable"
    ),
    "404 of another API": LookError(
        answer=reply(404, nested("not_found", "gone")), code="unreadable"
    ),
    "404 with an undocumented number": LookError(
        answer=reply(404, said(1299, "not found")), code="unreadable"
    ),
    "429 of a proxy": LookError(answer=reply(429), code="rate_limited"),
    "502 with HTML": LookError(answer=reply(502, HTML), code="engine_down"),
    "408": LookError(answer=reply(408), code="engine_down"),
    "a redirect": LookError(answer=reply(302), code="unreadable"),
    "200 with HTML": LookError(answer=reply(200, HTML), code="unreadable"),
    "200 that is cut off": LookError(answer=reply(200, b'{"code": 0, "da'), code="unreadable"),
}

LOOK_ERRORS = _ERRORS | {
    "1203": LookError(answer=reply(404, said(1203, "no such task")), code="task_unknown"),
    "1203 on 200": LookError(answer=reply(200, said(1203, "none")), code="task_unknown"),
}

LOOK_UPS: dict[str, tuple[Response, str | None]] = {
    "the task, waiting": (reply(200, made()), "829_1"),
    "the task, done": (reply(200, made(task_status="succeed", task_result=_VIDEOS)), "829_1"),
    "the task, failed": (reply(200, made(task_status="failed")), "829_1"),
    "Kling says that there is none": (reply(404, said(1203, "resource not found")), None),
}

LOOK_UP_ERRORS = _ERRORS | {
    "1203 on 200": LookError(answer=reply(200, said(1203, "none")), code="task_unknown"),
    "1203 without Kling's envelope": LookError(
        answer=reply(404, {"code": 1203}), code="task_unknown"
    ),
}
