"""What the engine refuses once it has fetched the inputs."""

from collections.abc import Callable

import pytest

from tests.sandbox.engine import Engine
from tests.sandbox.inputs import Inputs


def _page(inputs: Inputs) -> str:
    (inputs.folder / "page.png").write_text("<html>please log in</html>")
    return inputs.url("page.png")


def _webp(inputs: Inputs) -> str:
    from PIL import Image

    Image.new("RGB", (400, 400)).save(inputs.folder / "webp.png", "WEBP")
    return inputs.url("webp.png")


def _huge(inputs: Inputs) -> str:
    (inputs.folder / "huge.jpg").write_bytes(b"\xff\xd8\xff" + bytes(10_000_001))
    return inputs.url("huge.jpg")


def _broken(inputs: Inputs) -> str:
    (inputs.folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"?" * 500)
    return inputs.url("broken.png")


@pytest.mark.parametrize(
    ("image", "code"),
    [
        (lambda inputs: inputs.url("nowhere.png"), "file_download_error"),
        (lambda inputs: inputs.url("redirect/small.png"), "file_download_error"),
        (lambda inputs: inputs.url("page/small.png"), "file_download_error"),
        (lambda _: "http://127.0.0.1:1/a.png", "file_download_error"),
        (lambda _: "http://no-such-host.invalid/a.png", "file_download_error"),
        (_page, "unsupported_image_format"),
        (_webp, "unsupported_image_format"),
        (_huge, "file_too_large"),
        (_broken, "image_load_error"),
        (lambda inputs: inputs.picture("tiny.png", 299, 500), "image_too_small"),
        (lambda inputs: inputs.picture("wide.png", 1000, 320), "invalid_parameter"),
    ],
)
def test_an_image_the_model_would_not_take_fails_the_task_and_refunds_it(
    engine: Engine, inputs: Inputs, image: Callable[[Inputs], str], code: str
) -> None:
    task_id = engine.accepted(inputs.order(image_url=image(inputs)))
    seen = engine.end(task_id)
    assert seen["status"] == "failed"
    assert seen["error"]["code"] == code
    assert seen["error"]["message"]
    row = next(row for row in engine.bill()["tasks"] if row["task_id"] == task_id)
    assert row["refunded"] is True


def test_a_text_file_called_sound_fails_the_task(engine: Engine, inputs: Inputs) -> None:
    (inputs.folder / "text.mp3").write_text("this is no sound")
    seen = engine.end(engine.accepted(inputs.order(audio_url=inputs.url("text.mp3"))))
    assert seen["error"]["code"] == "unsupported_audio_format"


def test_a_sound_header_without_sound_fails_the_task(engine: Engine, inputs: Inputs) -> None:
    (inputs.folder / "empty.mp3").write_bytes(b"ID3\x04" + bytes(600))
    seen = engine.end(engine.accepted(inputs.order(audio_url=inputs.url("empty.mp3"))))
    assert seen["error"]["code"] == "audio_load_error"


@pytest.mark.parametrize(
    ("seconds", "code"), [(1.5, "audio_duration_too_short"), (301, "audio_duration_too_long")]
)
def test_sound_outside_the_length_limits_fails_the_task(
    engine: Engine, inputs: Inputs, seconds: float, code: str
) -> None:
    # 8-bit-like rate keeps five minutes under the size limit.
    url = inputs.tone(f"tone-{seconds}.wav", seconds, rate=8_000)
    seen = engine.end(engine.accepted(inputs.order(audio_url=url, audio_duration_seconds=seconds)))
    assert seen["error"]["code"] == code


def test_sound_beyond_five_megabytes_fails_the_task(engine: Engine, inputs: Inputs) -> None:
    url = inputs.tone("big.wav", 60, rate=44_100)
    seen = engine.end(engine.accepted(inputs.order(audio_url=url, audio_duration_seconds=60)))
    assert seen["error"]["code"] == "file_too_large"


@pytest.mark.parametrize(("declared", "status"), [(2.15, "completed"), (2.5, "failed")])
def test_a_declared_length_may_differ_by_ten_percent(
    engine: Engine, inputs: Inputs, declared: float, status: str
) -> None:
    seen = engine.end(engine.accepted(inputs.order(audio_duration_seconds=declared)))
    assert seen["status"] == status
