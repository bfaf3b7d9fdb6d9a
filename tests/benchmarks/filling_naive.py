"""Rows and messages of the naive design, in bulk."""

from __future__ import annotations

import random
from datetime import timedelta

from django.db import connection

from tests.benchmarks.naive import POLL_SECONDS, TABLE, Job, make_video


class NaiveJobs:
    """Makes its table when it is missing."""

    def __init__(self) -> None:
        if TABLE not in connection.introspection.table_names():
            with connection.schema_editor() as editor:
                editor.create_model(Job)

    def in_flight(self) -> int:
        """Jobs whose task comes back again and again."""
        return Job.objects.filter(done_at=None).count()

    def add(self, handles: list[str], *, age: timedelta) -> None:
        """Rows as if submitted, and for each its message, spread over one poll interval."""
        rows = Job.objects.bulk_create(
            Job(handle=handle, state="processing", image_url="-", audio_url="-", audio_seconds=10)
            for handle in handles
        )
        with make_video.app.producer_or_acquire() as producer:
            for row in rows:
                wait = random.uniform(0, POLL_SECONDS)
                make_video.apply_async((row.pk,), countdown=wait, producer=producer)

    def tidy(self) -> None:
        """Nothing is left over: all its processes run."""
