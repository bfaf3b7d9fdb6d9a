"""`manage.py demo`: the main job without a browser, through the code that a person's click runs."""

from __future__ import annotations

import os
import shutil
import sys
import time
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from assets import intake
from assets.models import Character, TakeSource
from assets.probing import Refused
from jobs import costs, offers, ordering, registry
from jobs.models import AvatarJob, State
from jobs.ordering import NotOrdered
from jobs.sentences import sentence
from studio.clips.models import Clip, add_clip
from studio.operations.demo.organisation import PEOPLE, make_demo_organisation, shipped_file
from studio.operations.processes import (
    ProcessDied,
    Processes,
    borrowed_or_started,
    interrupted_by_signals,
)
from studio.organisations.models import Role, User
from studio.projects.models import Project

REASON = "Agreed to at the command line."
PROMPT = "Friendly presenter speaks to the viewer, medium shot, slow push-in, soft studio light"
BAD_INPUT = 2
BAR_WIDTH = 30


class Stop(Exception):
    """Why the demo ends here, as a sentence."""


class Command(BaseCommand):
    """Starts what it needs, makes one clip, waits for it and leaves the video at OUT."""

    help = "Make one video from an image and an audio file, and leave it at --out."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """All are optional; without image and audio it uses files that ship with the project."""
        parser.add_argument("--image", default="", help="JPEG, PNG or WebP of one person")
        parser.add_argument("--audio", default="", help="MP3, WAV, M4A, AAC, OGG or WebM speech")
        parser.add_argument("--prompt", default=PROMPT, help="how the character moves")
        parser.add_argument("--model", default="", help="standard, pro or a model's full name")
        parser.add_argument("--out", default="demo.mp4", help="where the finished MP4 goes")
        parser.add_argument(
            "--reason", default=REASON, help="why you go on with warnings; approvers see it"
        )
        parser.add_argument("--yes", action="store_true", help="pay a real gateway unasked")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit code 0 with the video at OUT, 2 for bad input, 1 if the job failed."""
        try:
            out = _checked_out(options["out"])
            model = _model(options["model"])
            image, audio = _file(options["image"]), _file(options["audio"])
            call_command("migrate", verbosity=0)
            clip = _make_clip(image, audio, options["prompt"], model.key)
            self._agree(clip, yes=options["yes"])
        except (Stop, Refused) as problem:
            self.stderr.write(getattr(problem, "sentence", str(problem)))
            sys.exit(BAD_INPUT)
        try:
            with interrupted_by_signals(), borrowed_or_started() as studio:
                job = ordering.order(clip, by=clip.created_by, reason=options["reason"])
                self._follow(job, studio)
        except NotOrdered as refusal:
            self.stderr.write(refusal.sentence)
            sys.exit(BAD_INPUT)
        except ProcessDied as died:
            raise CommandError(str(died)) from None
        except KeyboardInterrupt:
            raise CommandError("Interrupted. An ordered job goes on at the next start.") from None
        self._finish(job, out)

    def _agree(self, clip: Clip, *, yes: bool) -> None:
        offer = offers.offer(clip)
        if offer.refusal or offer.price is None:
            raise Stop(offer.refusal)
        price = costs.show(offer.price.amount, offer.price.currency)
        for warning in offer.warnings:
            self.stdout.write(f"Warning: {warning.message}\n         {warning.fix}")
        self.stdout.write(
            f"{clip.engine_model}, {offer.price.seconds} s: {price}"
            + (" (sandbox: no real money)" if registry.is_sandbox() else "")
        )
        if registry.is_sandbox() or yes:
            return
        if input(f"Pay {price} to {registry.default_name()}? [y/N] ").lower() != "y":
            raise Stop("Nothing was ordered.")

    def _follow(self, job: AvatarJob, studio: Processes) -> None:
        while job.is_active:
            studio.check()
            time.sleep(0.3)
            job.refresh_from_db()
            self._draw(job, timezone.now())
        self.stdout.write("")

    def _draw(self, job: AvatarJob, now: datetime) -> None:
        if not self.stdout.isatty():
            return
        share = {State.FETCHING: 100, State.SUCCEEDED: 100}.get(State(job.state), job.progress or 0)
        done = BAR_WIDTH * share // 100
        line = f"[{'#' * done}{'.' * (BAR_WIDTH - done)}] {sentence(job, now)}"
        self.stdout.write(f"\r{line:<78}", ending="")
        self.stdout.flush()

    def _finish(self, job: AvatarJob, out: Path) -> None:
        if job.state != State.SUCCEEDED:
            self.stderr.write(sentence(job, timezone.now()))
            sys.exit(1)
        with job.version.video.open("rb") as video, out.open("wb") as file:
            shutil.copyfileobj(video, file)
        spent = job.ledger.totals().spent
        self.stdout.write(
            f"Cost {costs.show(spent, job.currency)}. {job.version.duration_seconds} s, "
            f"{job.version.width} × {job.version.height}: {out}"
        )


def _file(given: str) -> SimpleUploadedFile | None:
    if not given:
        return None
    path = Path(given)
    if not path.is_file():
        raise Stop(f"There is no file “{given}”.")
    return SimpleUploadedFile(path.name, path.read_bytes())


def _checked_out(given: str) -> Path:
    out = Path(given).resolve()
    writable = os.access(out if out.exists() else out.parent, os.W_OK)
    if out.is_dir() or not out.parent.is_dir() or not writable:
        raise Stop(
            f"{given} is not a place for a file: name a file in a folder that you may write to."
        )
    return out


def _model(given: str) -> registry.EngineModel:
    models = registry.engine_models(registry.default_name())
    for model in models:
        if not given or given.lower() in (model.key, model.label.lower()):
            return model
    names = ", ".join(model.label.lower() for model in models)
    raise Stop(f"There is no model “{given}”: choose one of {names}.")


def _make_clip(
    image: SimpleUploadedFile | None, audio: SimpleUploadedFile | None, prompt: str, model: str
) -> Clip:
    """A project of its own with one character, one take and one clip."""
    organisation = make_demo_organisation()
    creator = User.objects.get(email=PEOPLE[Role.CREATOR][1])
    stamp = timezone.localtime().strftime("%d %b %Y, %H:%M:%S.%f")[:-4]
    project = Project.objects.create(
        organisation=organisation, name=f"Demo of {stamp}", created_by=creator
    )
    character = Character.objects.create(
        organisation=organisation, name=f"Demo of {stamp}", created_by=creator
    )
    return add_clip(
        project,
        title=(audio.name if audio else None) or "Welcome",
        engine_model=model,
        by=creator,
        free_text=prompt,
        look=intake.add_look(
            character=character, file=image or shipped_file("ines-blazer.jpg"), by=creator
        ),
        take=intake.add_take(
            project=project,
            title=(audio.name if audio else None) or "Welcome",
            file=audio or shipped_file("welcome.mp3"),
            source=TakeSource.UPLOAD if audio else TakeSource.SYNTHESIS,
            by=creator,
        ),
    )
