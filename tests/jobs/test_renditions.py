"""What is made of a finished video."""

import hashlib
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from jobs.renditions import (
    NotAVideo,
    VideoFacts,
    film_strip,
    poster,
    probe_video,
    review_copy,
)
from jobs.renditions.rates import frame_rate
from tests import media

NTSC = Fraction(30_000, 1001)


def refusal(path: Path) -> str:
    before = sorted(path.parent.iterdir())
    with pytest.raises(NotAVideo) as caught:
        probe_video(path)
    assert sorted(path.parent.iterdir()) == before
    assert caught.value.sentence.endswith(".")
    return caught.value.sentence


def loaded(path: Path) -> Image.Image:
    """A JPEG, decoded and closed."""
    with Image.open(path, formats=("JPEG",)) as picture:
        return picture.convert("RGB")


def number_in(picture: Image.Image) -> int:
    """The number that a still of a numbered video shows."""
    return media.number_of(av.VideoFrame.from_ndarray(np.asarray(picture), format="rgb24"))


# Facts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("container", ["mp4", "mov", "webm", "matroska"])
def test_the_facts_of_a_video_are_counted(tmp_path: Path, container: str) -> None:
    path = media.make_video(tmp_path / "result", seconds=2.0, container=container)
    facts = probe_video(path)
    assert facts == VideoFacts(
        duration_seconds=2.0,
        frame_rate=Fraction(25),
        frames=50,
        width=320,
        height=240,
        audio_seconds=facts.audio_seconds,
        bytes=path.stat().st_size,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        review_frames=50,
        plays_in_browsers=container in ("mp4", "mov"),
    )
    assert facts.audio_seconds == pytest.approx(2.0, abs=0.03)


def test_a_browser_webm_without_length_is_measured(tmp_path: Path) -> None:
    path = media.make_video(tmp_path / "r", seconds=1.6, container="webm", seekable=False)
    facts = probe_video(path)
    assert facts.frames == 40
    assert facts.duration_seconds == pytest.approx(1.6)


def test_picture_and_sound_are_measured_apart(tmp_path: Path) -> None:
    facts = probe_video(media.make_video(tmp_path / "r", seconds=2.0, sound_seconds=1.2))
    assert facts.duration_seconds == pytest.approx(2.0)
    assert facts.audio_seconds == pytest.approx(1.2, abs=0.03)


def test_a_broadcast_rate_is_an_exact_fraction(tmp_path: Path) -> None:
    assert probe_video(media.make_video(tmp_path / "r", rate=NTSC)).frame_rate == NTSC


def test_times_rounded_to_milliseconds_still_give_the_standard_rate() -> None:
    times = [round(number * 1001 / 30) for number in range(300)]
    found = frame_rate(times, time_base=Fraction(1, 1000), declared=Fraction(0))
    assert found == NTSC


def test_a_lying_header_does_not_set_the_rate() -> None:
    found = frame_rate(range(100), time_base=Fraction(1, 24), declared=Fraction(1000))
    assert found == 24


def test_pauses_do_not_lower_the_rate_of_a_video() -> None:
    times = [0, 40, 80, 120, 900, 940, 980, 1020, 3000, 3040]
    assert frame_rate(times, time_base=Fraction(1, 1000), declared=Fraction(3)) == 25


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"<!doctype html><html><body>Link expired</body></html>", "a web page, not a video"),
        (b'{"error": "expired"}', "a text file, not a video"),
        (media.make_jpeg(320, 320), "a JPEG picture, not a video"),
        (b"\x00\xff" * 4000, "not a video in MP4, MOV, WebM or MKV"),
        (media.playlist_of("/etc/passwd"), "a playlist, not a video"),
        (media.concat_of("/etc/passwd"), "a playlist, not a video"),
    ],
    ids=["empty", "html", "json", "jpeg", "noise", "playlist", "concat"],
)
def test_a_result_that_is_no_video_is_named(tmp_path: Path, data: bytes, words: str) -> None:
    assert words in refusal(media.written(tmp_path, "result.mp4", data))


def test_a_video_without_sound_is_refused(tmp_path: Path) -> None:
    path = media.make_video(tmp_path / "r", seconds=0.4, sound=False)
    assert refusal(path) == "The video has no sound."


