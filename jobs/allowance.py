"""Rate limits that all workers share: one clock per account and kind of request, in its row.

The generic cell rate algorithm: the clock is the time at which the next request fits into the
rate. A request moves it on by one interval; a request that would move it beyond the little that
may be saved up has to wait.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

from jobs.models import EngineAccount

SENDS, LOOKS = "send", "look"


def take(account: EngineAccount, kind: str, *, wanted: int, per_minute: int, now: datetime) -> int:
    """How many of `wanted` requests of this kind may be made now; what is granted is used up.

    Never more than `per_minute` within any minute; 0 means no limit. The account's row must be
    locked by the caller, who saves nothing itself.
    """
    if not per_minute or wanted <= 0:
        return wanted
    burst = burst_of(per_minute)
    # Rounded up to a whole microsecond, or the last one of a minute would come a moment early.
    interval = timedelta(microseconds=ceil(60_000_000 / (per_minute - burst + 1)))
    clock: datetime = max(getattr(account, f"{kind}_clock") or now, now)
    if clock > now + timedelta(minutes=2):
        clock = now  # no rate saves up so much: the computer's clock was set back
    saved_up = now + interval * burst - clock
    granted = max(0, min(wanted, saved_up // interval))
    if granted:
        setattr(account, f"{kind}_clock", clock + interval * granted)
        account.save(update_fields=[f"{kind}_clock"])
    return granted


def burst_of(per_minute: int) -> int:
    """How many requests may follow one another at once: a second's worth."""
    return max(1, per_minute // 60)
