"""Prepares the studio for people who wait: `python -m tests.benchmarks.stage SECONDS`.

Prints the id of a clip that is ready to be generated, with a take of so many seconds, in a project
without a budget.
"""

from __future__ import annotations

import os
import sys

import django


def main() -> None:
    """Make it and say its id."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studio.settings")
    django.setup()
    sys.stdout.write(f"{_clip_with_take(float(sys.argv[1]))}\n")


def _clip_with_take(seconds: float) -> str:
    """A clip of the demo organisation with all inputs, like its first one but for the take."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from assets import intake
    from studio.clips.models import Clip, add_clip
    from studio.operations.demo.organisation import make_demo_organisation
    from studio.projects.models import Project
    from tests.media.sounds import encoded_sound
    from tests.media.voices import spoken

    organisation = make_demo_organisation()
    like = Clip.objects.filter(project__organisation=organisation).order_by("created_at")[0]
    by = like.created_by
    project = Project.objects.create(organisation=organisation, name="Benchmark", created_by=by)
    # Somebody speaking: no check has anything to say about it, so no reason is asked for.
    speech = encoded_sound(spoken(seconds), container="mp3", codec="libmp3lame", bit_rate=128_000)
    take = intake.add_take(
        project=project,
        title=f"{seconds:.0f} seconds",
        file=SimpleUploadedFile("take.mp3", speech),
        by=by,
    )
    inputs = {name: getattr(like, name) for name in Clip.INPUTS if name not in ("title", "take")}
    return str(add_clip(project, title="Waited for", by=by, take=take, **inputs).pk)


if __name__ == "__main__":
    main()
