"""The copy of a take that goes to the engine."""

import hashlib
import resource
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from assets.probing import Refused
from assets.sound import SendCopy, derive_send_copy, probe_sound
from assets.waveform import LOUDEST, Samples, samples_of
from tests import media

Maker = Callable[[float], bytes]
FIVE_MB = 5_000_000


def derived(folder: Path, data: bytes, *, max_bytes: int = FIVE_MB) -> tuple[SendCopy, Path]:
    target = folder / "send.mp3"
    master = media.written(folder, "master", data)
    before = set(folder.iterdir())
    copy = derive_send_copy(master, target, max_bytes=max_bytes)
    assert set(folder.iterdir()) == before | {target}
    return copy, target


def decoded(path: Path) -> Samples:
    with av.open(str(path)) as container:
        return np.concatenate([samples_of(frame) for frame in container.decode(audio=0)], axis=1)


def wav_of(samples: NDArray[np.float32]) -> bytes:
    return media.encoded_sound(samples, container="wav", codec="pcm_s16le", sample_format="s16")


def difference(heard: Samples, original: Samples) -> float:
    """What is left of the copy (0..1) when the take is taken out of it.

    LAME lowers everything by 5 % (0.4 dB) so that encoding does not clip; that is no difference.
    """
    gain = float(np.vdot(heard, original) / np.vdot(original, original))
    assert 0.94 < gain < 1.02
    return level(heard - np.float32(gain) * original) / level(original)


def level(samples: NDArray[np.float32]) -> float:
    return float(np.sqrt(np.mean(np.square(samples))))


