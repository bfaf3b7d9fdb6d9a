"""Many running tasks at once, for measuring: without inputs to fetch, with one film for all."""

import asyncio
import json
import secrets
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path

from jobs.sandbox.making import Maker
from jobs.sandbox.measure import make_picture, make_sound
from jobs.sandbox.options import GATEWAY, KLING, MODELS, RATES, STANDARD, Limits, Span, price
from jobs.sandbox.tasks import PROCESSING, UNFINISHED, Task, new_id

MOST = 100_000
_FIELDS = {"count", "seconds", "phase", "face", "model", "audio_seconds"}


class BadSeed(Exception):
    """A wish that cannot be met; the text says why."""


@dataclass(frozen=True, slots=True)
class Seed:
    """So many tasks of one API and model, each ending at its own time within ``span`` from now.

    In the ``phase`` queued they stay so for a third of their time.
    """

    count: int
    span: Span
    phase: str
    face: str
    model: str
    audio_seconds: int


def read_seed(wanted: object, usual: Span) -> Seed:
    """The wish in a JSON object; only ``count`` is needed. Raises BadSeed."""
    if not isinstance(wanted, Mapping) or set(wanted) - _FIELDS:
        raise BadSeed(f"A seed is a JSON object with: {', '.join(sorted(_FIELDS))}.")
    try:
        span = Span.read(str(wanted["seconds"])) if "seconds" in wanted else usual
    except ValueError as error:
        raise BadSeed(f"seconds: {error}.") from error
    return Seed(
        count=_whole(wanted.get("count"), "count", 1, MOST),
        span=span,
        phase=_one_of(wanted.get("phase", PROCESSING), "phase", UNFINISHED),
        face=_one_of(wanted.get("face", GATEWAY), "face", tuple(RATES)),
        model=_one_of(wanted.get("model", STANDARD), "model", tuple(MODELS)),
        audio_seconds=_whole(wanted.get("audio_seconds", 5), "audio_seconds", 2, 300),
    )


def _whole(value: object, name: str, least: int, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise BadSeed(f"{name} is a whole number from {least} to {most}.")
    return value


def _one_of(value: object, name: str, known: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in known:
        raise BadSeed(f"{name} is one of: {', '.join(known)}.")
    return value


async def make_film(seed: Seed, maker: Maker) -> tuple[str, dict[str, object]]:
    """Render the film of stamp size that all these tasks will show. Its name, and its facts."""
    name = f"{secrets.token_urlsafe(24)}.mp4"
    with tempfile.TemporaryDirectory(dir=maker.media) as folder:
        image, audio, video = (Path(folder) / part for part in ("i.jpg", "a.wav", "v.mp4"))
        await asyncio.to_thread(make_picture, image)
        await asyncio.to_thread(make_sound, audio, seed.audio_seconds)
        order = {
            "image": str(image), "audio": str(audio), "audio_seconds": str(seed.audio_seconds),
            "prompt": "", "to": str(video), "size": "stamp",
            "limits": asdict(Limits()),
        }  # fmt: skip
        facts = await maker.renderers.render(order, lambda _: None)
        video.replace(maker.media / name)
    return name, facts


def tasks_of(seed: Seed, media: str, facts: Mapping[str, object], base_url: str) -> list[Task]:
    """The tasks, not yet kept; each ends at its own time within the span."""
    now, seconds = time.time(), Decimal(seed.audio_seconds)
    amount, said = str(price(seed.face, seed.model, seconds)), json.dumps(dict(facts))
    tasks = []
    for task_id in (new_id(seed.face) for _ in range(seed.count)):
        task = Task(
            id=task_id, created_at=now, state=seed.phase, face=seed.face, model=seed.model,
            image_url="", audio_url="", audio_seconds=str(seconds), amount=amount, facts=said,
            media=media, base_url=base_url, planned_seconds=seed.span.of(task_id),
            external_id=f"seed-{task_id}" if seed.face == KLING else "",
        )  # fmt: skip
        tasks.append(task)
    return tasks
