"""A picture becomes a look, a recording becomes a take, and what is refused leaves nothing."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.db.models.fields.files import FieldFile
from PIL import Image

from assets.intake import add_look, add_take
from assets.limits import STRICT
from assets.models import AudioTake, Character, Look, TakeSource
from assets.probing import Refused
from assets.sound import probe_sound
from studio.organisations.models import User
from studio.projects.models import Project
from tests import media
from tests.assets.uploads import HugeUpload, upload


def stored_files(settings: Any) -> list[Path]:
    """Everything that was left in the storage or in the folder for temporary files."""
    folders = (Path(settings.MEDIA_ROOT), Path(settings.FILE_UPLOAD_TEMP_DIR))
    return [path for folder in folders for path in folder.rglob("*") if path.is_file()]


def bytes_of(file: FieldFile) -> bytes:
    with file.open() as opened:
        return bytes(opened.read())


def test_a_picture_becomes_the_first_look(
    character: Character, teammate: User, settings: Any
) -> None:
    look = add_look(
        character=character, file=upload("x.png", media.make_png(800, 1000)), by=teammate
    )
    data = bytes_of(look.image)
    assert (look.number, look.width, look.height) == (1, 800, 1000)
    assert (look.content_type, look.created_by) == ("image/png", teammate)
    assert look.sha256 == hashlib.sha256(data).hexdigest()
    assert look.size_bytes == len(data)
    assert Path(str(look.image.name)).suffix == ".png"
    assert Image.open(io.BytesIO(bytes_of(look.thumbnail))).size == (512, 640)
    assert not list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir())


def test_a_look_is_upright_and_says_nothing_about_the_place(
    character: Character, teammate: User
) -> None:
    photo = media.make_jpeg_with_gps_and_orientation(640, 480)
    look = add_look(character=character, file=upload("IMG_1.JPG", photo), by=teammate)
    assert (look.width, look.height) == (480, 640)
    for file in (look.image, look.thumbnail):
        data = bytes_of(file)
        assert b"Exif" not in data
        assert media.SECRET.encode() not in data


def test_looks_are_numbered_and_earlier_ones_stay(character: Character, teammate: User) -> None:
    for side in (400, 500, 600):
        add_look(character=character, file=upload("x.png", media.make_png(side, side)), by=teammate)
    looks = Look.objects.filter(character=character).order_by("number")
    assert [(look.number, look.width) for look in looks] == [(1, 400), (2, 500), (3, 600)]
    assert len({look.image.name for look in looks}) == 3


def test_the_same_picture_twice_is_one_look(
    character: Character, teammate: User, settings: Any
) -> None:
    picture = media.make_png(400, 400)
    first = add_look(character=character, file=upload("a.png", picture), by=teammate)
    files = len(stored_files(settings))
    assert add_look(character=character, file=upload("b.png", picture), by=teammate) == first
    assert len(stored_files(settings)) == files


def test_what_the_sender_claims_does_not_count(character: Character, teammate: User) -> None:
    lying = upload("holiday.txt", media.make_jpeg(500, 500), "text/plain")
    look = add_look(character=character, file=lying, by=teammate)
    assert (look.content_type, Path(str(look.image.name)).suffix) == ("image/jpeg", ".jpg")


BAD_PICTURES: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "renamed text": lambda: b"This is my shopping list.\n" * 20,
    "svg": media.svg,
    "30,000 px bomb": media.huge_png_bomb,
    "cut off": lambda: media.make_jpeg(900, 900)[:4000],
    "animated": media.make_animated_webp,
    "gif": media.make_gif,
    "recording": lambda: media.make_wav(1),
}


@pytest.mark.parametrize("kind", BAD_PICTURES)
def test_what_is_no_picture_is_refused_and_leaves_nothing(
    character: Character, teammate: User, settings: Any, kind: str
) -> None:
    with pytest.raises(Refused) as refusal:
        add_look(character=character, file=upload("face.png", BAD_PICTURES[kind]()), by=teammate)
    assert refusal.value.sentence.endswith(".")
    assert not Look.objects.exists()
    assert stored_files(settings) == []


def test_200_mb_are_refused_without_being_read(
    character: Character, project: Project, teammate: User, settings: Any
) -> None:
    with pytest.raises(Refused, match=r"200 MB; the studio takes a picture of at most 50 MB"):
        add_look(character=character, file=HugeUpload("face.png"), by=teammate)
    with pytest.raises(Refused, match=r"200 MB; the studio takes a recording of at most 100 MB"):
        add_take(project=project, title="Long", file=HugeUpload("take.wav"), by=teammate)
    assert stored_files(settings) == []


def test_a_recording_becomes_a_take_with_an_untouched_master(
    project: Project, teammate: User, settings: Any, tmp_path: Path
) -> None:
    master = media.make_wav(3.5, channels=2)
    take = add_take(
        project=project,
        title="Willkommen",
        file=upload("IMG.mp3", master),
        script="Guten Tag.",
        source=TakeSource.RECORDING,
        by=teammate,
    )
    assert bytes_of(take.master) == master
    assert take.master_sha256 == hashlib.sha256(master).hexdigest()
    assert (take.master_content_type, take.master_bytes) == ("audio/wav", len(master))
    assert (take.script, take.source, take.channels) == ("Guten Tag.", "recording", 2)
    assert take.master_seconds == Decimal("3.500")
    assert max(take.peaks) > 50
    sent = bytes_of(take.send_copy)
    assert (take.send_content_type, take.send_bytes) == ("audio/mpeg", len(sent))
    assert take.send_sha256 == hashlib.sha256(sent).hexdigest()
    facts = probe_sound(media.written(tmp_path, "sent.mp3", sent))
    assert facts.channels == 1
    assert float(take.duration_seconds) == pytest.approx(facts.duration_seconds, abs=0.001)
    assert not list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir())


def test_a_long_recording_gets_a_send_copy_that_fits_every_engine(
    project: Project, teammate: User
) -> None:
    master = media.make_wav(90, rate=48_000, channels=1)
    take = add_take(project=project, title="Long", file=upload("t.wav", master), by=teammate)
    assert take.master_bytes > STRICT.audio_max_bytes
    assert take.send_bytes <= STRICT.audio_max_bytes
    assert float(take.duration_seconds) == pytest.approx(90, abs=0.1)


@pytest.mark.parametrize(
    ("make", "suffix"),
    [
        (media.make_mp3, ".mp3"),
        (media.make_m4a, ".m4a"),
        (media.make_aac, ".aac"),
        (media.make_ogg_opus, ".ogg"),
        (media.make_webm_opus, ".webm"),
    ],
)
def test_every_accepted_kind_keeps_its_own_extension(
    project: Project, teammate: User, make: Callable[[float], bytes], suffix: str
) -> None:
    take = add_take(project=project, title="Take", file=upload("blob", make(2.5)), by=teammate)
    assert Path(str(take.master.name)).suffix == suffix
    assert float(take.duration_seconds) == pytest.approx(2.5, abs=0.15)


def test_the_same_recording_under_the_same_title_is_one_take(
    project: Project, teammate: User, settings: Any
) -> None:
    sound = media.make_mp3(2)
    first = add_take(project=project, title="Intro", file=upload("a.mp3", sound), by=teammate)
    files = len(stored_files(settings))
    again = add_take(project=project, title="Intro", file=upload("a.mp3", sound), by=teammate)
    other = add_take(project=project, title="Outro", file=upload("a.mp3", sound), by=teammate)
    assert again == first
    assert other != first
    assert len(stored_files(settings)) == 2 * files


BAD_SOUNDS: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "renamed text": lambda: b"la la la\n" * 50,
    "protected": media.make_protected_m4a,
    "flac": lambda: media.make_flac(2),
    "picture": lambda: media.make_png(300, 300),
    "playlist": lambda: media.playlist_of("/etc/passwd"),
}


@pytest.mark.parametrize("kind", BAD_SOUNDS)
def test_what_is_no_recording_is_refused_and_leaves_nothing(
    project: Project, teammate: User, settings: Any, kind: str
) -> None:
    with pytest.raises(Refused) as refusal:
        add_take(
            project=project, title="X", file=upload("take.mp3", BAD_SOUNDS[kind]()), by=teammate
        )
    assert refusal.value.sentence.endswith(".")
    assert not AudioTake.objects.exists()
    assert stored_files(settings) == []


def test_a_disk_that_fills_up_while_storing_leaves_nothing(
    project: Project, character: Character, teammate: User, settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    write = FileSystemStorage._save  # type: ignore[attr-defined]

    def first_file_only(storage: FileSystemStorage, name: str, content: Any) -> str:
        if any(path.is_file() for path in Path(settings.MEDIA_ROOT).rglob("*")):
            half = Path(settings.MEDIA_ROOT) / name
            half.parent.mkdir(parents=True)
            half.write_bytes(b"half of it")
            raise OSError(28, "No space left on device")
        return str(write(storage, name, content))

    monkeypatch.setattr(FileSystemStorage, "_save", first_file_only)
    with pytest.raises(OSError, match="No space left"):
        add_take(project=project, title="X", file=upload("x.mp3", media.make_mp3(2)), by=teammate)
    with pytest.raises(OSError, match="No space left"):
        add_look(character=character, file=upload("x", media.make_png(400, 400)), by=teammate)
    assert not AudioTake.objects.exists()
    assert not Look.objects.exists()
    assert stored_files(settings) == []


def test_a_row_that_cannot_be_written_leaves_no_file(
    character: Character, teammate: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise RuntimeError("the database is gone")

    monkeypatch.setattr(Look, "save", refuse)
    with pytest.raises(RuntimeError):
        add_look(character=character, file=upload("x", media.make_png(400, 400)), by=teammate)
    assert stored_files(settings) == []
