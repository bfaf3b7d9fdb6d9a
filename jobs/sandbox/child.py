"""One rendering in a process of its own: ``python -m jobs.sandbox.child``, a JSON order on stdin.

Says on stdout, one JSON object per line: ``{"progress": 0..1}``, and last ``{"facts": {...}}`` or
``{"failed": {"code", "message"}}``. Ends by itself when the server that started it is gone.
"""

import json
import os
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


def _end_with_the_server() -> None:
    """The server holds our stdin open for as long as it lives."""
    sys.stdin.read()
    os._exit(3)


def _work(order: dict[str, str], limits: Limits) -> dict[str, object]:
    image, audio = Path(order["image"]), Path(order["audio"])
    check_image(image, limits)
    check_audio(audio, limits, float(order["audio_seconds"]))
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
    """Read the order, work, answer."""
    os.nice(5)  # the server's answers come first
    order = json.loads(sys.stdin.readline())
    limits = Limits(**order.pop("limits"))
    threading.Thread(target=_end_with_the_server, daemon=True).start()
    try:
        _say(facts=_work(order, limits))
    except TaskFailed as failed:
        _say(failed={"code": failed.code, "message": str(failed)})
    sys.stdout.flush()
    os._exit(0)  # without waiting for the thread that reads stdin


if __name__ == "__main__":
    main()
