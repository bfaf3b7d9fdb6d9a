"""Recordings as people send them, and the facts measured by decoding them."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from assets.probing import Refused
from assets.sound import SoundFacts, probe_sound
from tests import media

Maker = Callable[[float], bytes]


def probed(folder: Path, data: bytes, name: str = "take.bin") -> SoundFacts:
    return probe_sound(media.written(folder, name, data))


def refusal(folder: Path, data: bytes, name: str = "take.mp3") -> Refused:
    path = media.written(folder, name, data)
    before = sorted(folder.iterdir())
    with pytest.raises(Refused) as caught:
        probe_sound(path)
    assert sorted(folder.iterdir()) == before, "a refused file leaves nothing else behind"
    assert caught.value.sentence.endswith(".")
    return caught.value


@pytest.mark.parametrize(
    ("make", "kind", "content_type", "extension"),
    [
        (media.make_mp3, "mp3", "audio/mpeg", ".mp3"),
        (media.make_mp3_without_length, "mp3", "audio/mpeg", ".mp3"),
        (media.make_wav, "wav", "audio/wav", ".wav"),
        (media.make_m4a, "m4a", "audio/mp4", ".m4a"),
        (media.make_fragmented_m4a, "m4a", "audio/mp4", ".m4a"),
        (media.make_alac, "m4a", "audio/mp4", ".m4a"),
        (media.make_aac, "aac", "audio/aac", ".aac"),
        (media.make_ogg_opus, "ogg", "audio/ogg", ".ogg"),
        (media.make_webm_opus, "webm", "audio/webm", ".webm"),
    ],
)
def test_the_length_of_every_accepted_kind_is_measured_within_a_twentieth_of_a_second(
    tmp_path: Path, make: Maker, kind: str, content_type: str, extension: str
) -> None:
    data = make(7.3)
    facts = probed(tmp_path, data)
    assert (facts.kind, facts.content_type, facts.extension) == (kind, content_type, extension)
    assert facts.duration_seconds == pytest.approx(7.3, abs=0.05)
    assert facts.bytes == len(data)
    assert facts.sha256 == hashlib.sha256(data).hexdigest()


def test_the_name_of_a_file_means_nothing(tmp_path: Path) -> None:
    assert probed(tmp_path, media.make_m4a(2.5), "song.mp3").kind == "m4a"


def test_rate_and_channels_are_those_of_the_recording(tmp_path: Path) -> None:
    facts = probed(tmp_path, media.make_wav(2, rate=16_000, channels=2))
    assert (facts.sample_rate, facts.channels) == (16_000, 2)


def test_peaks_are_four_hundred_levels_that_follow_the_sound(tmp_path: Path) -> None:
    loud, rate = media.voice(2.0), 44_100
    loud[:, rate:] = 0
    data = media.encoded_sound(loud, container="wav", codec="pcm_s16le", sample_format="s16")
    peaks = probed(tmp_path, data).peaks
    assert len(peaks) == 400
    assert max(peaks[:200]) in range(50, 61)
    assert peaks[201:] == [0] * 199


def test_a_header_that_promises_ten_hours_changes_nothing(tmp_path: Path) -> None:
    assert probed(tmp_path, media.lying_wav_header(3.0)).duration_seconds == pytest.approx(3.0)


def test_a_recording_with_a_cover_picture_and_odd_tags_is_taken(tmp_path: Path) -> None:
    info = b"INFOIART\x04\x00\x00\x00\xff\xfe\xe9\x00"
    wav = media.make_wav(2.0)
    tagged = wav[:12] + b"LIST" + len(info).to_bytes(4, "little") + info + wav[12:]
    assert probed(tmp_path, tagged).duration_seconds == pytest.approx(2.0)
    with_cover = media.mp3_with_cover(2.0)
    assert b"APIC" in with_cover
    assert probed(tmp_path, with_cover).duration_seconds == pytest.approx(2.0, abs=0.05)


@pytest.mark.parametrize("seconds", [0.5, 1200.0])
def test_a_very_short_or_long_recording_is_measured_not_refused(
    tmp_path: Path, seconds: float
) -> None:
    data = media.wav_header(int(seconds * 8000) * 2, rate=8000) + bytes(int(seconds * 8000) * 2)
    assert probed(tmp_path, data).duration_seconds == pytest.approx(seconds)


def test_more_than_half_an_hour_is_refused(tmp_path: Path) -> None:
    silence = bytes(31 * 60 * 8000 * 2)
    error = refusal(tmp_path, media.wav_header(len(silence), rate=8000) + silence)
    assert error.code == "sound.length"
    assert "30 minutes" in error.sentence


def test_two_hundred_megabytes_are_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "take.wav"
    with path.open("wb") as file:
        file.write(media.wav_header(200_000_000))
        file.truncate(200_000_000)
    with pytest.raises(Refused) as caught:
        probe_sound(path)
    assert caught.value.code == "sound.bytes"
    assert "200 MB" in caught.value.sentence
    assert "100 MB" in caught.value.sentence


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, b"").code == "sound.empty"


def test_a_header_without_sound_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, media.wav_header(0)).code in {"sound.silent", "sound.type"}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"these are words, not sound\n" * 200, "This is a text file."),
        (b"<html><body>Not found</body></html>", "This is a web page."),
        (media.make_jpeg(320, 320), "This is a JPEG picture."),
        (media.make_flac(2.0), "This is a FLAC recording."),
        (b"%PDF-1.4\n\x00", "This is a PDF document."),
    ],
    ids=["text", "html", "jpeg", "flac", "pdf"],
)
def test_a_renamed_file_is_refused_by_what_it_is(tmp_path: Path, data: bytes, words: str) -> None:
    error = refusal(tmp_path, data)
    assert error.code == "sound.type"
    assert error.sentence.startswith(words)
    assert "MP3, WAV, M4A, AAC, OGG or WebM" in error.sentence


@pytest.mark.parametrize("make", [media.playlist_of, media.concat_of])
@pytest.mark.parametrize("name", ["take.mp3", "take.m3u8", "take.ffconcat"])
def test_a_playlist_cannot_read_files_of_this_machine(
    tmp_path: Path, make: Callable[[str], bytes], name: str
) -> None:
    target = media.written(tmp_path, "secret.wav", media.make_wav(2.0))
    playlist = media.written(tmp_path, name, make(str(target)))
    with pytest.raises(Refused) as caught:
        probe_sound(playlist)
    assert caught.value.sentence.startswith("This is a playlist.")
    assert refusal_of(tmp_path / name, make("/etc/passwd")).code == "sound.type"


def refusal_of(path: Path, data: bytes) -> Refused:
    path.write_bytes(data)
    with pytest.raises(Refused) as caught:
        probe_sound(path)
    return caught.value


@pytest.mark.parametrize("mark", [b"drms", b"enca"])
def test_a_copy_protected_recording_is_named_as_such(tmp_path: Path, mark: bytes) -> None:
    error = refusal(tmp_path, media.make_m4a(3.0).replace(b"mp4a", mark, 1), "take.m4a")
    assert error.code == "sound.protected"
    assert "copy-protected" in error.sentence


@pytest.mark.parametrize("container", ["mp4", "webm"])
def test_a_video_is_refused_with_the_advice_to_export_its_sound(
    tmp_path: Path, container: str
) -> None:
    path = media.make_video(tmp_path / "take.mp4", seconds=0.5, container=container)
    with pytest.raises(Refused) as caught:
        probe_sound(path)
    assert caught.value.code == "sound.video"
    assert "Export its sound" in caught.value.sentence


@pytest.mark.parametrize("filling", [b"\x00", b"\xa5"])
@pytest.mark.parametrize("make", [media.make_mp3, media.make_aac, media.make_m4a])
def test_damage_in_the_middle_is_refused(tmp_path: Path, make: Maker, filling: bytes) -> None:
    data = bytearray(make(6.0))
    third = len(data) // 3
    data[third : 2 * third] = filling * third
    error = refusal(tmp_path, bytes(data))
    assert error.code == "sound.damaged"
    assert "cannot be decoded" in error.sentence


def test_a_single_damaged_place_is_forgiven(tmp_path: Path) -> None:
    data = bytearray(media.make_mp3(20.0))
    data[100_000:100_100] = bytes(100)
    assert probed(tmp_path, bytes(data)).duration_seconds == pytest.approx(20.0, abs=0.1)


def test_an_m4a_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "take.m4a"
    index_first = media.make_m4a_index_first(path, 6.0)
    for data in (media.make_m4a(6.0), index_first):
        error = refusal(tmp_path, data[: len(data) // 2], path.name)
        assert "cut off" in error.sentence


def test_tags_behind_the_sound_are_no_damage(tmp_path: Path) -> None:
    items = b"Lyrics" * 3000
    size = (len(items) + 32).to_bytes(4, "little")
    footer = b"APETAGEX" + (2000).to_bytes(4, "little") + size + bytes(16)
    tagged = media.make_mp3(3.0) + items + footer + b"TAG" + bytes(125)
    assert probed(tmp_path, tagged).duration_seconds == pytest.approx(3.0, abs=0.05)


@pytest.mark.parametrize(("rate", "channels"), [(8_000, 40), (16_000_000, 1), (100, 1)])
def test_sound_that_no_recorder_makes_is_refused(tmp_path: Path, rate: int, channels: int) -> None:
    silence = bytes(80_000)
    header = media.wav_header(len(silence), rate=rate, channels=channels)
    error = refusal(tmp_path, header + silence)
    assert error.code == "sound.channels"
    assert f"{channels} channels of {rate:,} samples" in error.sentence


@pytest.mark.parametrize("make", [media.make_ogg_opus, media.make_webm_opus])
def test_a_browser_recording_with_its_middle_overwritten_is_refused(
    tmp_path: Path, make: Callable[[float], bytes]
) -> None:
    data = bytearray(make(5))
    third = len(data) // 3
    data[third : 2 * third] = bytes(third)
    with pytest.raises(Refused, match="cannot be decoded"):
        probe_sound(media.written(tmp_path, "take", bytes(data)))
