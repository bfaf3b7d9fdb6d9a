"""Renderings in a process of their own: ``python -m jobs.sandbox.child``, JSON orders on stdin.

For each order, one per line, it says on stdout, one JSON object per line: ``{"progress": 0..1}``,
and last ``{"facts": {...}}`` or ``{"failed": {"code", "message"}}``. It ends by itself when the
server that started it is gone.
"""

import json
import os
import queue
import sys
import threading
from dataclasses import asdict
from pathlib import Path

from jobs.sandbox.failures import TaskFailed
from jobs.sandbox.inputs import check_audio, check_image
from jobs.sandbox.options import Limits
from jobs.sandbox.render import Unrenderable, render


def _say(**line: object) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def _listen(orders: queue.SimpleQueue[str]) -> None:
    """The server holds our stdin open for as long as it lives."""
    for line in sys.stdin:
        orders.put(line)
    os._exit(3)


def _work(order: dict[str, str], limits: Limits) -> dict[str, object]:
    image, audio = Path(order["image"]), Path(order["audio"])
    check_image(image, limits)
    said = order["audio_seconds"]
    check_audio(audio, limits, float(said) if said else None)
    try:
        facts = render(
            image,
            audio,
            order["prompt"],
            Path(order["to"]),
            size=order["size"],
            progress=lambda share: _say(progress=round(share, 3)),
        )
    except Unrenderable as error:
        raise TaskFailed(f"{error.owner}_load_error", str(error)) from error
    return asdict(facts)


def main() -> None:
    """Read an order, work, answer; and again."""
    os.nice(5)  # the server's answers come first
    orders: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(orders,), daemon=True).start()
    while True:
        order = json.loads(orders.get())
        limits = Limits(**order.pop("limits"))
        try:
            _say(facts=_work(order, limits))
        except TaskFailed as failed:
            _say(failed={"code": failed.code, "message": str(failed)})


if __name__ == "__main__":
    main()
