"""Taking in what people bring: a picture becomes a look, a recording becomes a take.

Either everything is there afterwards, row and files, or nothing is.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO, Self, cast

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max

from assets import hosting, pictures, sound, sound_kinds
from assets.limits import STRICT
from assets.listening.measuring import measure_take
from assets.looking.facts import LookFacts, measure_picture
from assets.models import AudioTake, Character, Look, TakeSource
from assets.probing import Refused, megabytes
from assets.storing import all_or_nothing
from studio.organisations.models import User
from studio.projects.models import Project

THUMBNAIL_SIDE = 640
MILLISECOND = Decimal("0.001")


def add_look(*, character: Character, file: UploadedFile[bytes], by: User) -> Look:
    """The next look of `character`, made from a JPEG, PNG or WebP.

    The very picture of an existing look is that look, not another one. Raises
    `assets.probing.Refused` with a sentence; then no row and no file has been kept.
    """
    return keep_look(read_picture(file), character=character, by=by)


@dataclass(frozen=True, slots=True)
class ReadPicture:
    """A picture that is ready to be kept: cleaned, made small, measured."""

    clean: pictures.CleanPicture
    thumbnail: bytes
    facts: LookFacts

    @classmethod
    def of(cls, clean: pictures.CleanPicture) -> Self:
        """Make it small and measure it: about a third of a second for 12 megapixels."""
        small = pictures.thumbnail(clean.data, THUMBNAIL_SIDE)
        return cls(clean, small, measure_picture(clean.data))


def read_picture(file: UploadedFile[bytes]) -> ReadPicture:
    """All the work on a JPEG, PNG or WebP that needs no database: do it before a transaction.

    Raises `assets.probing.Refused` with a sentence.
    """
    _refuse_larger(file, pictures.MAX_SOURCE_BYTES, "picture")
    return ReadPicture.of(pictures.clean_picture(cast(BinaryIO, file)))


def keep_look(
    picture: ReadPicture, *, character: Character, by: User, like: Look | None = None
) -> Look:
    """The next look of `character`; the very picture of an existing look is that look.

    What people said of the look `like`, of which this is a part, holds for the new one too.
    """
    clean = picture.clean
    if there := character.looks.filter(sha256=clean.sha256).first():
        return there
    look = Look(
        character=character,
        content_type=clean.content_type,
        width=clean.width,
        height=clean.height,
        size_bytes=len(clean.data),
        sha256=clean.sha256,
        facts=picture.facts.to_json(),
        created_by=by,
    )
    if like is not None:
        look.art_style = like.art_style
        look.mascot_at, look.mascot_by = like.mascot_at, like.mascot_by
    with all_or_nothing() as store:
        look.image = store(look, ContentFile(clean.data), clean.extension)
        look.thumbnail = store(look, ContentFile(picture.thumbnail), ".webp")
        _number_and_save(look)
    return look


def add_take(
    *,
    project: Project,
    title: str,
    file: UploadedFile[bytes],
    by: User,
    script: str = "",
    source: TakeSource = TakeSource.UPLOAD,
) -> AudioTake:
    """A take of `project` from an MP3, WAV, M4A, AAC, OGG or WebM recording.

    The master is kept byte for byte; the send copy is made to fit the strictest engine. A
    recording that an open take of the same title has already is that take, not another one.
    Raises `assets.probing.Refused` with a sentence; then no row and no file has been kept.
    """
    _refuse_larger(file, sound_kinds.MAX_SOURCE_BYTES, "recording")
    with hosting.workspace() as folder:
        master = _written(file, folder / "master")
        facts = sound.probe_sound(master)
        same = AudioTake.objects.open().filter(
            project=project, master_sha256=facts.sha256, original=None
        )
        if there := same.filter(title=title).first():
            return there
        send = folder / "send.mp3"
        copy = sound.derive_send_copy(master, send, max_bytes=STRICT.audio_max_bytes)
        take = _described(facts, copy)
        take.project, take.title, take.script = project, title, script
        take.source, take.created_by = source, by
        take.facts = measure_take(master, send).to_json()
        with all_or_nothing() as store, master.open("rb") as kept, send.open("rb") as sent:
            take.master = store(take, File(kept), facts.extension)
            take.send_copy = store(take, File(sent), copy.extension)
            take.save(force_insert=True)
    return take


@transaction.atomic
def _number_and_save(look: Look) -> None:
    # Two uploads at once take turns on the character's row, so that no number is given twice.
    Character.objects.select_for_update().get(pk=look.character.pk)
    highest = Look.objects.filter(character=look.character).aggregate(highest=Max("number"))
    look.number = (highest["highest"] or 0) + 1
    look.save(force_insert=True)


def _described(facts: sound.SoundFacts, copy: sound.SendCopy) -> AudioTake:
    seconds = _seconds(copy.duration_seconds)
    if seconds <= 0:
        raise Refused(
            "sound.length",
            "This recording is shorter than a thousandth of a second. Record it again.",
        )
    return AudioTake(
        master_content_type=facts.content_type,
        master_bytes=facts.bytes,
        master_sha256=facts.sha256,
        master_seconds=_seconds(facts.duration_seconds),
        sample_rate=facts.sample_rate,
        channels=facts.channels,
        peaks=facts.peaks,
        send_content_type=copy.content_type,
        send_bytes=copy.bytes,
        send_sha256=copy.sha256,
        duration_seconds=seconds,
    )


def _seconds(value: float) -> Decimal:
    return Decimal(value).quantize(MILLISECOND)


def _refuse_larger(file: UploadedFile[bytes], max_bytes: int, what: str) -> None:
    if file.size is not None and file.size > max_bytes:
        raise Refused(
            f"{what}.bytes",
            f"This file has {megabytes(file.size)}; the studio takes a {what} of at most "
            f"{megabytes(max_bytes)}. Export a smaller one and send that.",
        )


def _written(file: UploadedFile[bytes], to: Path) -> Path:
    with to.open("wb") as out:
        for piece in file.chunks():
            out.write(piece)
    return to
