"""The engine as Kling: its keys, its envelope, its error codes, and the orderer's own id."""

import base64
import time
import uuid
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import av
import httpx
import jwt
import pytest

from assets.send_copy import _measured
from tests.sandbox.engine import ACCESS_KEY, KEY, KLING, SECRET_KEY, Engine, anyone
from tests.sandbox.inputs import Inputs


def token(secret: str = SECRET_KEY, **claims: Any) -> str:
    """A signed token as Kling's page describes it; a claim of None is left out."""
    now = int(time.time())
    said = {"iss": ACCESS_KEY, "exp": now + 1800, "nbf": now - 5} | claims
    said = {name: value for name, value in said.items() if value is not None}
    return jwt.encode(said, secret, algorithm="HS256")


def ask(engine: Engine, authorization: str | None) -> httpx.Response:
    """A look at nothing, with this header."""
    headers = {} if authorization is None else {"Authorization": authorization}
    return anyone.get(engine.client.base_url.join(f"{KLING}/none"), headers=headers)


def test_a_key_and_a_signed_token_let_in(engine: Engine) -> None:
    for authorization in (f"Bearer {KEY}", f"Bearer {token()}"):
        answer = ask(engine, authorization)
        assert (answer.status_code, answer.json()["code"]) == (404, 1203)


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        (lambda: None, 1001),
        (lambda: "Bearer sk-other", 1002),
        (lambda: KEY, 1002),
        (lambda: "Bearer a.b.c", 1002),
        (lambda: f"Bearer {token(nbf=None)}", 1002),
        (lambda: f"Bearer {token(secret='x' * 40)}", 1000),
        (lambda: f"Bearer {token(iss='somebody')}", 1000),
        (lambda: f"Bearer {token(nbf=int(time.time()) + 60)}", 1003),
        (lambda: f"Bearer {token(exp=int(time.time()) - 1)}", 1004),
    ],
)
def test_every_other_authorization_has_its_code(
    engine: Engine, authorization: Any, code: int
) -> None:
    answer = ask(engine, authorization())
    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert set(answer.json()) == {"code", "message", "request_id"}


def test_a_task_is_submitted_then_succeeds_in_the_documented_envelope(
    engine: Engine, inputs: Inputs
) -> None:
    before = int(time.time() * 1000)
    said = engine.kling(inputs.kling_order(external_task_id="job-1", prompt="static")).json()
    assert (said["code"], said["message"]) == (0, "SUCCEED")
    assert said["request_id"]
    assert said["data"]["task_status"] == "submitted"
    assert said["data"]["task_info"] == {"external_task_id": "job-1"}
    assert before <= said["data"]["created_at"] <= time.time() * 1000
    seen = engine.kling_end(said["data"]["task_id"])
    assert seen["task_status"] == "succeed"
    assert seen["updated_at"] > seen["created_at"]
    (video,) = seen["task_result"]["videos"]
    assert video["duration"] == "2.000"
    assert anyone.get(video["url"]).content[4:8] == b"ftyp"
    assert seen["final_unit_deduction"] == "0.8000"  # 2 s of 0.4 units


def test_a_failed_task_says_why_and_deducts_nothing(engine: Engine, inputs: Inputs) -> None:
    engine.fault(fail="moderation", times=1)
    task_id = engine.kling(inputs.kling_order()).json()["data"]["task_id"]
    seen = engine.kling_end(task_id)
    assert seen["task_status"] == "failed"
    assert seen["task_status_msg"] == "Failure to pass the risk control system"
    assert (seen["task_result"], seen["final_unit_deduction"]) == ({}, "0.0000")
    assert engine.bill_of(task_id)["refunded"] is True


@pytest.mark.parametrize("name", ["support.mp3", "short.wav"])
def test_the_bill_is_the_studios_price_of_the_decoded_length_to_the_cent(
    engine: Engine, inputs: Inputs, name: str
) -> None:
    order = inputs.kling_order(sound_file=inputs.url(name), mode="pro")
    task_id = engine.kling(order).json()["data"]["task_id"]
    engine.kling_end(task_id)
    row = engine.bill_of(task_id)
    # As the studio measures its send copies, rounds their length and prices it.
    file = inputs.folder / name
    with av.open(str(file)) as sound:
        rate = sound.streams.audio[0].rate
    measured = _measured(file, 0, rate).duration_seconds
    seconds = Decimal(measured).quantize(Decimal("0.001"))
    price = (seconds * Decimal("0.112")).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    assert (row["model"], row["seconds"]) == ("kling-avatar-v2-pro", float(seconds))
    assert row["amount"] == str(price)