def delay_seconds(heard: Samples, original: Samples, rate: int) -> float:
    """By how much the copy lags behind the original, from their cross-correlation."""
    size = heard.shape[1] + original.shape[1]
    spectrum = np.fft.rfft(heard[0], size) * np.conj(np.fft.rfft(original[0], size))
    lag = int(np.argmax(np.fft.irfft(spectrum, size)))
    return (lag if lag < size // 2 else lag - size) / rate


@pytest.mark.parametrize(
    "make",
    [
        media.make_mp3,
        media.make_mp3_without_length,
        media.make_wav,
        media.make_m4a,
        media.make_alac,
        media.make_aac,
        media.make_ogg_opus,
        media.make_webm_opus,
        media.lying_wav_header,
    ],
)
def test_every_accepted_recording_becomes_a_mono_mp3_of_the_same_length(
    tmp_path: Path, make: Maker
) -> None:
    copy, target = derived(tmp_path, make(3.7))
    facts = probe_sound(target)
    assert (facts.kind, facts.channels) == ("mp3", 1)
    assert copy.content_type == "audio/mpeg"
    assert copy.extension == ".mp3"
    assert copy.duration_seconds == pytest.approx(3.7, abs=0.05)
    assert copy.duration_seconds == pytest.approx(facts.duration_seconds)
    assert copy.bytes == target.stat().st_size
    assert copy.sha256 == hashlib.sha256(target.read_bytes()).hexdigest()


@pytest.mark.parametrize("rate", [44_100, 48_000, 32_000])
def test_the_copy_sounds_like_the_take_and_begins_with_it(tmp_path: Path, rate: int) -> None:
    original = media.voice(4.0, rate)
    data = media.encoded_sound(
        original, container="wav", codec="pcm_s16le", sample_format="s16", rate=rate
    )
    copy, target = derived(tmp_path, data)
    heard = decoded(target)
    assert copy.sample_rate == rate
    assert heard.shape == original.shape
    assert abs(delay_seconds(heard, original, rate)) < 0.001
    assert difference(heard, original) < 0.05


@pytest.mark.parametrize("rate", [8_000, 16_000, 96_000])
def test_unusual_rates_become_44_100_without_shift(tmp_path: Path, rate: int) -> None:
    copy, target = derived(tmp_path, media.make_wav(4.0, rate=rate))
    assert copy.sample_rate == 44_100
    assert copy.duration_seconds == pytest.approx(4.0, abs=0.01)
    assert abs(delay_seconds(decoded(target), media.voice(4.0), 44_100)) < 0.002


def test_samples_beyond_any_sound_do_not_bring_the_encoder_down(tmp_path: Path) -> None:
    """Floating point takes any number; from a few hundred thousand on LAME aborts the process."""
    sound = (media.voice(3.0) * np.float32(1e7)).astype(np.float32)
    data = media.encoded_sound(sound, container="wav", codec="pcm_f32le", sample_format="flt")
    assert np.abs(decoded(media.written(tmp_path, "master", data))).max() == LOUDEST
    copy, _ = derived(tmp_path, data)
    assert copy.duration_seconds == pytest.approx(3.0, abs=0.01)


def test_two_equal_channels_keep_their_level(tmp_path: Path) -> None:
    voice = media.voice(3.0)
    _, target = derived(tmp_path, wav_of(np.concatenate((voice, voice))))
    assert difference(decoded(target), voice) < 0.05


def test_a_dead_channel_does_not_halve_the_voice(tmp_path: Path) -> None:
    voice = media.voice(3.0)
    _, target = derived(tmp_path, wav_of(np.concatenate((voice, np.zeros_like(voice)))))
    assert difference(decoded(target), voice) < 0.05


def test_channels_of_opposite_phase_do_not_cancel_each_other(tmp_path: Path) -> None:
    voice = media.voice(3.0)
    _, target = derived(tmp_path, wav_of(np.concatenate((voice, -voice))))
    assert difference(decoded(target), voice) < 0.05


def test_two_different_voices_are_both_heard(tmp_path: Path) -> None:
    left, right = media.voice(3.0), media.voice(3.0)[:, ::-1] * np.float32(0.5)
    _, target = derived(tmp_path, wav_of(np.concatenate((left, right))))
    assert difference(decoded(target), ((left + right) / 2).astype(np.float32)) < 0.05


@pytest.mark.parametrize(
    ("max_bytes", "bit_rate"),
    [(FIVE_MB, 128_000), (400_000, 96_000), (300_000, 64_000), (130_000, 32_000)],
)
def test_the_best_bit_rate_that_fits_is_taken(
    tmp_path: Path, max_bytes: int, bit_rate: int
) -> None:
    copy, _ = derived(tmp_path, media.make_wav(30.0, rate=16_000), max_bytes=max_bytes)
    assert copy.bit_rate == bit_rate
    assert copy.bytes <= max_bytes
    assert copy.duration_seconds == pytest.approx(30.0, abs=0.01)


def test_where_nothing_fits_the_smallest_is_written_for_the_check_to_see(tmp_path: Path) -> None:
    copy, _ = derived(tmp_path, media.make_wav(30.0, rate=16_000), max_bytes=50_000)
    assert copy.bit_rate == 32_000
    assert copy.bytes > 50_000


def test_titles_and_artists_stay_at_home(tmp_path: Path) -> None:
    master = media.mp3_with_artist(2.0)
    assert media.SECRET.encode() in master
    _, target = derived(tmp_path, master)
    written = target.read_bytes()
    assert media.SECRET.encode() not in written
    assert not written.startswith(b"ID3")


def test_a_refused_file_leaves_nothing_behind(tmp_path: Path) -> None:
    master = media.written(tmp_path, "master", b"no sound in here\n" * 90)
    before = set(tmp_path.iterdir())
    with pytest.raises(Refused):
        derive_send_copy(master, tmp_path / "send.mp3", max_bytes=FIVE_MB)
    assert set(tmp_path.iterdir()) == before


@pytest.fixture
def full_disk() -> Iterator[None]:
    """No file of this process may grow over 20,000 bytes: writing on fails like on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_told_as_such_and_leaves_nothing_behind(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    master = media.written(tmp_path, "master", media.make_wav(20.0))
    before = set(tmp_path.iterdir())
    request.getfixturevalue("full_disk")
    with pytest.raises(OSError, match="File too large"):
        derive_send_copy(master, tmp_path / "send.mp3", max_bytes=FIVE_MB)
    assert set(tmp_path.iterdir()) == before
