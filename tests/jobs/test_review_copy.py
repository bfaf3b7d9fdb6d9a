"""The copy of a version that is reviewed in the browser."""

import resource
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from jobs.renditions import probe_video, review_copy
from jobs.renditions.review import reviewed_size
from tests import media

NTSC = Fraction(30_000, 1001)


def numbers(path: Path) -> list[int]:
    with av.open(str(path)) as container:
        return [media.number_of(frame) for frame in container.decode(video=0)]


def first_loud_second(path: Path) -> float:
    """When the sound first rises over a tenth of full scale."""
    with av.open(str(path)) as container:
        heard = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)
    return float(np.argmax(np.abs(heard[0]) > 0.1)) / 48_000


@pytest.mark.parametrize("container", ["mp4", "webm"])
@pytest.mark.parametrize("rate", [Fraction(25), NTSC])
def test_a_review_copy_has_every_frame_in_its_place(
    tmp_path: Path, rate: Fraction, container: str
) -> None:
    path = media.make_video(tmp_path / "r", seconds=2.0, rate=rate, container=container)
    copy = review_copy(path, tmp_path / "review.mp4")
    assert copy.frame_rate == rate
    assert copy.frames == probe_video(path).review_frames
    assert numbers(tmp_path / "review.mp4") == list(range(copy.frames))
    facts = probe_video(tmp_path / "review.mp4")
    assert (facts.frames, facts.frame_rate) == (copy.frames, rate)
    assert facts.audio_seconds == pytest.approx(2.0, abs=0.03)
    assert copy.bytes == facts.bytes


def test_every_frame_is_reached_exactly_by_seeking(tmp_path: Path) -> None:
    path = media.make_video(tmp_path / "r", seconds=3.0)
    review_copy(path, tmp_path / "review.mp4")
    with av.open(str(tmp_path / "review.mp4")) as container:
        stream = container.streams.video[0]
        packets = [packet for packet in container.demux(stream) if packet.pts is not None]
        keys = [number for number, packet in enumerate(packets) if packet.is_keyframe]
        assert max(np.diff([*keys, len(packets)])) <= 12
        assert [packet.pts for packet in packets] == [packet.dts for packet in packets]
        times = [packet.pts or 0 for packet in packets]
        steps = set(np.diff(times).tolist())
        assert len(steps) == 1
        for number in (37, 5, 74):
            container.seek(times[number], stream=stream)
            found = next(f for f in container.decode(stream) if f.pts == times[number])
            assert media.number_of(found) == number


def test_uneven_frames_become_even_and_stay_at_their_time(tmp_path: Path) -> None:
    times = [0, 40, 80, 120, 160, 600, 640, 680, 1000, 1040]
    path = media.make_video(tmp_path / "r", times_ms=times, sound_seconds=1.1)
    copy = review_copy(path, tmp_path / "review.mp4")
    assert (copy.frame_rate, copy.frames) == (Fraction(25), 27)
    assert probe_video(path).review_frames == 27, "known before the copy is made"
    shown = numbers(tmp_path / "review.mp4")
    assert [shown[time // 40] for time in times] == list(range(10))
    assert shown[5:15] == [4] * 10


def test_the_copy_starts_fast_and_plays_everywhere(tmp_path: Path) -> None:
    path = media.make_video(tmp_path / "r", seconds=0.5, container="webm")
    review_copy(path, tmp_path / "review.mp4")
    data = (tmp_path / "review.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    with av.open(str(tmp_path / "review.mp4")) as container:
        picture, sound = container.streams.video[0], container.streams.audio[0]
        assert (picture.codec_context.name, picture.pix_fmt) == ("h264", "yuv420p")
        assert sound.codec_context.name == "aac"


def test_sound_that_starts_later_stays_later(tmp_path: Path) -> None:
    path = media.make_video(tmp_path / "r", seconds=2.0, sound_seconds=1.0, sound_starts_ms=500)
    review_copy(path, tmp_path / "review.mp4")
    expected = first_loud_second(media.make_video(tmp_path / "plain", seconds=1.0))
    assert first_loud_second(tmp_path / "review.mp4") == pytest.approx(expected + 0.5, abs=0.03)


@pytest.mark.parametrize(
    ("source", "reviewed"),
    [
        ((1280, 720), (1280, 720)),
        ((3840, 2160), (1920, 1080)),
        ((1080, 1920), (1080, 1920)),
        ((2160, 2160), (1080, 1080)),
        ((853, 481), (852, 480)),
        ((4000, 100), (1920, 48)),
    ],
)
def test_a_review_copy_is_at_most_full_hd_with_even_sides(
    source: tuple[int, int], reviewed: tuple[int, int]
) -> None:
    assert reviewed_size(*source) == reviewed


def test_a_full_disk_is_told_as_such_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path = media.make_video(tmp_path / "r", seconds=2.0)
    files = set(tmp_path.iterdir())
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8_000, before[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            review_copy(path, tmp_path / "review.mp4")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert set(tmp_path.iterdir()) == files
