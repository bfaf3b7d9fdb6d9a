"""The camera does what the prompt asks for, and the mouth follows the voice."""

from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from jobs.sandbox.render import Movement, Unrenderable, movement_of, render
from tests.sandbox.inputs import DEMO, Inputs

Frame = NDArray[np.float32]


@pytest.mark.parametrize(
    ("prompt", "movement"),
    [
        ("", Movement.STATIC),
        ("presenter smiles and nods", Movement.STATIC),
        ("medium shot, static camera", Movement.STATIC),
        ("close-up, slow push-in, warm light", Movement.PUSH_IN),
        ("the camera zooms in on her face", Movement.PUSH_IN),
        ("speaks without notes while the camera slowly pushes in", Movement.PUSH_IN),
        ("starts tight, then a gentle pull-out", Movement.PULL_OUT),
        ("camera pans slowly to the left", Movement.PAN_LEFT),
        ("gentle pan to the right", Movement.PAN_RIGHT),
        ("Japanese garden panel behind her", Movement.STATIC),
        ("tilt up from the hands", Movement.TILT_UP),
        ("hand-held vlog", Movement.HANDHELD),
        ("no zoom in, locked-off tripod shot", Movement.STATIC),
        ("缓慢推近, 柔和的光", Movement.PUSH_IN),
        ("手持镜头", Movement.HANDHELD),
    ],
)
def test_the_movement_is_read_from_the_prompt(prompt: str, movement: Movement) -> None:
    assert movement_of(prompt) is movement


def luma(film: Path) -> list[Frame]:
    """Every frame's brightness."""
    with av.open(str(film)) as opened:
        return [
            frame.to_ndarray(format="gray").astype(np.float32) for frame in opened.decode(video=0)
        ]


@pytest.fixture(scope="module")
def dotted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A grey picture with one white disc in the middle."""
    down, across = np.mgrid[0:360, 0:640]
    disc = ((across - 320) ** 2 + (down - 180) ** 2 < 60**2)[..., None]
    path = tmp_path_factory.mktemp("picture") / "disc.png"
    Image.fromarray(np.where(disc, 235, 60).repeat(3, axis=2).astype(np.uint8)).save(path)
    return path


def disc(frame: Frame) -> tuple[float, float]:
    """The disc's column and its area, in the middle band of a frame."""
    band = frame[150:500] > 150
    return float(np.nonzero(band)[1].mean()), float(band.sum())


@pytest.fixture(scope="module")
def films(
    dotted: Path, inputs: Inputs, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[Frame]]:
    """The same picture and sound under each movement."""
    folder = tmp_path_factory.mktemp("films")
    shown = {}
    for prompt in ("static camera", "push-in", "pull-out", "pan left", "pan right", "handheld"):
        film = folder / "film.mp4"
        render(dotted, inputs.folder / "short.wav", prompt, film)
        shown[prompt] = luma(film)
    return shown


def test_every_movement_shows_a_different_film(films: dict[str, list[Frame]]) -> None:
    at = {prompt: disc(frames[40]) + disc(frames[5]) for prompt, frames in films.items()}
    values = list(at.values())
    for index, one in enumerate(values):
        for other in values[index + 1 :]:
            assert np.abs(np.subtract(one, other)).max() > 3, at


def test_a_push_in_grows_what_a_pull_out_shrinks(films: dict[str, list[Frame]]) -> None:
    grown = disc(films["push-in"][-1])[1] / disc(films["push-in"][0])[1]
    shrunk = disc(films["pull-out"][-1])[1] / disc(films["pull-out"][0])[1]
    assert grown > 1.3
    assert shrunk < 0.8


def test_a_pan_to_the_right_lets_the_picture_move_to_the_left(
    films: dict[str, list[Frame]],
) -> None:
    right = [disc(films["pan right"][index])[0] for index in (0, -1)]
    left = [disc(films["pan left"][index])[0] for index in (0, -1)]
    assert right[1] - right[0] < -60
    assert left[1] - left[0] > 60


def test_a_static_camera_stands_still_and_a_handheld_one_never(
    films: dict[str, list[Frame]],
) -> None:
    still = [disc(frame)[0] for frame in films["static camera"]]
    swaying = [disc(frame)[0] for frame in films["handheld"]]
    assert np.ptp(still) < 0.5
    assert np.ptp(swaying) > 3


def test_the_mouth_of_a_face_opens_with_the_voice(tmp_path: Path, inputs: Inputs) -> None:
    film = tmp_path / "film.mp4"
    facts = render(DEMO / "ines-blazer.jpg", inputs.folder / "short.wav", "static", film)
    assert facts.face_found
    frames = luma(film)
    # Bursts of 1/3 s: loud at 0.25 s, silent at 0.6 s, loud at 0.9 s.
    loud, silent, again = (frames[index][450:510, 300:420] for index in (6, 15, 22))
    assert np.abs(loud - silent).max() > 60
    assert np.abs(loud - again).mean() < np.abs(loud - silent).mean() / 3
    assert np.abs(frames[6][:300] - frames[15][:300]).mean() < 1


def test_a_picture_without_a_face_gets_a_ring_that_follows_the_voice(
    films: dict[str, list[Frame]],
) -> None:
    frames = films["static camera"]
    ring = [frame[560:700, 560:720].mean() for frame in frames]
    assert ring[6] - ring[15] > 5


def test_the_mark_is_drawn_only_where_one_is_asked_for(
    tmp_path: Path, dotted: Path, inputs: Inputs
) -> None:
    corner = {}
    for mark in ("", "SANDBOX", "DRAFT"):
        render(dotted, inputs.folder / "short.wav", "", tmp_path / "film.mp4", mark=mark)
        corner[mark] = luma(tmp_path / "film.mp4")[10][-90:-20, 20:300]
    assert corner[""].std() < 3
    assert corner["SANDBOX"].std() > 20
    assert np.abs(corner["SANDBOX"] - corner["DRAFT"]).mean() > 5


@pytest.mark.parametrize(
    ("sides", "size", "frame"),
    [
        ((1080, 1350), "720p", (720, 900)),
        ((1920, 1080), "720p", (1280, 720)),
        ((301, 752), "720p", (512, 1280)),
        ((500, 500), "1080p", (1080, 1080)),
    ],
)
def test_the_frame_fits_the_box_in_the_shape_of_the_picture(
    sides: tuple[int, int], size: str, frame: tuple[int, int], tmp_path: Path, inputs: Inputs
) -> None:
    Image.new("RGB", sides, "grey").save(tmp_path / "picture.png")
    facts = render(
        tmp_path / "picture.png", inputs.folder / "short.wav", "", tmp_path / "a.mp4", size=size
    )
    assert (facts.width, facts.height) == frame


def test_progress_is_told_and_grows(tmp_path: Path, dotted: Path, inputs: Inputs) -> None:
    told: list[float] = []
    render(dotted, inputs.folder / "short.wav", "", tmp_path / "a.mp4", progress=told.append)
    assert told == sorted(told)
    assert 0 <= told[0] < told[-1] <= 1


def test_what_is_no_picture_or_no_sound_is_named(tmp_path: Path, dotted: Path) -> None:
    text = tmp_path / "text"
    text.write_text("neither")
    with pytest.raises(Unrenderable) as audio:
        render(dotted, text, "", tmp_path / "a.mp4")
    assert audio.value.owner == "audio"
    with pytest.raises(Unrenderable) as image:
        render(text, DEMO / "support.mp3", "", tmp_path / "a.mp4")
    assert image.value.owner == "image"
