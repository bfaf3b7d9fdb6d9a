"""A room with much in it: a hundred threads and twenty versions."""

from __future__ import annotations

from django.utils import timezone

from jobs.models import Version
from studio.clips.models import Clip
from studio.organisations.models import User
from studio.reviews.models import Comment, EarlierWording
from tests.conftest import make_job, make_version

THREADS = 100
VERSIONS = 20
BOX = [{"tool": "box", "colour": "red", "points": [[0.25, 0.1], [0.75, 0.4]]}]
SAID = (
    "@Mara the lips are late here",
    "The hand leaves the picture and comes back a little too fast; slower, and lower",
    "Nod on the word itself, not after it",
    "The light on the left cheek flickers from here to the end of the sentence",
)
ABOUT = (("audio", "lip_sync"), ("prompt", "motion"), ("prompt", "camera"), ("image", "identity"))


def older_versions(clip: Clip, by: User, count: int) -> None:
    """v1 to v`count`, one made after the other."""
    for number in range(1, count + 1):
        make_version(make_job(clip, by, number=number))


def crowd(version: Version, people: list[User], *, threads: int = THREADS) -> None:
    """Threads by everybody: half of them answered, changed, and drawn at; a tenth resolved.

    The first of `people` is mentioned in all of them.
    """
    made = Comment.objects.bulk_create(
        Comment(
            version=version, author=people[n % len(people)],
            frame=n * version.frames // threads, text=f"{SAID[n % 4]} ({n})",
            drawing=BOX if n % 2 else None, category=ABOUT[n % 4][0], point=ABOUT[n % 4][1],
            is_shared=n % 3 == 0, edited_at=timezone.now() if n % 2 else None,
            resolved_at=timezone.now() if n % 10 == 9 else None,
            resolved_by=people[0] if n % 10 == 9 else None,
        )
        for n in range(threads)
    )  # fmt: skip
    Comment.objects.bulk_create(
        Comment(version=version, author=people[-1], frame=one.frame, text="Yes, I see", parent=one)
        for one in made[: threads // 2]
    )
    through = Comment.mentions.through
    through.objects.bulk_create(through(comment=one, user=people[0]) for one in made)
    EarlierWording.objects.bulk_create(
        EarlierWording(comment=one, text="before", until=timezone.now()) for one in made[1::2]
    )