def test_sound_without_picture_is_refused(tmp_path: Path) -> None:
    for name, data in (("a", media.make_m4a(2.0)), ("b", media.make_webm_opus(2.0))):
        assert "no moving picture" in refusal(media.written(tmp_path, name, data))


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_video_cut_off_before_its_index_is_refused(tmp_path: Path, share: float) -> None:
    data = media.make_video(tmp_path / "whole", seconds=2.0).read_bytes()
    path = media.written(tmp_path, "cut", data[: int(len(data) * share)])
    assert "damaged or cut off" in refusal(path)


def test_a_video_cut_off_behind_its_index_is_refused(tmp_path: Path) -> None:
    whole = media.make_video(tmp_path / "whole", seconds=2.0)
    review_copy(whole, tmp_path / "index first")
    data = (tmp_path / "index first").read_bytes()
    path = media.written(tmp_path, "cut", data[: int(len(data) * 0.8)])
    assert "cut off" in refusal(path)


def test_a_video_damaged_in_the_middle_is_refused(tmp_path: Path) -> None:
    data = bytearray(media.make_video(tmp_path / "whole", seconds=2.0).read_bytes())
    third = len(data) // 3
    data[third : 2 * third] = bytes(third)
    assert "damaged" in refusal(media.written(tmp_path, "r", bytes(data)))


def test_a_video_of_zero_frames_is_refused(tmp_path: Path) -> None:
    path = media.make_video(tmp_path / "r", seconds=0.0, sound_seconds=1.0)
    assert refusal(path)


# Stills ------------------------------------------------------------------------------------------


def test_the_poster_is_the_frame_a_third_in(tmp_path: Path) -> None:
    path = media.make_video(tmp_path / "r", seconds=3.0)
    poster(path, tmp_path / "poster.jpg")
    picture = loaded(tmp_path / "poster.jpg")
    assert picture.size == (320, 240)
    assert number_in(picture) in {24, 25}


def test_the_poster_is_no_black_frame(tmp_path: Path) -> None:
    path = media.make_video(tmp_path / "r", seconds=3.0, black_seconds=1.8)
    poster(path, tmp_path / "poster.jpg")
    assert np.asarray(loaded(tmp_path / "poster.jpg")).mean() > 16


def test_a_video_black_from_start_to_end_still_gets_a_poster(tmp_path: Path) -> None:
    path = media.make_video(tmp_path / "r", seconds=1.0, black_seconds=1.0)
    poster(path, tmp_path / "poster.jpg")
    assert loaded(tmp_path / "poster.jpg").size == (320, 240)


def test_a_large_poster_is_scaled_to_1280(tmp_path: Path) -> None:
    path = media.make_video(tmp_path / "r", seconds=0.2, width=1080, height=1920)
    poster(path, tmp_path / "poster.jpg")
    assert loaded(tmp_path / "poster.jpg").size == (720, 1280)


@pytest.mark.parametrize(
    ("container", "seekable"), [("mp4", True), ("webm", True), ("webm", False)]
)
def test_a_film_strip_shows_twelve_moments_in_order(
    tmp_path: Path, container: str, seekable: bool
) -> None:
    path = media.make_video(
        tmp_path / "r", seconds=4.8, container=container, seekable=seekable, sound_seconds=1.0
    )
    strip = film_strip(path, tmp_path / "strip.jpg")
    picture = loaded(tmp_path / "strip.jpg")
    assert (strip.tiles, strip.tile_width, strip.tile_height) == (12, 160, 120)
    assert picture.size == (12 * 160, 120)
    tiles = [picture.crop((160 * tile, 0, 160 * tile + 160, 120)) for tile in range(12)]
    shown = [number_in(tile) for tile in tiles]
    assert shown == pytest.approx([119 * (2 * tile + 1) / 24 for tile in range(12)], abs=1)


def test_a_strip_of_a_portrait_video_has_portrait_tiles(tmp_path: Path) -> None:
    path = media.make_video(tmp_path / "r", seconds=0.4, width=180, height=320)
    strip = film_strip(path, tmp_path / "strip.jpg", tiles=4)
    assert (strip.tiles, strip.tile_width, strip.tile_height) == (4, 90, 160)


def test_a_refused_video_leaves_no_rendition_behind(tmp_path: Path) -> None:
    path = media.written(tmp_path, "r", b"<html>gone</html>")
    files = set(tmp_path.iterdir())
    for make in (poster, film_strip, review_copy):
        with pytest.raises(NotAVideo):
            make(path, tmp_path / "out")
    assert set(tmp_path.iterdir()) == files
