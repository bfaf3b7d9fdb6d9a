"""A supervisor of one sleeping process, for the tests that send signals to it."""

import os
import sys
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studio.settings")

from studio.operations.processes import Processes, Program, interrupted_by_signals

SLEEPER = {"sleeper": Program(command=(sys.executable, "-c", "import time; time.sleep(600)"))}

if __name__ == "__main__":
    with interrupted_by_signals():
        try:
            with Processes(env={}, logs=Path(sys.argv[1]), programs=SLEEPER) as running:
                print(running.running["sleeper"].pid, flush=True)  # noqa: T201 - read by the test
                running.watch()
        except KeyboardInterrupt:
            print("stopped", flush=True)  # noqa: T201