def test_both_inputs_may_travel_inside_the_order(engine: Engine, inputs: Inputs) -> None:
    image, sound = (
        base64.b64encode((inputs.folder / name).read_bytes()).decode()
        for name in ("small.png", "short.wav")
    )
    said = engine.kling({"image": image, "sound_file": sound, "prompt": "inline"}).json()
    assert engine.kling_end(said["data"]["task_id"])["task_status"] == "succeed"
    assert engine.bill_of(said["data"]["task_id"])["image_url"].startswith("inline:")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"image": None}, "image is required"),
        ({"image": 7}, "image must be a string"),
        ({"image": "data:image/png;base64,AAAA"}, "neither a URL nor raw base64"),
        ({"image": "QUJD" * 3_400_000}, "larger than 10 MB"),
        ({"sound_file": "no base64!"}, "neither a URL nor raw base64"),
        ({"sound_file": None}, "exactly one of sound_file and audio_id"),
        ({"audio_id": "1"}, "exactly one of sound_file and audio_id"),
        ({"sound_file": None, "audio_id": "1"}, "audio_id is unknown"),
        ({"mode": "best"}, "mode must be one of"),
        ({"prompt": "x" * 2_501}, "2500 characters"),
        ({"callback_url": "mailto:me"}, "callback_url"),
        ({"external_task_id": "a/b"}, "external_task_id is invalid"),
    ],
)
def test_an_order_that_breaks_a_rule_is_a_1201_that_names_it(
    engine: Engine, inputs: Inputs, changes: dict[str, Any], said: str
) -> None:
    before = engine.bill()["accepted"]
    answer = engine.kling(inputs.kling_order(**changes))
    assert (answer.status_code, answer.json()["code"]) == (400, 1201)
    assert said in answer.json()["message"]
    assert engine.bill()["accepted"] == before


def test_a_body_beyond_both_files_is_refused(engine: Engine) -> None:
    answer = engine.client.post(KLING, content=b" " * 21_000_001)
    assert (answer.status_code, answer.json()["code"]) == (400, 1201)


def test_the_orderers_own_id_finds_the_task_after_a_lost_answer_and_cannot_be_used_again(
    engine: Engine, inputs: Inputs
) -> None:
    own = str(uuid.uuid4())
    engine.fault(fault="lost_answer", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        engine.kling(inputs.kling_order(external_task_id=own))
    found = engine.kling_read(own)
    assert found["task_info"]["external_task_id"] == own
    again = engine.kling(inputs.kling_order(external_task_id=own))
    assert (again.status_code, again.json()["code"]) == (400, 1201)
    assert "not unique" in again.json()["message"]
    rows = [row for row in engine.bill()["tasks"] if row["external_id"] == own]
    assert [(row["task_id"], row["submits"]) for row in rows] == [(found["task_id"], 2)]


def test_the_list_is_newest_first_in_pages(engine: Engine, inputs: Inputs) -> None:
    ids = [engine.kling(inputs.kling_order()).json()["data"]["task_id"] for _ in range(3)]

    def page(**query: Any) -> list[str]:
        answer = engine.client.get(KLING, params=query).json()
        return [task["task_id"] for task in answer["data"]]

    assert page(pageSize=2) == [ids[2], ids[1]]
    assert page(pageNum=2, pageSize=2)[0] == ids[0]
    assert page()[:3] == ids[::-1]
    for bad in ({"pageNum": 0}, {"pageNum": 1001}, {"pageSize": 501}, {"pageSize": "x"}):
        answer = engine.client.get(KLING, params=bad)
        assert (answer.status_code, answer.json()["code"]) == (400, 1201)


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("rate_limit", 429, 1302),
        ("concurrency", 429, 1303),
        ("no_credit", 429, 1101),
        ("wrong_key", 401, 1002),
        ("server_error", 500, 5000),
    ],
)
def test_each_fault_has_klings_code_and_buys_nothing(
    engine: Engine, inputs: Inputs, fault: str, status: int, code: int
) -> None:
    before = engine.bill()["accepted"]
    engine.fault(fault=fault, times=1)
    answer = engine.kling(inputs.kling_order())
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert engine.bill()["accepted"] == before


def test_the_other_apis_do_not_know_a_task_of_kling(engine: Engine, inputs: Inputs) -> None:
    task_id = engine.kling(inputs.kling_order()).json()["data"]["task_id"]
    assert engine.read(task_id).status_code == 400
    other = engine.accepted(inputs.order())
    assert engine.client.get(f"{KLING}/{other}").json()["code"] == 1203
