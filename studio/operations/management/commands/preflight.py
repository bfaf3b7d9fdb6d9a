"""``manage.py preflight``: the checks of the three inputs, for scripts and for ourselves."""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assets.limits import InputLimits
from assets.models import ArtStyle
from assets.preflight.energy import ENERGIES
from jobs import registry
from studio.operations.preflight import Checked, check_image, check_prompt, check_sound

FAILED = 1
#: What a shell reports of a program that a closed pipe ended: 128 and SIGPIPE.
NOT_READ = 141


class Command(BaseCommand):
    """Checks files or prompts as they are, for the limits of an engine account."""

    help = (
        "Check images, recordings or motion prompts. `prompt` reads one prompt per line, from "
        "files or from standard input."
    )

    def create_parser(self, *args: Any, **kwargs: Any) -> CommandParser:
        """One that takes options before, after and between the files."""
        parser = super().create_parser(*args, **kwargs)
        parser.parse_args = parser.parse_intermixed_args  # type: ignore[method-assign]
        return parser

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to check, for whom, and how to answer."""
        parser.add_argument("what", choices=("image", "audio", "prompt"))
        parser.add_argument("files", nargs="*", metavar="FILE", help="- is standard input")
        parser.add_argument(
            "--engine", metavar="NAME", help="account, or kind of engine, whose limits hold"
        )
        parser.add_argument("--energy", choices=ENERGIES, help="of the voice, for a prompt")
        parser.add_argument("--style", choices=ArtStyle.values, default="", help="of the look")
        parser.add_argument("--mascot", action="store_true", help="the image shows no person")
        parser.add_argument("--json", action="store_true", help="one JSON object per line")
        parser.add_argument(
            "--fail-on", choices=("stop", "warn", "note"), help="exit with 1 on such a finding"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit code 0 once all was checked, 1 by --fail-on, 2 for a file that is not there,
        141 where whoever read the answer went away."""
        limits = _limits(options["engine"])
        worst: set[str] = set()
        for checked in _checked(options, limits):
            worst |= {finding.level for finding in checked.findings}
            self._say(_as_json(checked) if options["json"] else _as_text(checked))
        if options["fail_on"] in worst | _milder(worst):
            sys.exit(FAILED)

    def _say(self, line: str) -> None:
        try:
            self.stdout.write(line)
            self.stdout.flush()
        except BrokenPipeError:  # `| head` has seen enough; what is left is flushed to nowhere
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.stdout.fileno())
            sys.exit(NOT_READ)


def _limits(account: str | None) -> InputLimits:
    try:
        return registry.limits_of(account or registry.default_name())
    except registry.NoSuchEngine:
        known = {one.name for one in registry.accounts()} | {*registry.DOCUMENTED_LIMITS}
        raise CommandError(
            f"There is no engine “{account}”. Known are: {', '.join(sorted(known))}.", returncode=2
        ) from None


def _checked(options: dict[str, Any], limits: InputLimits) -> Iterator[Checked]:
    if options["what"] == "prompt":
        for line in _lines(options["files"] or ["-"]):
            yield check_prompt(line, limits, energy=options["energy"], style=options["style"])
        return
    if not options["files"]:
        raise CommandError("Name at least one file.", returncode=2)
    for name in options["files"]:
        if not Path(name).is_file():
            raise CommandError(f"There is no file “{name}”.", returncode=2)
        if options["what"] == "image":
            yield check_image(Path(name), limits, is_mascot=options["mascot"])
        else:
            yield check_sound(Path(name), limits)


def _lines(names: list[str]) -> Iterator[str]:
    """One prompt per line; a line that is empty is a blank prompt, the last line end is none."""
    for name in names:
        if name == "-":
            source = sys.stdin.buffer.read()
        elif Path(name).is_file():
            source = Path(name).read_bytes()
        else:
            raise CommandError(f"There is no file “{name}”.", returncode=2)
        lines = source.decode("utf-8-sig", "replace").replace("\r\n", "\n").split("\n")
        yield from lines if lines[-1] else lines[:-1]


def _as_json(checked: Checked) -> str:
    found = [
        {"id": one.id, "level": one.level, "span": one.span, "message": one.message, "fix": one.fix}
        for one in checked.findings
    ]
    answer = {"input": checked.input, "facts": checked.facts, "findings": found}
    return json.dumps(answer, ensure_ascii=False)


def _as_text(checked: Checked) -> str:
    title = checked.input if len(checked.input) <= 200 else f"{checked.input[:199]}…"
    found = [
        f"  {one.level:<4}  {one.id}: {one.message}\n        {one.fix}" for one in checked.findings
    ]
    return "\n".join([title, *(found or ["  Nothing to mend."])])


def _milder(levels: set[str]) -> set[str]:
    """A stop is worse than a warning, and that worse than a note: worse counts as well."""
    order = ("note", "warn", "stop")
    return {mild for mild in order for level in levels if order.index(mild) < order.index(level)}
