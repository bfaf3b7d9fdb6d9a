"""What is known about an order whose end a person has to settle, for reading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from assets import hosting
from jobs import registry, trace
from jobs.engines.base import Engine, Order
from jobs.models import AvatarJob, JobEvent, ReceivedCallback, State

#: As much of a checksum as a person compares.
HASH_CHARACTERS = 16


@dataclass(frozen=True, slots=True)
class Input:
    """One input as the engine was told of it: its checksum and its address, both shortened."""

    name: str
    sha256: str
    address: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """The order, what the engine said, what asking for our own id showed, who called.

    `address`: where the order goes by the settings of today; empty where the account is gone.
    `request_id`: of the click; it went along as a header, and an engine's support may know it.
    `next_look_up_at`: when the studio asks again by itself; None where it does not.
    """

    address: str
    request_id: str
    inputs: list[Input]
    can_look_up: bool
    look_ups: list[JobEvent]
    next_look_up_at: datetime | None
    sends_callbacks: bool
    callbacks: list[ReceivedCallback]


def evidence_of(job: AvatarJob) -> Evidence:
    """Everything at hand about the order; asks nobody."""
    try:
        engine = registry.engine(job.account)
    except registry.NoSuchEngine:
        engine = None
    able = engine.capabilities if engine else None
    return Evidence(
        address=_address(job, engine) if engine else "",
        request_id=trace.origins([job]).get(job.pk, ""),
        inputs=[
            Input("Image", job.image_sha256[:HASH_CHARACTERS], _shortened(job.look.image)),
            Input("Audio", job.audio_sha256[:HASH_CHARACTERS], _shortened(job.take.send_copy)),
        ],
        can_look_up=bool(able and able.can_look_up),
        look_ups=list(job.events.filter(from_state=State.UNKNOWN, to_state=State.UNKNOWN)),
        next_look_up_at=job.next_at if job.state == State.UNKNOWN else None,
        sends_callbacks=bool(able and able.sends_callbacks),
        callbacks=list(job.callbacks.all()),
    )


def _address(job: AvatarJob, engine: Engine) -> str:
    """Method and address of the order; parameters, which may name our own address, are left out."""
    request = engine.submit_request(
        Order(
            reference=str(job.pk),
            model=job.engine_model,
            image_url=hosting.input_url(job.look.image),
            audio_url=hosting.input_url(job.take.send_copy),
            audio_seconds=job.duration_seconds,
            prompt=job.prompt_text,
        )
    )
    return f"{request.method} {request.url.partition('?')[0]}"


def _shortened(file: Any) -> str:
    """Site and file name: what lies between them is a signature that opens the file."""
    parts = urlsplit(hosting.input_url(file))
    return f"{parts.scheme}://{parts.netloc}/…/{parts.path.rpartition('/')[2]}"
