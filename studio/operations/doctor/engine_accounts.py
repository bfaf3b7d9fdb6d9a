"""Every account at an engine: does it answer, is the key good, is it paused?"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count

from jobs import accounts, registry
from jobs.models import AvatarJob
from jobs.models.job import AvatarJobQuerySet
from jobs.models.state import ACTIVE, UNSETTLED
from studio.engine_accounts import AccountSettings
from studio.operations.doctor.check import Check, ok, problem, warning
from studio.organisations.models import Organisation
from studio.projects.models import Project


def examine() -> Iterator[Check]:
    """All configured accounts, and those that jobs wait for although nobody configures them."""
    needed = used()
    paused = {one.name: one for one in accounts.paused()}
    for account in registry.accounts():
        if account.name not in needed:
            yield ok(f"engine: {account.name}", "Nobody uses it, so it was not asked.")
            continue
        yield _answers(account)
        if account.name in paused:
            yield problem(
                f"engine: {account.name}",
                f"It is paused: {paused[account.name].pause_message}",
                "Put that right, then press Test and Resume on the Operations page. Its jobs wait "
                "and lose nothing.",
            )
    yield from _missing()
    yield from _for_nobody()


def used() -> list[str]:
    """The accounts that matter: the configured ones, and the sandbox where it is used."""
    names = [one.name for one in registry.accounts() if one.name != registry.SANDBOX]
    return [*names, registry.SANDBOX] if _sandbox_is_used() else names


def _sandbox_is_used() -> bool:
    return (
        registry.default_name() == registry.SANDBOX
        or Project.objects.filter(engine_account=registry.SANDBOX).exists()
        or _waiting().filter(account=registry.SANDBOX).exists()
    )


def _answers(account: AccountSettings) -> Check:
    result = accounts.try_look(account.name)
    name = f"engine: {account.name}"
    if result.ok:
        return ok(name, result.sentence)
    if account.name == registry.SANDBOX:
        fix = (
            "Start it with python -m jobs.sandbox, and give it and the studio the same "
            "SANDBOX_KEY; SANDBOX_URL says where it listens."
        )
    else:
        prefix = account.name.upper().replace("-", "_")
        fix = (
            f"Compare the {prefix}_… variables (address and keys) with what the engine's console "
            "shows, and whether this host may reach it. Nothing is sent and nothing is lost until "
            "then."
        )
    return problem(name, result.sentence, fix)


def _missing() -> Iterator[Check]:
    there = {account.name for account in registry.accounts()}
    rows = _waiting().exclude(account__in=there).order_by("account").values_list("account")
    for name, count in rows.annotate(Count("pk")):
        yield problem(
            f"engine: {name}",
            f"It is not configured any more, and {count} jobs wait for it.",
            "Set its variables again: what was ordered there can only be had there.",
        )


def _for_nobody() -> Iterator[Check]:
    """Organisations that an account is reserved for and that do not exist."""
    slugs = set(Organisation.objects.values_list("slug", flat=True))
    for account in registry.accounts():
        if unknown := sorted(set(account.organisations) - slugs):
            prefix = account.name.upper().replace("-", "_")
            yield warning(
                f"engine: {account.name}",
                f"{prefix}_ORGANISATIONS names {', '.join(unknown)}: no organisation here.",
                f"Correct it to some of: {', '.join(sorted(slugs)) or 'none yet'}.",
            )


def _waiting() -> AvatarJobQuerySet:
    return AvatarJob.objects.filter(state__in=[*ACTIVE, *UNSETTLED])
