"""The studio's own engines against this one: each takes and understands what the other says."""

import uuid
from decimal import Decimal

import pytest

from assets.limits import STRICT
from jobs.engines import http
from jobs.engines.base import (
    CancelAnswer,
    EngineError,
    Inline,
    NotFromTheEngine,
    Order,
    Phase,
    Sent,
    Sighting,
)
from jobs.engines.base import Engine as StudioEngine
from jobs.engines.fal import Fal
from jobs.engines.kling import Kling
from jobs.engines.looks import look
from tests.sandbox.engine import ACCESS_KEY, KEY, SECRET_KEY, WEBHOOK_SECRET, Engine, until
from tests.sandbox.inputs import STANDARD, Inputs
from tests.sandbox.studio import Studio


def kling(engine: Engine) -> Kling:
    return Kling(
        base_url=str(engine.client.base_url), limits=STRICT, models=[STANDARD], is_local=True,
        access_key=ACCESS_KEY, secret_key=SECRET_KEY, webhook_secret=WEBHOOK_SECRET,
    )  # fmt: skip


def fal(engine: Engine) -> Fal:
    return Fal(
        base_url=str(engine.client.base_url), limits=STRICT, models=[STANDARD], key=KEY,
        is_local=True,
    )  # fmt: skip


def order(inputs: Inputs, callback_url: str = "", inline: Inline | None = None) -> Order:
    return Order(
        reference=str(uuid.uuid4()), model=STANDARD, prompt="static",
        image_url=inputs.url("small.png"), audio_url=inputs.url("short.wav"),
        audio_seconds=Decimal("2.000"), callback_url=callback_url, inline=inline,
    )  # fmt: skip


def submit(client: StudioEngine, wanted: Order) -> str:
    return client.read_submit(http.send(client.submit_request(wanted))).handle


def end(client: StudioEngine, handle: str) -> Sighting:
    return until(lambda: look(client, handle), lambda seen: seen.phase.is_terminal)


def test_an_order_at_kling_goes_from_a_signed_token_to_a_film(
    engine: Engine, inputs: Inputs
) -> None:
    client = kling(engine)
    seen = end(client, submit(client, order(inputs)))
    assert seen.phase is Phase.SUCCEEDED
    assert len(seen.result_urls) == 1


def test_an_order_at_kling_may_carry_its_files(engine: Engine, inputs: Inputs) -> None:
    client = kling(engine)
    image, audio = ((inputs.folder / name).read_bytes() for name in ("small.png", "short.wav"))
    handle = submit(client, order(inputs, inline=Inline(image=image, audio=audio)))
    assert engine.bill_of(handle)["audio_url"].startswith("inline:")
    assert end(client, handle).phase is Phase.SUCCEEDED


def test_a_lost_answer_of_kling_is_found_by_our_own_id(engine: Engine, inputs: Inputs) -> None:
    client, wanted = kling(engine), order(inputs)
    engine.fault(fault="lost_answer", times=1)
    with pytest.raises(EngineError) as lost:
        submit(client, wanted)
    assert lost.value.sent is Sent.MAYBE
    found = client.read_look_up(http.send(client.look_up_request(wanted.reference)))
    assert found
    assert engine.bill_of(found.handle)["external_id"] == wanted.reference
    none = client.read_look_up(http.send(client.look_up_request(str(uuid.uuid4()))))
    assert none is None


def test_callbacks_of_kling_are_believed_unless_they_are_forged(
    engine: Engine, inputs: Inputs, studio: Studio
) -> None:
    client = kling(engine)
    handle = submit(client, order(inputs, callback_url=studio.url))
    end(client, handle)
    for received in studio.wait_for(3):
        assert client.read_callback(received.headers, received.body).handle == handle
    engine.fault(fault="callback_forged")
    submit(client, order(inputs, callback_url=studio.url))
    forged = studio.wait_for(4)[3]
    with pytest.raises(NotFromTheEngine):
        client.read_callback(forged.headers, forged.body)


@pytest.mark.parametrize(
    ("fault", "code"), [("no_credit", "out_of_credit"), ("rate_limit", "rate_limited")]
)
def test_refusals_of_both_are_understood_and_nothing_was_bought(
    engine: Engine, inputs: Inputs, fault: str, code: str
) -> None:
    clients: tuple[StudioEngine, ...] = (kling(engine), fal(engine))
    for client in clients:
        engine.fault(fault=fault, times=1)
        with pytest.raises(EngineError) as refused:
            submit(client, order(inputs))
        assert (refused.value.code, refused.value.sent) == (code, Sent.NO)
        assert refused.value.pauses_engine is (fault == "no_credit"), client


def test_an_order_at_fal_goes_from_the_queue_to_a_film(engine: Engine, inputs: Inputs) -> None:
    client = fal(engine)
    seen = end(client, submit(client, order(inputs)))
    assert seen.phase is Phase.SUCCEEDED
    assert len(seen.result_urls) == 1


def test_a_failure_of_both_has_its_reason(engine: Engine, inputs: Inputs) -> None:
    for client in (kling(engine), fal(engine)):
        engine.fault(fail="moderation", times=1)
        seen = end(client, submit(client, order(inputs)))
        assert (seen.phase, seen.failure_code) == (Phase.FAILED, "moderation")


def test_a_cancel_at_fal_is_accepted_then_too_late_or_unknown(
    engine: Engine, inputs: Inputs
) -> None:
    client = fal(engine)

    def cancel(handle: str) -> CancelAnswer:
        return client.read_cancel(http.send(client.cancel_request(handle)))

    engine.fault(fault="slow_task", seconds=60, times=1)
    handle = submit(client, order(inputs))
    assert cancel(handle) is CancelAnswer.ACCEPTED
    assert end(client, handle).phase in (Phase.CANCELLED, Phase.FAILED)
    assert cancel(handle) is CancelAnswer.TOO_LATE
    assert cancel(client.read_handle(str(uuid.uuid4()))) is CancelAnswer.UNKNOWN_TASK


def test_callbacks_of_fal_are_believed_unless_they_are_forged(
    engine: Engine, inputs: Inputs, studio: Studio
) -> None:
    client = fal(engine)
    keys = http.send(client.callback_keys_request()).body
    handle = submit(client, order(inputs, callback_url=studio.url))
    (received,) = studio.wait_for(1)
    assert client.read_callback(received.headers, received.body, keys=keys).handle == handle
    engine.fault(fault="callback_forged", times=1)
    submit(client, order(inputs, callback_url=studio.url))
    forged = studio.wait_for(2)[1]
    with pytest.raises(NotFromTheEngine):
        client.read_callback(forged.headers, forged.body, keys=keys)
