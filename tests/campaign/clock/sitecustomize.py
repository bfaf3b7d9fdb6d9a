"""Python reads this at its start. Under libfaketime its `time.sleep` fails: the library takes the
monotonic deadline, which it is told to leave alone, for one of the faked clock. Waiting on nothing
does the same without asking for a time of day.
"""

import select
import time
from typing import SupportsIndex


def sleep(seconds: float | SupportsIndex, /) -> None:
    """`time.sleep` without a clock."""
    seconds = float(seconds)
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    select.select([], [], [], seconds)


time.sleep = sleep
