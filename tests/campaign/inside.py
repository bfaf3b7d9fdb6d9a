"""What a campaign does inside the studio, each in a process with the studio's own settings.

python -m tests.campaign.inside build N | order SECONDS | watch FILE | rows | settle

`order` clicks "Generate" for every clip, spread over so many seconds, and clicks again as a person
would where it got no answer. `watch` keeps FILE up to date with the jobs per state. `rows` prints
all jobs as JSON. `settle` reads a list of {"job", "handle"} and settles each by that evidence.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studio.settings")
django.setup()

from django.db import DatabaseError, close_old_connections, connection  # noqa: E402
from django.db.models import Count, Sum  # noqa: E402

from jobs import ordering, settling  # noqa: E402
from jobs.models import AvatarJob, LedgerEntry, Version  # noqa: E402
from studio.clips.models import Clip  # noqa: E402
from tests.campaign import world  # noqa: E402

#: Pictures and takes of a campaign are tiny, which is what the checks warn about.
REASON = "Nobody will watch these: small inputs make a run quick."


def build(jobs: str) -> None:
    """Fill the empty, migrated database with what so many jobs need."""
    world.build(int(jobs))


def order(seconds: str) -> None:
    """Order v1 of every clip: each once, whatever happens to the database meanwhile."""
    clips = list(_stubborn(lambda: list(Clip.objects.select_related("created_by"))))
    pause = float(seconds) / max(1, len(clips))
    begun = time.monotonic()
    for index, clip in enumerate(clips):
        time.sleep(max(0.0, begun + index * pause - time.monotonic()))
        _stubborn(partial(_click, clip))


def _click(clip: Clip) -> None:
    # Ordered already: the answer to an earlier click was lost, but the click had arrived.
    with contextlib.suppress(ordering.AlreadyOrdered):
        ordering.order(clip, by=clip.created_by, number=1, reason=REASON)


def watch(file: str) -> None:
    """Write {"state": jobs} into FILE twice a second, until killed; nothing while it cannot see."""
    while True:
        counts = _stubborn(_counts)
        part = Path(file).with_suffix(".part")
        part.write_text(json.dumps(counts))
        part.rename(file)
        time.sleep(0.5)


def _counts() -> dict[str, int]:
    rows = AvatarJob.objects.order_by().values_list("state").annotate(Count("pk"))
    return {str(state): count for state, count in rows}


def rows() -> None:
    """Print every job, with its money and whether its video is whole, as JSON."""
    money: dict[Any, tuple[Any, Any]] = {
        job: (held, spent)
        for job, held, spent in LedgerEntry.objects.order_by()
        .values_list("job")
        .annotate(Sum("held_amount"), Sum("spent_amount"))
    }
    whole = {version.job_id for version in Version.objects.all() if _is_whole(version)}
    jobs = AvatarJob.objects.select_related("take")
    sys.stdout.write(json.dumps([_row(job, money, job.pk in whole) for job in jobs]))


def _row(job: AvatarJob, money: dict[Any, tuple[Any, Any]], video_is_whole: bool) -> dict[str, Any]:
    held, spent = money.get(job.pk, (0, 0))
    return {
        "id": str(job.pk),
        "state": job.state,
        "handle": job.handle,
        "take": Path(str(job.take.send_copy.name)).name,
        "held": f"{held:.4f}",
        "spent": f"{spent:.4f}",
        "video_is_whole": video_is_whole,
    }


def _is_whole(version: Version) -> bool:
    try:
        with version.video.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == version.sha256
    except OSError:
        return False


def settle() -> None:
    """Settle each job of the list on stdin: it exists under `handle`, or, if empty, nowhere."""
    for evidence in json.load(sys.stdin):
        job = AvatarJob.objects.select_related("requested_by").get(pk=evidence["job"])
        seen = "Compared with the engine's bill."
        if evidence["handle"]:
            settling.it_exists(job, handle=evidence["handle"], by=job.requested_by, evidence=seen)
        else:
            settling.it_does_not_exist(job, by=job.requested_by, evidence=seen)


def _stubborn[Answer](act: Callable[[], Answer]) -> Answer:
    """Do it again until the database and the disk let us: a person would, too."""
    while True:
        try:
            return act()
        except (DatabaseError, OSError, ordering.NotOrdered) as error:
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
            connection.close()
            close_old_connections()
            time.sleep(0.5)


COMMANDS: dict[str, Callable[..., None]] = {
    "build": build, "order": order, "watch": watch, "rows": rows, "settle": settle,
}  # fmt: skip

if __name__ == "__main__":
    COMMANDS[sys.argv[1]](*sys.argv[2:])
