"""Start the sandbox engine: ``python -m jobs.sandbox``."""

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path

from aiohttp import web

from jobs.sandbox.options import Options
from jobs.sandbox.server import Server

DEFAULT_DATA_DIR = Path(__file__).resolve().parents[2] / "var"


def read_options(arguments: list[str] | None = None) -> Options:
    """Options of the command line, else the environment, else defaults; exits 2 on a bad one."""
    env = os.environ.get
    parser = argparse.ArgumentParser(
        prog="python -m jobs.sandbox",
        description="A local video engine with the gateway's API; free, and without an account.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=env("SANDBOX_PORT") or "8765",
                        help="0: any free port")  # fmt: skip
    parser.add_argument("--data-dir", type=Path, default=env("DATA_DIR") or DEFAULT_DATA_DIR,
                        help="tasks and films are kept in its folder sandbox/")  # fmt: skip
    parser.add_argument("--key", default=env("SANDBOX_KEY") or "sk-sandbox",
                        help="the API key to demand")  # fmt: skip
    parser.add_argument("--public-url", default=env("SANDBOX_PUBLIC_URL") or "",
                        help="address in result URLs; else the one the reader used")  # fmt: skip
    parser.add_argument("--seconds", type=float, default=env("SANDBOX_SECONDS") or "6",
                        help="shortest time a task takes; 0: as fast as possible")  # fmt: skip
    parser.add_argument("--workers", type=int, default=env("SANDBOX_WORKERS") or "2",
                        help="films rendered at once")  # fmt: skip
    given = parser.parse_args(arguments)
    if not 0 <= given.port <= 65_535:
        parser.error("the port must be from 0 to 65535")
    if not 0 <= given.seconds <= 86_400:
        parser.error("the seconds (SANDBOX_SECONDS) must be from 0 to 86400")
    if not 1 <= given.workers <= 16:
        parser.error("the workers (SANDBOX_WORKERS) must be from 1 to 16")
    return Options(
        folder=Path(given.data_dir) / "sandbox",
        host=given.host,
        port=given.port,
        key=given.key,
        public_url=given.public_url,
        minimum_seconds=given.seconds,
        workers=given.workers,
    )


async def serve(options: Options) -> None:
    """Listen until SIGTERM or SIGINT, then stop at once; unfinished tasks wait for a restart."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server = Server(options)
    runner = web.AppRunner(server.application(), access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        site = web.TCPSite(runner, options.host, options.port)
        await site.start()
        port = runner.addresses[0][1]
        # Only the server that has the port may touch the tasks of this folder.
        await server.worker.start()
        sys.stdout.write(f"Sandbox engine on http://{options.host}:{port}\n")
        sys.stdout.flush()
        await stop.wait()
    finally:
        server.closing.set()
        await server.worker.stop()
        await runner.cleanup()
        server.store.close()


def main() -> None:
    """Run until stopped; exit 1 with a sentence when the address cannot be used."""
    options = read_options()
    try:
        asyncio.run(serve(options))
    except OSError as error:
        sys.exit(
            f"The sandbox engine cannot use {options.host}:{options.port} or {options.folder}: "
            f"{error.strerror or error}. Choose another --port or --data-dir."
        )


if __name__ == "__main__":
    main()
