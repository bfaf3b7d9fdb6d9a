"""From a job's snapshot to what an engine is told."""

from __future__ import annotations

from django.conf import settings
from django.db.models.fields.files import FieldFile
from django.urls import reverse

from assets import hosting
from jobs.engines.addresses import is_this_machine
from jobs.engines.base import Engine, Inline, Order
from jobs.models import AvatarJob
from jobs.reachability import check_inputs


def order_of(job: AvatarJob, engine: Engine) -> Order:
    """The order of `job`, proven to be one whose inputs the engine can get.

    Raises Unreachable. Where nobody outside can reach the studio and the engine takes the files
    inside the order, they travel there.
    """
    image_url = hosting.input_url(job.look.image)
    audio_url = hosting.input_url(job.take.send_copy)
    able = engine.capabilities
    is_hidden = is_this_machine(settings.PUBLIC_URL) and not able.is_local
    inline = None
    if is_hidden and able.takes_inline:
        inline = Inline(image=_bytes(job.look.image), audio=_bytes(job.take.send_copy))
    elif not able.is_local:
        check_inputs({image_url: job.look.content_type, audio_url: job.take.send_content_type})
    return Order(
        reference=str(job.pk),
        model=job.engine_model,
        image_url=image_url,
        audio_url=audio_url,
        audio_seconds=job.duration_seconds,
        prompt=job.prompt_text,
        inline=inline,
        callback_url=_callback_url(job) if able.sends_callbacks and not is_hidden else "",
        timeout_seconds=settings.SUBMIT_SECONDS,
    )


def _callback_url(job: AvatarJob) -> str:
    return settings.PUBLIC_URL + reverse("callback", args=[job.account, job.pk])


def _bytes(field: FieldFile) -> bytes:
    with field.open("rb") as file:
        content: bytes = file.read()
    return content
