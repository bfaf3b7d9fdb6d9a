"""How fast an account's engine may be asked: reconciling shares the rate with the machine."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from django.db import transaction

from jobs import accounts, allowance, clock, registry
from jobs.models import AvatarJob

BATCH = 200
#: As long as the next request takes at a rate of sixty in a minute.
WAIT_SECONDS = 1.0


def batches(account: str, jobs: Sequence[AvatarJob]) -> Iterator[Sequence[AvatarJob]]:
    """The jobs in batches that the account may look at now; waits for the rate between them."""
    asked = 0
    while asked < len(jobs):
        if granted := _granted(account, min(BATCH, len(jobs) - asked)):
            yield jobs[asked : asked + granted]
            asked += granted
        else:
            time.sleep(WAIT_SECONDS)


def _granted(account: str, wanted: int) -> int:
    per_minute = registry.account(account).looks_per_minute
    if not per_minute:
        return wanted
    with transaction.atomic():
        state = accounts.locked(account)
        return allowance.take(
            state, allowance.LOOKS, wanted=wanted, per_minute=per_minute, now=clock.now()
        )
