"""Start the sandbox engine: ``python -m jobs.sandbox``."""

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

from aiohttp import web

from jobs.sandbox.options import DEFAULT_ACCESS_KEY, DEFAULT_SECRET_KEY, Options, Span
from jobs.sandbox.server import Server
from jobs.sandbox.signatures import BadSecret, webhook_key

DEFAULT_DATA_DIR = Path(__file__).resolve().parents[2] / "var"


def _parser() -> argparse.ArgumentParser:
    env = os.environ.get
    parser = argparse.ArgumentParser(
        prog="python -m jobs.sandbox",
        description="A local video engine with the APIs of the gateway, of Kling and of fal; free, "
        "and without an account. Each option stands in the environment too, as named.",
    )

    def option(name: str, variable: str, usual: str, meaning: str, **more: Any) -> None:
        value = env(variable) or usual
        parser.add_argument(f"--{name}", default=value, help=f"{meaning} ({variable})", **more)

    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    option("port", "SANDBOX_PORT", "8765", "port; 0: any free one", type=int)
    option("data-dir", "DATA_DIR", str(DEFAULT_DATA_DIR), "where its folder sandbox/ is", type=Path)
    option("key", "SANDBOX_KEY", "sk-sandbox", "the API key to demand, at all three APIs")
    option("access-key", "SANDBOX_ACCESS_KEY", DEFAULT_ACCESS_KEY,
           "Kling's key pair, for signed tokens: its name")  # fmt: skip
    option("secret-key", "SANDBOX_SECRET_KEY", DEFAULT_SECRET_KEY,
           "Kling's key pair: its secret, of at least 32 characters")  # fmt: skip
    option("webhook-secret", "SANDBOX_WEBHOOK_SECRET", "",
           "whsec_ and base64: signs Kling's callbacks; without it they are unsigned")  # fmt: skip
    option("public-url", "SANDBOX_PUBLIC_URL", "",
           "address in result URLs; else the one the reader used")  # fmt: skip
    option("seconds", "SANDBOX_SECONDS", "6",
           "shortest time a task takes, or a range (60-300) in which each takes its own; "
           "0: as fast as possible")  # fmt: skip
    option("workers", "SANDBOX_WORKERS", "2", "films rendered at once", type=int)
    option("film", "SANDBOX_FILM", "full",
           "full, or small: of stamp size, for hundreds of tasks at once")  # fmt: skip
    return parser


def read_options(arguments: list[str] | None = None) -> Options:
    """Options of the command line, else the environment, else defaults; exits 2 on a bad one."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if not 0 <= given.port <= 65_535:
        parser.error("the port must be from 0 to 65535")
    if not 1 <= given.workers <= 16:
        parser.error("the workers (SANDBOX_WORKERS) must be from 1 to 16")
    if given.film not in ("full", "small"):
        parser.error("the film (SANDBOX_FILM) must be full or small")
    if len(given.secret_key) < 32:
        parser.error("the secret key (SANDBOX_SECRET_KEY) must have at least 32 characters")
    try:
        seconds = Span.read(given.seconds)
        if given.webhook_secret:
            webhook_key(given.webhook_secret)
    except ValueError as error:
        parser.error(f"the seconds (SANDBOX_SECONDS): {error}")
    except BadSecret as error:
        parser.error(f"SANDBOX_WEBHOOK_SECRET: {error}")
    return Options(
        folder=Path(given.data_dir) / "sandbox",
        host=given.host,
        port=given.port,
        key=given.key,
        access_key=given.access_key,
        secret_key=given.secret_key,
        webhook_secret=given.webhook_secret,
        public_url=given.public_url,
        seconds=seconds,
        workers=given.workers,
        film=given.film,
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
        await server.start()
        sys.stdout.write(f"Sandbox engine on http://{options.host}:{port}\n")
        sys.stdout.flush()
        await stop.wait()
    finally:
        await server.stop()
        await runner.cleanup()
        server.close()


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
